package io.everynode.apiserver.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.Instant;

/**
 * Requests that are alike, as one.
 *
 * @param count how many
 * @param firstMillis epoch milliseconds
 * @param lastMillis epoch milliseconds
 * @param last of the last of them
 */
public record AccessRecord(Key key, long count, long firstMillis, long lastMillis, Sample last) {

    /** In the place of what was not told apart, as there were too many. */
    public static final String MANY = "*";

    /** What makes requests alike. All texts are bounded by the caller; "" for what is not told apart. */
    public record Key(
            int code, String user, String address, String verb, String resource, String namespace, String name) {

        /** Of all users and objects. */
        Key coarse() {
            return new Key(code, MANY, MANY, verb, resource, MANY, MANY);
        }

        Key coarsest() {
            return new Key(code, MANY, MANY, MANY, MANY, MANY, MANY);
        }
    }

    /**
     * @param sender who sent it for the user, or ""
     * @param violations of Pod Security, or ""
     */
    public record Sample(String client, String path, String sender, String violations) {

        public Sample(String client, String path, String sender) {
            this(client, path, sender, "");
        }
    }

    AccessRecord and(long millis, Sample sample) {
        return new AccessRecord(key, count + 1, firstMillis, Math.max(lastMillis, millis), sample);
    }

    public ObjectNode json() {
        ObjectNode json = Json.object();
        if (key.code() != 0) {
            json.put("code", key.code());
        }
        json.put("user", key.user()).put("address", key.address()).put("verb", key.verb());
        json.put("resource", key.resource()).put("namespace", key.namespace()).put("name", key.name());
        json.put("count", count);
        json.put("first", Instant.ofEpochMilli(firstMillis).toString());
        json.put("last", Instant.ofEpochMilli(lastMillis).toString());
        json.put("client", last.client()).put("path", last.path()).put("impersonatedBy", last.sender());
        if (!last.violations().isEmpty()) {
            json.put("violations", last.violations());
        }
        return json;
    }

    /** @throws RuntimeException for what {@link #json} has not made */
    static AccessRecord of(JsonNode json) {
        return new AccessRecord(
                new Key(
                        json.path("code").asInt(),
                        json.required("user").asText(),
                        json.required("address").asText(),
                        json.required("verb").asText(),
                        json.required("resource").asText(),
                        json.required("namespace").asText(),
                        json.required("name").asText()),
                json.required("count").asLong(),
                Instant.parse(json.required("first").asText()).toEpochMilli(),
                Instant.parse(json.required("last").asText()).toEpochMilli(),
                new Sample(
                        json.required("client").asText(),
                        json.required("path").asText(),
                        json.required("impersonatedBy").asText(),
                        Json.text(json, "violations")));
    }
}
