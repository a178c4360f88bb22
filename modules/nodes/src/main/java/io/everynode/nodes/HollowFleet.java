package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives many {@link HollowNode}s from two watches, one over all Pods and one over all Nodes, so that a node costs
 * nothing while nothing happens on it. It decides nothing about Pods: it hands events to the nodes and does what they
 * answer. Everything but construction happens on the loop's thread.
 */
final class HollowFleet implements PodWriter.Fleet, FleetWatch.Listener {

    /** On a Node of any origin: "true" has this fleet play the node's kubelet. */
    static final String ADOPT = "everynode.io/hollow";

    /** On a Node of this fleet: "true" makes it fall silent, anything else lets it return. */
    static final String VANISH = HollowBehaviour.ANNOTATION_PREFIX + "vanish";

    private static final Logger log = LoggerFactory.getLogger(HollowFleet.class);
    private static final byte[] DELETION_TIMESTAMP = "\"deletionTimestamp\"".getBytes(StandardCharsets.UTF_8);

    private final ControlPlane controlPlane;
    private final HollowLoop loop;
    private final HollowSettings settings;
    private final Supplier<String> uids;
    private final Jitter jitter;
    private final WriteWindow window;
    private final HollowHeartbeats heartbeats;
    private final FleetWatch watch;
    private final Map<String, NodeWriter> members = new HashMap<>();
    private final Map<String, PodWriter> pods = new HashMap<>();
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private int joining;
    private int nextIndex;
    private boolean registered;
    private boolean closed;

    HollowFleet(ControlPlane controlPlane, HollowLoop loop, HollowSettings settings, Supplier<String> uids) {
        this.controlPlane = controlPlane;
        this.loop = loop;
        this.settings = settings;
        this.uids = uids;
        this.jitter = new Jitter(settings.seed(), settings.jitter());
        this.window = new WriteWindow(controlPlane, loop, settings);
        this.watch = new FleetWatch(controlPlane, loop, settings.retryAfter(), this);
        this.heartbeats = new HollowHeartbeats(controlPlane, loop, settings, this::reportAlthoughNothingChanged);
    }

    /** Completes when each node of the topology has joined or was refused for good. */
    CompletableFuture<Void> joined() {
        return joined;
    }

    void start(List<HollowNodeSpec> specs) {
        for (HollowNodeSpec spec : specs) {
            NodeWriter member = new NodeWriter(new HollowNode(spec, nextIndex++), false, uids.get(), this::joinedOne);
            members.put(spec.name(), member);
            heartbeats.add(member);
            Optional.ofNullable(spec.behaviour().vanishAfter())
                    .ifPresent(delay -> loop.after(delay, () -> vanish(member, true)));
        }
        heartbeats.start();
        joining = members.size();
        log.info("Hollow nodes: {} to join", joining);
        if (joining == 0) {
            joined.complete(null);
        }
        watch.start();
    }

    void stop() {
        closed = true;
        heartbeats.stop();
        watch.stop();
    }

    private void reportAlthoughNothingChanged(NodeWriter member) {
        if (!member.vanished && !member.objectUid.isEmpty()) {
            member.full = true;
            want(member);
        }
    }

    private void joinedOne() {
        if (--joining == 0) {
            log.info("Hollow nodes: all have joined");
            joined.complete(null);
        }
    }

    @Override
    public void listed(Catalog catalog) {
        if (!registered) {
            registered = true;
            register(catalog);
        }
        for (StoredObject node : catalog.list(Kinds.NODE, "")) {
            nodeSeen(node, true);
        }
        Set<String> there = new HashSet<>();
        for (StoredObject pod : catalog.list(Kinds.POD, "")) {
            there.add(pod.uid());
            podSeen(pod);
        }
        Set.copyOf(pods.keySet()).stream().filter(uid -> !there.contains(uid)).forEach(this::podGone);
    }

    /** Only once: like a kubelet, a node that somebody deletes later does not register again by itself. */
    private void register(Catalog catalog) {
        for (NodeWriter member : members.values()) {
            if (catalog.get(Kinds.NODE, "", member.node.name()).isEmpty()) {
                member.create = true;
                want(member);
            }
        }
    }

    // Nodes

    @Override
    public void nodeChanged(Change change) {
        NodeWriter member = members.get(change.object().name());
        if (change.type() != Change.Type.REMOVED) {
            nodeSeen(change.object(), change.type() == Change.Type.ADDED);
        } else if (member != null) {
            log.info("Hollow node {} was deleted; it joins again only if it is created again", member.node.name());
            member.objectUid = "";
            member.node.nodeGone();
        }
    }

