package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.plan.PodStatus;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.http.AgentApi;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Tells the API's Events what happens to Pods and to the node. One that repeats is counted in the Event that is there.
 * Thread-safe. An Event that cannot be told is lost, as a kubelet's.
 */
final class EventRecorder {

    private static final String EVENTS = "/api/v1/namespaces/%s/events";
    private static final int REMEMBERED = 512;

    private final AgentApi api;
    private final String node;

    /** An Event that was sent, and how often it has happened. */
    private record Sent(String path, int count) {}

    private final Map<String, Sent> sent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sent> eldest) {
            return size() > REMEMBERED;
        }
    };

    EventRecorder(AgentApi api, String node) {
        this.api = api;
        this.node = node;
    }

    void normal(PodView pod, String container, String reason, String message) {
        record(pod, container, "Normal", reason, message);
    }

    void warning(PodView pod, String container, String reason, String message) {
        record(pod, container, "Warning", reason, message);
    }

    void node(String type, String reason, String message) {
        // A kubelet names its node instead of a UID, and kubectl looks for that.
        ObjectNode about = Json.object().put("kind", "Node").put("name", node).put("uid", node);
        send("default", about, type, reason, message);
    }

    private void record(PodView pod, String container, String type, String reason, String message) {
        ObjectNode about = Json.object()
                .put("kind", "Pod")
                .put("apiVersion", "v1")
                .put("namespace", pod.namespace())
                .put("name", pod.name())
                .put("uid", pod.uid());
        if (!container.isEmpty()) {
            about.put("fieldPath", "spec.containers{" + container + "}");
        }
        send(pod.namespace(), about, type, reason, message);
    }

    private synchronized void send(String namespace, ObjectNode about, String type, String reason, String message) {
        String now = PodStatus.time(Instant.now());
        String key = String.join("|", about.toString(), type, reason, message);
        Sent before = sent.get(key);
        if (before != null) {
            sent.put(key, new Sent(before.path(), before.count() + 1));
            ObjectNode again = Json.object().put("count", before.count() + 1).put("lastTimestamp", now);
            api.sendNow("PATCH", before.path(), "application/merge-patch+json", again);
            return;
        }
        String path = String.format(EVENTS, namespace);
        String id = UUID.randomUUID().toString().substring(0, 18).replace("-", "");
        String name = Json.text(about, "name") + "." + id;
        sent.put(key, new Sent(path + "/" + name, 1));
        ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("name", name).put("namespace", namespace);
        event.set("involvedObject", about);
        event.put("reason", reason).put("message", message).put("type", type);
        event.putObject("source").put("component", "kubelet").put("host", node);
        event.put("firstTimestamp", now).put("lastTimestamp", now).put("count", 1);
        event.put("reportingComponent", "kubelet").put("reportingInstance", node);
        api.sendNow("POST", path, "application/json", event);
    }
}
