package io.everynode.apiserver;

import io.everynode.controlplane.logs.ContainerLogOptions;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * The query parameters of a Pod's log (core/v1 PodLogOptions).
 *
 * @param container "" where the client named none
 */
record PodLogOptions(String container, ContainerLogOptions options) {

    /**
     * Checks as ValidatePodLogOptions of pkg/apis/core/validation does.
     *
     * @param pod its name, for messages
     * @throws ApiFailure with 400 for what cannot be read and 422 for what must not be
     */
    static PodLogOptions parse(Query query, String pod) {
        ContainerLogOptions options = new ContainerLogOptions(
                query.flag("follow"),
                query.flag("previous"),
                query.flag("timestamps"),
                query.number("sinceSeconds"),
                time(query.text("sinceTime")),
                query.number("tailLines"),
                query.number("limitBytes"),
                query.flag("insecureSkipTLSVerifyBackend"));
        List<Cause> causes = new ArrayList<>();
        if (options.tailLines() != null && options.tailLines() < 0) {
            causes.add(Cause.invalid("tailLines", options.tailLines(), "must be greater than or equal to 0"));
        }
        if (options.limitBytes() != null && options.limitBytes() < 1) {
            causes.add(Cause.invalid("limitBytes", options.limitBytes(), "must be greater than 0"));
        }
        if (options.sinceSeconds() != null && options.sinceTime() != null) {
            causes.add(Cause.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        } else if (options.sinceSeconds() != null && options.sinceSeconds() < 1) {
            causes.add(Cause.invalid("sinceSeconds", options.sinceSeconds(), "must be greater than 0"));
        }
        if (!query.text("stream").isEmpty()) {
            // The feature gate PodLogsQuerySplitStreams is off by default.
            causes.add(Cause.forbidden("stream", "may not be specified"));
        }
        if (!causes.isEmpty()) {
            throw new ApiFailure(invalid(pod, causes));
        }
        return new PodLogOptions(query.text("container"), options);
    }

    private static Instant time(String text) {
        if (text.isEmpty() || text.equals("null")) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new ApiFailure(ApiStatus.badRequest("parsing time \"" + text
                    + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + text.substring(e.getErrorIndex())
                    + "\""));
        }
    }

    private static ApiStatus invalid(String pod, List<Cause> causes) {
        List<String> texts = causes.stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
        return new ApiStatus(
                422,
                "Invalid",
                "PodLogOptions \"" + pod + "\" is invalid: "
                        + (texts.size() == 1 ? texts.get(0) : "[" + String.join(", ", texts) + "]"),
                new ApiStatus.Details(pod, "", "PodLogOptions", "", List.copyOf(causes), 0));
    }
}
