package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Listing;
import io.everynode.faults.chaos.record.Op;
import io.everynode.faults.chaos.record.Recorder;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One address of the API: a member's, or the load balancer's. Each request is one try and is recorded, answered or not.
 * Thread-safe; blocks.
 */
public final class Api {

    /** Beyond the bar for an answer, so that what breaks it is seen. */
    static final Duration PATIENCE = Duration.ofSeconds(31);

    private final String endpoint;
    private final ClusterAccess access;
    private final Recorder recorder;
    private final HttpClient http;

    public Api(String endpoint, ClusterAccess access, Recorder recorder) {
        this.endpoint = endpoint;
        this.access = access;
        this.recorder = recorder;
        this.http = access.client()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    private HttpRequest.Builder to(String path) {
        return access.request(access.servers().get(0).resolve(path));
    }

    public String endpoint() {
        return endpoint;
    }

    public Answer get(String client, Key key) throws InterruptedException {
        return get(client, key, PATIENCE);
    }

    Answer get(String client, Key key, Duration patience) throws InterruptedException {
        return send(new Call(client, Op.Verb.GET, key, 0, "", null, patience), Paths.of(key));
    }

    /** A current list, which is also kept to be compared with the watches. */
    public Answer list(String client, String resource, String namespace) throws InterruptedException {
        Key key = new Key(resource, namespace, "");
        Answer answer =
                send(new Call(client, Op.Verb.LIST, key, 0, "", null, PATIENCE), Paths.list(resource, namespace));
        if (answer.isDone()) {
            Map<Key, Long> versions = new HashMap<>();
            for (JsonNode item : answer.body().path("items")) {
                Snapshot object = Snapshot.of(resource, item);
                versions.put(object.key(), object.version());
            }
            recorder.add(new Listing(endpoint, resource, answer.version(), versions));
        }
        return answer;
    }

    public Answer create(String client, Key key, JsonNode object, String value) throws InterruptedException {
        return create(client, key, object, value, PATIENCE);
    }

    Answer create(String client, Key key, JsonNode object, String value, Duration patience)
            throws InterruptedException {
        return send(
                new Call(client, Op.Verb.CREATE, key, 0, value, object, patience),
                Paths.list(key.resource(), key.namespace()));
    }

    /** Compare-and-set: the object carries the resourceVersion that it was read with. */
    public Answer replace(String client, Key key, JsonNode object, String value) throws InterruptedException {
        return replace(client, key, object, value, PATIENCE);
    }

    Answer replace(String client, Key key, JsonNode object, String value, Duration patience)
            throws InterruptedException {
        long expected = Json.at(object, "metadata", "resourceVersion").asLong();
        return send(new Call(client, Op.Verb.UPDATE, key, expected, value, object, patience), Paths.of(key));
    }

    /** A merge patch. */
    public Answer patch(String client, Key key, JsonNode patch) throws InterruptedException {
        return send(new Call(client, Op.Verb.PATCH, key, 0, "", patch, PATIENCE), Paths.of(key));
    }

    /** @param grace seconds, or -1 for the object's own */
    public Answer delete(String client, Key key, int grace) throws InterruptedException {
        return send(
                new Call(client, Op.Verb.DELETE, key, 0, "", null, PATIENCE),
                Paths.of(key) + (grace < 0 ? "" : "?gracePeriodSeconds=" + grace));
    }

    /**
     * An open watch; its body ends when the server, or who closes it, ends it.
     *
     * @throws IOException when there was no answer
     */
    HttpResponse<InputStream> watch(String resource, String namespace, long from, int seconds)
            throws IOException, InterruptedException {
        String query = "?watch=1&allowWatchBookmarks=true&resourceVersion=" + from + "&timeoutSeconds=" + seconds;
        HttpRequest request = to(Paths.list(resource, namespace) + query)
                .header("Accept", "application/json")
                .build();
        return http.send(request, BodyHandlers.ofInputStream());
    }

    private record Call(
            String client, Op.Verb verb, Key key, long expected, String value, JsonNode body, Duration patience) {}

    private Answer send(Call call, String path) throws InterruptedException {
        HttpRequest.Builder request = to(path).header("Accept", "application/json")
                .timeout(call.patience())
                .method(
                        method(call.verb()),
                        call.body() == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(Json.encode(call.body())));
        if (call.body() != null) {
            request.header(
                    "Content-Type", call.verb() == Op.Verb.PATCH ? "application/merge-patch+json" : "application/json");
        }
        long start = recorder.now();
        try {
            HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
            long end = recorder.now();
            return answered(call, start, end, answer);
        } catch (IOException e) {
            String failure = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            recorder.add(op(call, start, recorder.now(), 0, "", 0, failure));
            return new Answer(0, Json.object());
        }
    }

    private Answer answered(Call call, long start, long end, HttpResponse<byte[]> response) {
        JsonNode body = Json.object();
        try {
            body = Json.mapper().readTree(response.body());
        } catch (IOException e) {
            // The load balancer answers in HTML.
        }
        Answer answer = new Answer(response.statusCode(), body);
        boolean isStatus = Json.text(body, "kind").equals("Status");
        String uid = isStatus ? Json.text(body, "details", "uid") : Json.text(body, "metadata", "uid");
        recorder.add(op(
                call,
                start,
                end,
                answer.status(),
                answer.isDone() ? uid : "",
                answer.isDone() ? answer.version() : 0,
                answer.isDone() ? "" : Json.text(body, "message")));
        return answer;
    }

    private Op op(Call call, long start, long end, int status, String uid, long version, String note) {
        return new Op(
                call.client(),
                endpoint,
                call.verb(),
                call.key(),
                start,
                end,
                status,
                uid,
                version,
                call.expected(),
                call.value(),
                note);
    }

    private static String method(Op.Verb verb) {
        switch (verb) {
            case CREATE:
                return "POST";
            case UPDATE:
                return "PUT";
            case PATCH:
                return "PATCH";
            case DELETE:
                return "DELETE";
            default:
                return "GET";
        }
    }
}
