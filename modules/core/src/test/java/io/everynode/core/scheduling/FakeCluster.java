package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Resources;
import io.everynode.core.placement.Yaml;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A catalog for the scheduler, written by hand; it tells the scheduler of what changes, as the feed does. */
final class FakeCluster implements SchedulerView {

    static final EventMeta META = new EventMeta(1, Caller.controller("test"), "", "", "", 0, 0);

    final Scheduler scheduler = new Scheduler();
    final Map<String, NodeState> nodes = new TreeMap<>();
    final Map<PodName, PodState> pods = new TreeMap<>();
    final Map<String, JsonNode> templates = new HashMap<>();
    final Map<String, Map<String, String>> namespaces = new HashMap<>();

    /** By Pod. */
    final Map<PodName, List<PodBudget>> budgets = new HashMap<>();

    /** How often each node was read. */
    final Map<String, Integer> reads = new HashMap<>();

    private final Set<String> touchedNodes = new HashSet<>();
    private final Set<PodName> touchedPods = new HashSet<>();
    private final Set<String> waiting = new HashSet<>();
    private long version = 1;
    private long incarnation;

    @Override
    public long version() {
        return version;
    }

    @Override
    public NodeState node(String name) {
        reads.merge(name, 1, Integer::sum);
        return nodes.getOrDefault(name, NodeState.ABSENT);
    }

    @Override
    public PodState pod(PodName name) {
        return pods.get(name);
    }

