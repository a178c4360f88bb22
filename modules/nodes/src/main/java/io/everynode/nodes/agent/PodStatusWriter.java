package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import io.everynode.objects.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a Pod's status in the API as it is: one write at a time, only what has changed, and last of all the end.
 * Confined to the loop's thread.
 */
final class PodStatusWriter {

    private static final Logger log = LoggerFactory.getLogger(PodStatusWriter.class);
    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final AgentApi api;
    private final HollowLoop loop;
    private final Runnable done;

    private PodView pod;
    /** What is to be there; null for nothing yet. */
    private ObjectNode wanted;
    /** What the API has, as far as is known. */
    private JsonNode there = Json.object();

    private long version;
    private boolean writing;
    private boolean endWanted;
    private boolean ended;

    /** @param done is told when the API has taken the Pod's end */
    PodStatusWriter(AgentApi api, HollowLoop loop, Runnable done) {
        this.api = api;
        this.loop = loop;
        this.done = done;
    }

    /** The status that the next one follows. */
    JsonNode there() {
        return there;
    }

    void seen(PodView given) {
        pod = given;
        long seen = version(given.tree());
        if (seen >= version) {
            version = seen;
            there = given.tree().path("status");
        }
    }

    private static long version(JsonNode object) {
        String text = Json.text(object, "metadata", "resourceVersion");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    void want(ObjectNode status) {
        wanted = status;
        pump();
    }

    /** Nothing of the Pod runs any more. */
    void end() {
        endWanted = true;
        pump();
    }

    private void pump() {
        if (writing || pod == null) {
            return;
        }
        if (wanted != null && !holds(there, wanted)) {
            ObjectNode patch = Json.object();
            patch.putObject("metadata").put("uid", pod.uid());
            patch.set("status", replacing(wanted));
            write("PATCH", path() + "/status", STRATEGIC, patch);
        } else if (endWanted && !ended) {
            ObjectNode options = Json.object()
                    .put("apiVersion", "v1")
                    .put("kind", "DeleteOptions")
                    .put("gracePeriodSeconds", 0);
            options.putObject("preconditions").put("uid", pod.uid());
            write("DELETE", path(), "application/json", options);
        }
    }

    /** Addresses are merged into those that are there, unless the patch says otherwise. */
    static ObjectNode replacing(ObjectNode status) {
        ObjectNode patch = status.deepCopy();
        for (String list : List.of("podIPs", "hostIPs")) {
            if (patch.get(list) instanceof ArrayNode addresses) {
                addresses.insertObject(0).put("$patch", "replace");
            }
        }
        return patch;
    }

    private String path() {
        return "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name();
    }

    private void write(String method, String path, String type, ObjectNode body) {
        writing = true;
        ObjectNode sent = wanted;
        api.send(method, path, type, body)
                .thenAccept(answer -> loop.execute(() -> {
                    writing = false;
                    if (answer.passing()) {
                        Duration asked = answer.retryAfter();
                        writing = true;
                        loop.after(asked.compareTo(AGAIN) > 0 ? asked : AGAIN, () -> {
                            writing = false;
                            pump();
                        });
                        return;
                    }
                    if (method.equals("DELETE")) {
                        // Not found, or of another UID: it is gone as well.
                        ended = true;
                        done.run();
                        return;
                    }
                    if (answer.ok()) {
                        long stored = version(answer.body());
                        if (stored >= version) {
                            version = stored;
                            there = answer.body().path("status");
                        }
                    } else {
                        log.info("The status of Pod {} is refused: {} {}", pod.text(), answer.code(), answer.message());
                        there = sent;
                    }
                    if (answer.ok() && sent == wanted && !holds(there, wanted)) {
                        // The API keeps it otherwise than it was said; saying it again would change nothing.
                        log.info("The status of Pod {} is kept otherwise than reported", pod.text());
                        there = sent;
                    }
                    pump();
                }));
    }

    /** Whether everything that is wanted stands there; null means absent, and conditions are found by their type. */
    static boolean holds(JsonNode there, JsonNode wanted) {
        if (wanted.isNull()) {
            return there.isMissingNode() || there.isNull() || there.asText("").isEmpty();
        }
        if (wanted.isObject()) {
            for (Map.Entry<String, JsonNode> field : wanted.properties()) {
                boolean exact = field.getKey().equals("state") || field.getKey().equals("lastState");
                JsonNode other = there.path(field.getKey());
                if (!holds(other, field.getValue())
                        || (exact && other.size() != field.getValue().size())) {
                    return false;
                }
            }
            return true;
        }
        if (wanted.isArray()) {
            for (int i = 0; i < wanted.size(); i++) {
                if (!holds(element(there, wanted.get(i), i), wanted.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return there.equals(wanted) || (there.isNumber() && wanted.isNumber() && there.asLong() == wanted.asLong());
    }

    private static JsonNode element(JsonNode list, JsonNode wanted, int index) {
        if (!wanted.has("lastTransitionTime")) {
            return list.path(index);
        }
        for (JsonNode each : list) {
            if (Json.text(each, "type").equals(Json.text(wanted, "type"))) {
                return each;
            }
        }
        return Json.object();
    }
}
