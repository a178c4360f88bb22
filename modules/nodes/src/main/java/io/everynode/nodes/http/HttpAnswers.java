package io.everynode.nodes.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What answers of the API mean. Pure. */
final class HttpAnswers {

    /** The version asked for is no longer held. */
    static final int GONE = 410;

    private HttpAnswers() {}

    /** @param retryAfter zero when the server does not say */
    record Refusal(int code, String reason, String message, Duration retryAfter) {}

    static NodeAnswer of(NodeWrite write, HttpResponse<byte[]> answer) {
        if (answer.statusCode() >= 300) {
            Refusal refusal = refusal(answer);
            return new NodeAnswer.Refused(
                    new ApiStatus(refusal.code(), refusal.reason(), refusal.message(), null), refusal.retryAfter());
        }
        if (write instanceof NodeWrite.PodEnded) {
            return new NodeAnswer.Removed();
        }
        try {
            byte[] body = answer.body();
            return new NodeAnswer.Stored(
                    write instanceof NodeWrite.PodStatus ? ObjectScanner.head(body) : ObjectScanner.object(body));
        } catch (IOException e) {
            return noAnswer("an answer that cannot be read: " + e.getMessage());
        }
    }

    /** As a server would say it that cannot be had just now. */
    static NodeAnswer noAnswer(String why) {
        return new NodeAnswer.Refused(new ApiStatus(503, "ServiceUnavailable", why, null), Duration.ZERO);
    }

    /** Of an answer with a code of 300 or more; its body may be anything, such as a proxy's page. */
    static Refusal refusal(HttpResponse<byte[]> answer) {
        long seconds = answer.headers()
                .firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Long::parseLong)
                .orElse(0L);
        JsonNode status;
        try {
            status = Json.mapper().readTree(answer.body());
        } catch (IOException e) {
            status = Json.object();
        }
        Refusal told = refusal(status, answer.statusCode());
        return new Refusal(answer.statusCode(), told.reason(), told.message(), Duration.ofSeconds(seconds));
    }

    /** @param status a Status object, or anything else */
    static Refusal refusal(JsonNode status, int otherwise) {
        String message = Json.text(status, "message");
        return new Refusal(
                status.path("code").asInt(otherwise),
                Json.text(status, "reason"),
                message.isEmpty() ? "no reason given" : message,
                Duration.ZERO);
    }
}
