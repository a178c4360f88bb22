package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/** Answers requests that Pekko HTTP cannot parse with a Status too. Pekko makes it by name from the configuration. */
public final class RequestParsingErrors extends ParsingErrorHandler {

    @Override
    public HttpResponse handle(StatusCode code, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        return StatusResponses.of(status(code.intValue(), error.summary()));
    }

    private static ApiStatus status(int code, String summary) {
        if (code == 501) {
            // Pekko's word for a method that it does not know; nothing is broken here.
            return ApiStatus.methodNotAllowed("the server does not know this method");
        }
        if (code == 413) {
            return ApiStatus.requestTooLarge(summary);
        }
        return new ApiStatus(code >= 500 ? 400 : code, "BadRequest", summary, null);
    }
}
