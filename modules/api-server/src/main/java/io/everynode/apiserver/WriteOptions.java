package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of create, update and patch.
 *
 * @param fieldManager "" when it was left out
 * @param force of an apply
 */
record WriteOptions(boolean dryRun, FieldValidation fieldValidation, String fieldManager, boolean force) {

    /**
     * @param kind how messages name the options, such as "CreateOptions"
     * @throws ApiFailure with 422 naming every wrong parameter
     */
    static WriteOptions parse(String kind, Query query) {
        return parse(kind, query, new ArrayList<>());
    }

    /** Those of a patch. {@code force} is for an apply alone, and an apply needs a manager (ValidatePatchOptions). */
    static WriteOptions ofPatch(Query query, boolean apply) {
        List<Cause> causes = new ArrayList<>();
        if (apply && query.text("fieldManager").isEmpty()) {
            causes.add(Cause.required("fieldManager", "is required for apply patch"));
        }
        if (!apply && query.has("force")) {
            causes.add(Cause.forbidden("force", "may not be specified for non-apply patch"));
        }
        return parse("PatchOptions", query, causes);
    }

    private static WriteOptions parse(String kind, Query query, List<Cause> causes) {
        boolean dryRun = dryRun(query, causes);
        String validation = query.text("fieldValidation");
        FieldValidation fields = switch (validation) {
            case "", "Warn" -> FieldValidation.WARN;
            case "Strict" -> FieldValidation.STRICT;
            case "Ignore" -> FieldValidation.IGNORE;
            default -> {
                causes.add(Cause.notSupported("fieldValidation", validation, List.of("", "Ignore", "Strict", "Warn")));
                yield FieldValidation.WARN;
            }
        };
        String manager = query.text("fieldManager");
        causes.addAll(FieldManagerName.problems("fieldManager", manager));
        if (!causes.isEmpty()) {
            throw new ApiFailure(StatusResponses.invalidOptions(kind, causes));
        }
        return new WriteOptions(dryRun, fields, manager, query.flag("force"));
    }

    static boolean dryRun(Query query, List<Cause> causes) {
        String text = query.text("dryRun");
        if (!text.isEmpty() && !text.equals("All")) {
            causes.add(unsupportedDryRun(text));
        }
        return text.equals("All");
    }

    static ApiStatus.Cause unsupportedDryRun(String text) {
        return Cause.notSupported("dryRun", text, List.of("All"));
    }
}
