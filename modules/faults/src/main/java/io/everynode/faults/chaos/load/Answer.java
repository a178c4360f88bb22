package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;

/**
 * What came back.
 *
 * @param status 0 when there was no answer
 * @param body an empty object when it is no JSON
 */
public record Answer(int status, JsonNode body) {

    public boolean isDone() {
        return status >= 200 && status < 300;
    }

    /** A client that tries again may get another answer: overload, absence, or a connection that broke. */
    public boolean isWorthARetry() {
        return status == 0 || status == 429 || status == 502 || status == 503 || status == 504;
    }

    public long version() {
        return Json.at(body, "metadata", "resourceVersion").asLong();
    }
}
