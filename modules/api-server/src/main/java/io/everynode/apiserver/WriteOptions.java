package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.util.ArrayList;
import java.util.List;

/** The parameters of create, update and patch. {@code fieldManager} is accepted and not kept. */
record WriteOptions(boolean dryRun, FieldValidation fieldValidation) {

    private static final int MAX_FIELD_MANAGER = 128;

    /**
     * @param kind how messages name the options, such as "CreateOptions"
     * @throws ApiFailure with 422 naming every wrong parameter
     */
    static WriteOptions parse(String kind, Query query) {
        List<Cause> causes = new ArrayList<>();
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
        if (manager.length() > MAX_FIELD_MANAGER) {
            causes.add(Cause.tooLong("fieldManager", MAX_FIELD_MANAGER));
        } else if (manager.chars().anyMatch(Character::isISOControl)) {
            causes.add(Cause.invalid("fieldManager", manager, "should only contain printable characters"));
        }
        if (!causes.isEmpty()) {
            throw new ApiFailure(StatusResponses.invalidOptions(kind, causes));
        }
        return new WriteOptions(dryRun, fields);
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
