package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.Kind;
import io.everynode.objects.select.FieldSelector;
import io.everynode.objects.select.LabelSelector;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of list, watch and deletecollection, checked as
 * apimachinery/pkg/apis/meta/internalversion/validation/validation.go does.
 *
 * @param limit 0 for no limit
 * @param continueToken "" for the first page
 * @param version the resourceVersion asked for; -1 when none
 * @param match "" | "Exact" | "NotOlderThan"
 * @param timeoutSeconds 0 when the client left it open
 * @param sendInitialEvents null when the client left it open
 */
record ListOptions(
        LabelSelector labels,
        FieldSelector fields,
        long limit,
        String continueToken,
        long version,
        String match,
        long timeoutSeconds,
        boolean allowBookmarks,
        Boolean sendInitialEvents) {

    static final long NO_VERSION = -1;

    /** @throws ApiFailure with 400 or 422 and upstream's texts */
    static ListOptions parse(Kind kind, Query query, boolean watch) {
        Long limit = query.number("limit");
        Long timeout = query.number("timeoutSeconds");
        ListOptions options = new ListOptions(
                ApiFailure.unwrap(LabelSelector.parse(query.text("labelSelector"))),
                ApiFailure.unwrap(FieldSelector.parse(kind, query.text("fieldSelector"))),
                limit == null ? 0 : Math.max(0, limit),
                query.text("continue"),
                version(query.text("resourceVersion")),
                query.text("resourceVersionMatch"),
                timeout == null ? 0 : Math.max(0, timeout),
                query.flag("allowWatchBookmarks"),
                query.text("sendInitialEvents").isEmpty() ? null : query.flag("sendInitialEvents"));
        List<Cause> causes = watch ? options.wrongForWatch() : options.wrongForList();
        if (!causes.isEmpty()) {
            throw new ApiFailure(StatusResponses.invalidOptions("ListOptions", causes));
        }
        if (!options.continueToken().isEmpty() && options.version() > 0) {
            throw new ApiFailure(
                    ApiStatus.badRequest("specifying resource version is not allowed when using continue"));
        }
        return options;
    }

    /** A resourceVersion parameter; {@link #NO_VERSION} when empty. */
    static long version(String text) {
        if (text.isEmpty()) {
            return NO_VERSION;
        }
        try {
            long version = Long.parseLong(text);
            if (version >= 0 && text.charAt(0) != '+' && text.charAt(0) != '-') {
                return version;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9');
        throw new ApiFailure(ApiStatus.badRequest("resourceVersion: Invalid value: \"" + text
                + "\": strconv.ParseUint: parsing \"" + text + "\": "
                + (digits ? "value out of range" : "invalid syntax")));
    }

    private List<Cause> wrongForList() {
        List<Cause> causes = new ArrayList<>();
        if (!match.isEmpty()) {
            if (version == NO_VERSION) {
                causes.add(Cause.forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            }
            if (!continueToken.isEmpty()) {
                causes.add(Cause.forbidden(
                        "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
            }
            if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
                causes.add(Cause.notSupported("resourceVersionMatch", match, List.of("Exact", "NotOlderThan", "")));
            }
            if (match.equals("Exact") && version == 0) {
                causes.add(Cause.forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        if (sendInitialEvents != null) {
            causes.add(Cause.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        return causes;
    }

    private List<Cause> wrongForWatch() {
        List<Cause> causes = new ArrayList<>();
        if (sendInitialEvents != null && !match.equals("NotOlderThan")) {
            causes.add(Cause.forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }
        if (!match.isEmpty()) {
            if (sendInitialEvents == null) {
                causes.add(Cause.forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
            }
            if (!match.equals("NotOlderThan")) {
                causes.add(Cause.notSupported("resourceVersionMatch", match, List.of("NotOlderThan")));
            }
            if (!continueToken.isEmpty()) {
                causes.add(Cause.forbidden(
                        "resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
            }
        }
        return causes;
    }
}
