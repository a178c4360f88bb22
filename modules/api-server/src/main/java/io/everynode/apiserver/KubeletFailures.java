package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * What a client is told when a kubelet does not give what was asked of it: its refusals as
 * apiserver/pkg/registry/generic/rest/response_checker.go passes them on, and a kubelet that cannot be reached in the
 * words of Go's HTTP client, with code 500 and no reason.
 */
final class KubeletFailures {

    /** Longer texts of refusals are cut. */
    private static final int TEXT_LIMIT = 2048;

    private KubeletFailures() {}

    /** @param body what the kubelet answered */
    static ApiStatus refused(int code, String body, String resource, String name) {
        String text = body.substring(0, Math.min(body.length(), TEXT_LIMIT)).strip();
        if (code == 500) {
            return new ApiStatus(
                    500,
                    "InternalError",
                    "Internal error occurred: " + text,
                    new ApiStatus.Details("", "", "", "", List.of(new ApiStatus.Cause("", text, "")), 0));
        }
        if (code == 400) {
            return ApiStatus.badRequest(text);
        }
        String reason = "";
        String message = "the server responded with the status code " + code + " but did not return more information";
        switch (code) {
            case 401 -> {
                reason = "Unauthorized";
                message = "the server has asked for the client to provide credentials";
            }
            case 403 -> {
                reason = "Forbidden";
                message = text;
            }
            case 404 -> {
                reason = "NotFound";
                message = "the server could not find the requested resource";
            }
            case 405 -> {
                reason = "MethodNotAllowed";
                message = "the server does not allow this method on the requested resource";
            }
            case 429 -> {
                reason = "TooManyRequests";
                message = "the server has received too many requests and has asked us to try again later";
            }
            case 503 -> {
                reason = "ServiceUnavailable";
                message = "the server is currently unable to handle the request";
            }
            case 504 -> {
                reason = "Timeout";
                message = "the server was unable to return a response in the time allotted, but may still be processing"
                        + " the request";
            }
            default -> {
                if (code > 500) {
                    reason = "InternalError";
                    message = "an error on the server (\"" + text + "\") has prevented the request from succeeding";
                }
            }
        }
        // Between the brackets upstream has the verb, which it does not know here.
        return new ApiStatus(
                code,
                reason,
                message + " ( " + resource + " " + name + ")",
                new ApiStatus.Details(name, "", resource, "", List.of(), 0));
    }

    static ApiStatus unreachable(KubeletEndpoint kubelet, String url, Throwable failure) {
        return new ApiStatus(500, "", "Get \"" + url + "\": " + why(kubelet, failure), null);
    }

    private static String why(KubeletEndpoint kubelet, Throwable failure) {
        String dial = "dial tcp " + kubelet.authority() + ": ";
        String said = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "dial tcp: lookup " + kubelet.host() + ": no such host";
            }
            if (cause instanceof ConnectException) {
                return dial + "connect: " + String.valueOf(cause.getMessage()).toLowerCase(java.util.Locale.ROOT);
            }
            if (cause instanceof TimeoutException) {
                return dial + "i/o timeout";
            }
            if (cause instanceof SSLException) {
                return "tls: " + cause.getMessage();
            }
            if (!(cause instanceof CompletionException) && said.isEmpty()) {
                said = String.valueOf(cause.getMessage());
            }
        }
        return said.contains("timeout") ? dial + "i/o timeout" : dial + said;
    }
}
