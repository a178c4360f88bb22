package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import io.everynode.objects.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers a node, renews its Lease and reports its status: when something has changed, and now and then. A node that
 * somebody deletes stays deleted until the agent starts again, as with a kubelet. Confined to the loop's thread.
 */
final class NodeReporter {

    private static final Logger log = LoggerFactory.getLogger(NodeReporter.class);
    private static final String NODES = "/api/v1/nodes";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final String JSON = "application/json";
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(7);

    private final AgentSettings settings;
    private final AgentApi api;
    private final HollowLoop loop;
    private final NodeFacts facts;
    private final Engine.Info engine;
    /** Done when the node is registered; fails with what the API says against it. */
    private final CompletableFuture<Void> registered = new CompletableFuture<>();
    /** Status and since when, by type of condition. */
    private final Map<String, String[]> transitions = new HashMap<>();

    private String uid = "";
    private String engineDown = "";
    private NodeStatus.Condition reported;
    private Instant reportedAt = Instant.EPOCH;
    private boolean reporting;
    private boolean leaseExists;
    private boolean renewing;
    private int failures;

    NodeReporter(AgentSettings settings, AgentApi api, HollowLoop loop, NodeFacts facts, Engine.Info engine) {
        this.settings = settings;
        this.api = api;
        this.loop = loop;
        this.facts = facts;
        this.engine = engine;
    }

    List<String> reachedBy() {
        return facts.reachedBy(settings.node());
    }

    CompletableFuture<Void> registered() {
        return registered;
    }

    void start() {
        Map<String, String> labels = NodeStatus.labels(settings, engine.architecture());
        ObjectNode node = NodeStatus.registration(labels, settings, status());
        api.send("POST", NODES, JSON, node)
                .thenAccept(answer -> loop.execute(() -> {
                    if (answer.code() == 409) {
                        returned(labels);
                    } else if (answer.ok()) {
                        joined(answer.body());
                    } else {
                        refused(answer);
                    }
                }));
    }

    /** There is a Node of this name: it is this one, from before. */
    private void returned(Map<String, String> labels) {
        ObjectNode patch = Json.object();
        labels.forEach(patch.putObject("metadata").putObject("labels")::put);
        String type = "application/strategic-merge-patch+json";
        api.send("PATCH", NODES + "/" + settings.node(), type, patch)
                .thenAccept(answer -> loop.execute(() -> {
                    if (answer.ok()) {
                        for (JsonNode condition : Json.at(answer.body(), "status", "conditions")) {
                            transitions.put(Json.text(condition, "type"), new String[] {
                                Json.text(condition, "status"), Json.text(condition, "lastTransitionTime")
                            });
                        }
                        joined(answer.body());
                    } else {
                        refused(answer);
                    }
                }));
    }

    private void refused(AgentApi.Answer answer) {
        if (answer.passing() || answer.code() == 404) {
            Duration delay = AGAIN.multipliedBy(1L << Math.min(failures++, 3));
            loop.after(delay.compareTo(LONGEST) < 0 ? delay : LONGEST, this::start);
        } else {
            registered.completeExceptionally(
                    new IllegalStateException("the API refuses this node: " + answer.message()));
        }
    }

    private void joined(JsonNode node) {
        uid = Json.text(node, "metadata", "uid");
        report();
        renew();
        tick();
        registered.complete(null);
    }

    private void tick() {
        loop.after(settings.leaseInterval(), () -> {
            renew();
            changed();
            tick();
        });
    }

    /** @param why "" when it answers */
    void engine(String why) {
        engineDown = why;
        changed();
    }

    private void changed() {
        boolean due = !reportedAt.plus(settings.statusInterval()).isAfter(loop.now());
        if (!uid.isEmpty() && (due || !condition().equals(reported))) {
            report();
        }
    }

    private NodeStatus.Condition condition() {
        return new NodeStatus.Condition(engineDown, Pressure.now(settings.rootDirectory(), Path.of(engine.root())));
    }

    private ObjectNode status() {
        ObjectNode status = NodeStatus.status(facts, engine, settings, condition(), loop.now());
        for (JsonNode each : status.path("conditions")) {
            String[] before = transitions.get(Json.text(each, "type"));
            if (before != null && before[0].equals(Json.text(each, "status"))) {
                ((ObjectNode) each).put("lastTransitionTime", before[1]);
            }
            transitions.put(
                    Json.text(each, "type"),
                    new String[] {Json.text(each, "status"), Json.text(each, "lastTransitionTime")});
        }
        return status;
    }

    private void report() {
        if (reporting) {
            return;
        }
        reporting = true;
        NodeStatus.Condition sent = condition();
        ObjectNode patch = Json.object();
        ObjectNode status = status();
        // Else an address that is no longer the node's would stay.
        ((ArrayNode) status.path("addresses")).insertObject(0).put("$patch", "replace");
        patch.set("status", status);
        String path = NODES + "/" + settings.node() + "/status";
        api.send("PATCH", path, "application/strategic-merge-patch+json", patch)
                .thenAccept(answer -> loop.execute(() -> {
                    reporting = false;
                    if (answer.ok()) {
                        reported = sent;
                        reportedAt = loop.now();
                    } else {
                        // With the next renewal of the Lease.
                        log.info("The node's status is refused: {} {}", answer.code(), answer.message());
                    }
                }));
    }

    private void renew() {
        if (renewing || uid.isEmpty()) {
            return;
        }
        renewing = true;
        Instant now = loop.now();
        String own = LEASES + "/" + settings.node();
        var sent = leaseExists
                ? api.send("PATCH", own, "application/merge-patch+json", NodeStatus.renewal(now))
                : api.send("POST", LEASES, JSON, NodeStatus.lease(settings.node(), uid, now));
        sent.thenAccept(answer -> loop.execute(() -> {
            renewing = false;
            // One that is there already, or that somebody has deleted: the other way at once.
            boolean other = answer.code() == (leaseExists ? 404 : 409);
            leaseExists = other ? !leaseExists : leaseExists || answer.ok();
            if (other) {
                renew();
            }
        }));
    }
}