    @Override
    public JsonNode template(String hash) {
        return templates.get(hash);
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    @Override
    public List<PodBudget> budgets(PodName pod) {
        return budgets.getOrDefault(pod, List.of());
    }

    @Override
    public Set<String> namespaces(LabelSelector selector) {
        Set<String> names = new HashSet<>();
        namespaces.forEach((name, labels) -> {
            if (selector.test(labels)) {
                names.add(name);
            }
        });
        return names;
    }

    static PodName name(String pod) {
        return new PodName("default", pod);
    }

    void node(String name, NodeEvent event) {
        nodes.put(name, nodes.getOrDefault(name, NodeState.ABSENT).evolve(META, event, ++version));
        touchedNodes.add(name);
        if (event instanceof NodeEvent.PodCreation creation
                && !creation.facts().waiting().isEmpty()) {
            waiting.add(name);
        }
    }

    private void pod(PodName name, PodEvent event) {
        pods.put(name, pods.getOrDefault(name, PodState.ABSENT).evolve(META, event, ++version));
        touchedPods.add(name);
    }

    /** A node with 4 CPUs, 1000 bytes and room for 10 Pods. */
    FakeCluster addNode(String name) {
        return addNode(name, "{}", "{}");
    }

    FakeCluster addNode(String name, String labels, String spec) {
        ObjectNode object = Yaml.object("metadata: {name: " + name + ", uid: " + name + "-uid, labels: " + labels
                + "}\nspec: " + spec + "\nstatus: {allocatable: {cpu: 4, memory: 1000, pods: 10}}");
        node(name, new NodeEvent.Stored(JsonBytes.of(object)));
        return this;
    }

    void removeNode(String name) {
        node(name, new NodeEvent.Removed(name + "-uid"));
    }

    /** An ordinary Pod of the default namespace. @param metadata more of it, such as labels */
    FakeCluster addPod(String name, String metadata, String spec) {
        ObjectNode object = Yaml.object("{metadata: " + metadata + ", spec: " + spec + ", status: {phase: Pending}}");
        ObjectNode meta = Json.child(object, "metadata");
        meta.put("name", name).put("uid", name + "-uid");
        if (!meta.has("namespace")) {
            meta.put("namespace", "default");
        }
        if (!meta.has("creationTimestamp")) {
            meta.put("creationTimestamp", "2026-03-01T12:00:00Z");
        }
        ObjectNode specTree = Json.child(object, "spec");
        if (!specTree.has("schedulerName")) {
            specTree.put("schedulerName", PodFacts.SCHEDULER_NAME);
        }
        PodName key = new PodName(Json.text(object, "metadata", "namespace"), name);
        pod(key, new PodEvent.Stored(JsonBytes.of(object)));
        return this;
    }

    FakeCluster addPod(String name, String cpu) {
        return addPod(name, "{}", cpu(cpu));
    }

    static String cpu(String cpu) {
        return "{containers: [{resources: {requests: {cpu: '" + cpu + "'}}}]}";
    }

    /** An ordinary Pod that is there already, with its reservation. */
    FakeCluster addBoundPod(String name, String metadata, String spec, String node) {
        addPod(name, metadata, spec);
        PodName key = pods.keySet().stream()
                .filter(pod -> pod.name().equals(name))
                .findFirst()
                .orElseThrow();
        bind(key, node);
        return this;
    }

    /** What the Pod and the node do with a proposal. */
    void bind(PodName name, String node) {
        PodState state = pods.get(name);
        ObjectNode object = state.object().tree();
        PodRequirements requirements = PodRequirements.ofPod(object);
        pod(name, new PodEvent.BindingProposed(state.uid(), node, 1));
        node(
                node,
                new NodeEvent.ReservationAnswered(
                        state.uid(),
                        name.namespace(),
                        name.name(),
                        1,
                        requirements.requests(),
                        requirements.ports(),
                        requirements.priority(),
                        ""));
        Json.child(object, "spec").put("nodeName", node);
        pod(name, new PodEvent.Bound(state.uid(), node, 1, JsonBytes.of(object)));
    }

    void removePod(PodName name) {
        PodState state = pods.get(name);
        String node = state.claims().isEmpty()
                ? ""
                : state.claims().values().iterator().next().node();
        pod(name, new PodEvent.Removed(state.uid()));
        if (!node.isEmpty()) {
            node(node, new NodeEvent.ReservationReleased(state.uid()));
        }
    }

    /** A Pod of this name, if there is one, goes, and the scheduler hears of it. */
    FakeCluster forget(String pod) {
        if (pods.containsKey(name(pod)) && pods.get(name(pod)).object() != null) {
            removePod(name(pod));
            run();
        }
        return this;
    }

    /** Changes what the Pod says of itself. */
    void change(PodName name, java.util.function.Consumer<ObjectNode> how) {
        ObjectNode object = pods.get(name).object().tree();
        how.accept(object);
        pod(name, new PodEvent.Stored(JsonBytes.of(object)));
    }

    /** A daemon Pod. @param waiting why it does not fit, "" when it runs */
    String addDaemonPod(
            String node,
            String daemonSet,
            String template,
            String cpu,
            int priority,
            List<HostPort> ports,
            String waiting) {
        ObjectNode tree = Yaml.object(template);
        templates.put(template, tree);
        String uid = daemonSet + "-" + node + "-" + ++incarnation;
        Resources requests = Yaml.pod(cpu(cpu)).requests();
        node(
                node,
                new NodeEvent.DaemonPodCreated(
                        daemonSet + "-uid",
                        "default",
                        daemonSet,
                        1,
                        "rev",
                        template,
                        1,
                        1,
                        requests,
                        ports,
                        priority,
                        30,
                        uid,
                        uid,
                        incarnation,
                        waiting));
        return uid;
    }

    void removeDaemonPod(String node, String uid) {
        node(node, new NodeEvent.DaemonPodRemoved(uid));
    }

    /** Everything is news, as for a scheduler that starts. */
    void touchAll() {
        touchedNodes.addAll(nodes.keySet());
        touchedPods.addAll(pods.keySet());
    }

    /** Tells the scheduler of everything since the last call and lets it run. */
    List<SchedulerStep> run() {
        scheduler.nodesTouched(touchedNodes);
        scheduler.daemonPodsWait(waiting);
        waiting.clear();
        scheduler.podsTouched(this, touchedPods);
        touchedNodes.clear();
        touchedPods.clear();
        List<SchedulerStep> steps = new ArrayList<>(scheduler.run(this));
        while (scheduler.hasMore()) {
            steps.addAll(scheduler.run(this));
        }
        return steps;
    }

    /** As {@link #run}, in few words: "web -> n1", "web: no node". */
    List<String> runInWords() {
        return run().stream().map(FakeCluster::words).toList();
    }

    /** Without what is said about pre-emption. */
    static String words(SchedulerStep step) {
        if (step instanceof SchedulerStep.Propose propose) {
            return propose.pod().name() + " -> " + propose.node();
        }
        if (step instanceof SchedulerStep.Unschedulable told) {
            return told.pod().name() + ": " + told.message().replaceFirst(" preemption: .*", "")
                    + (told.nominatedNode().isEmpty() ? "" : " Room is made on " + told.nominatedNode() + ".");
        }
        if (step instanceof SchedulerStep.Preempt preempt) {
            return "end " + preempt.pod().name() + " on " + preempt.node();
        }
        SchedulerStep.Nominate nominate = (SchedulerStep.Nominate) step;
        return (nominate.wanted() ? "hold " : "free ") + nominate.node() + " for " + nominate.podUid();
    }

    /** The nodes keep what they were told of nominations. */
    List<SchedulerStep> nominate(List<SchedulerStep> steps) {
        for (SchedulerStep step : steps) {
            if (step instanceof SchedulerStep.Nominate told) {
                node(
                        told.node(),
                        told.wanted()
                                ? new NodeEvent.Nominated(
                                        told.podUid(), told.requests(), told.ports(), told.priority(), Long.MAX_VALUE)
                                : new NodeEvent.NominationEnded(told.podUid()));
            }
        }
        return steps;
    }

    /** The ordinary Pod begins to end. */
    void end(String pod) {
        change(name(pod), object -> Json.child(object, "metadata").put("deletionTimestamp", "2026-03-01T12:00:30Z"));
    }

    /** The Pod shows what the scheduler told it. */
    void show(SchedulerStep.Unschedulable told) {
        change(
                told.pod(),
                object -> Json.child(object, "status")
                        .putArray("conditions")
                        .addObject()
                        .put("type", "PodScheduled")
                        .put("status", "False")
                        .put("message", told.message()));
    }
}