    private void nodeSeen(StoredObject stored, boolean anew) {
        NodeWriter member = members.get(stored.name());
        JsonNode tree = stored.tree();
        JsonNode annotations = Json.at(tree, "metadata", "annotations");
        if (member == null || member.adopted && anew && member.node.podUids().isEmpty()) {
            heartbeats.remove(members.remove(stored.name()));
            if (!Json.text(annotations, ADOPT).equals("true")) {
                return;
            }
            log.info("Hollow node {} was made elsewhere and asks to be played", stored.name());
            member = new NodeWriter(new HollowNode(AdoptedNode.spec(tree), nextIndex++), true, uids.get(), () -> {});
            members.put(stored.name(), member);
            heartbeats.add(member);
        }
        member.objectUid = stored.uid();
        boolean vanishes = Json.text(annotations, VANISH).equals("true");
        if (annotations.has(VANISH) || member.vanishedByAnnotation) {
            member.vanishedByAnnotation = vanishes;
            vanish(member, vanishes);
        }
        if (member.vanished) {
            return;
        }
        boolean lacks = member.node.returned(tree);
        if (lacks && (anew || !ready(tree))) {
            member.full = true;
            want(member);
        } else if (!member.full) {
            member.joined();
        }
        if (member.adopted && anew) {
            takePods(member);
        }
    }

    static boolean ready(JsonNode node) {
        for (JsonNode condition : Json.at(node, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    /** A node that has vanished sends nothing and does nothing; when it returns it looks at its Pods anew. */
    private void vanish(NodeWriter member, boolean vanish) {
        if (closed || member.vanished == vanish) {
            return;
        }
        member.vanished = vanish;
        log.info("Hollow node {} {}", member.node.name(), vanish ? "vanishes" : "returns");
        if (vanish) {
            member.node.podUids().forEach(this::podGone);
        } else {
            takePods(member);
            want(member);
        }
    }

    private void takePods(NodeWriter member) {
        controlPlane.catalog().podsOnNode(member.node.name()).forEach(this::podSeen);
    }

    // Pods

    @Override
    public void podChanged(Change change) {
        if (change.type() == Change.Type.REMOVED) {
            podGone(change.object().uid());
        } else {
            podSeen(change.object());
        }
    }

    private void podSeen(StoredObject stored) {
        PodWriter known = pods.get(stored.uid());
        if (known != null
                && !known.node().node.waitsForEdit(stored.uid())
                && !contains(stored.json(), DELETION_TIMESTAMP)) {
            // Mostly the echo of an own report. Little but a deletion concerns a Pod that is already running here; or
            // that the control plane took it for lost with its node.
            if (known.settled() && !known.node().vanished && differs(stored)) {
                known.doNow(known.node().node.podDiffers(stored.uid(), loop.now()), false);
            }
            return;
        }
        PodFacts facts = PodFacts.of(stored.tree());
        NodeWriter member = members.get(facts.node());
        if (member == null || member.vanished) {
            return;
        }
        PodWriter pod = known != null ? known : new PodWriter(this, member, facts);
        pods.put(facts.uid(), pod);
        pod.doNow(member.node.podSeen(facts, jitter.luck(facts.uid(), 0), loop.now()), known == null);
        networkMayBeUp(member);
    }

    /** Whether a Pod is not ready, here and in the newest catalog: the change may be older than an own report. */
    private boolean differs(StoredObject seen) {
        return !podReady(seen)
                && controlPlane
                        .catalog()
                        .get(Kinds.POD, seen.namespace(), seen.name())
                        .filter(newest -> newest.uid().equals(seen.uid()) && !podReady(newest))
                        .isPresent();
    }

    private static boolean podReady(StoredObject pod) {
        return pod instanceof StoredDaemonPod daemon ? daemon.pod().ready() : ready(pod.tree());
    }

    @Override
    public void podGone(String uid) {
        PodWriter pod = pods.remove(uid);
        if (pod != null) {
            pod.doNow(HollowAction.NONE, true);
            pod.node().node.podGone(uid);
        }
    }

    @Override
    public void podReported(NodeWriter node) {
        networkMayBeUp(node);
    }

    @Override
    public Instant now() {
        return loop.now();
    }

    @Override
    public void want(WriteWindow.Writer writer) {
        if (!closed) {
            window.want(writer);
        }
    }

    @Override
    public void later(Duration delay, String uid, int turn, Runnable task) {
        loop.after(jitter.of(delay, uid, turn), () -> {
            if (!closed) {
                task.run();
            }
        });
    }

    private void networkMayBeUp(NodeWriter member) {
        if (member.node.networkCameUp()) {
            member.network = true;
            want(member);
        }
    }

    private static boolean contains(byte[] text, byte[] part) {
        outer:
        for (int at = 0; at <= text.length - part.length; at++) {
            for (int i = 0; i < part.length; i++) {
                if (text[at + i] != part[i]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }

    static Supplier<String> randomUids() {
        return () -> UUID.randomUUID().toString();
    }
}
