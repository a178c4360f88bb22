package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.api.NodeApi;
import io.everynode.nodes.api.SeenObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
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
final class HollowFleet implements PodWriter.Fleet, NodeApi.Listener {

    /** On a Node of any origin: "true" has this fleet play the node's kubelet. */
    static final String ADOPT = "everynode.io/hollow";

    /** On a Node of this fleet: "true" makes it fall silent, anything else lets it return. */
    static final String VANISH = HollowBehaviour.ANNOTATION_PREFIX + "vanish";

    private static final Logger log = LoggerFactory.getLogger(HollowFleet.class);

    private final NodeApi api;
    private final HollowLoop loop;
    private final HollowSettings settings;
    private final Supplier<String> uids;
    private final Jitter jitter;
    private final WriteWindow window;
    private final HollowHeartbeats heartbeats;
    private final Map<String, NodeWriter> members = new HashMap<>();
    private final Map<String, PodWriter> pods = new HashMap<>();
    private final CompletableFuture<Integer> joined = new CompletableFuture<>();
    /** Names of Nodes and UIDs of Pods on a list that is being told: what is not on it is gone. Null at other times. */
    private Set<String> listedNodes;

    private Set<String> listedPods;

    private int joining;
    private int refused;
    private int nextIndex;
    private boolean registered;
    private boolean closed;

    HollowFleet(NodeApi api, HollowLoop loop, HollowSettings settings, Supplier<String> uids) {
        this.api = api;
        this.loop = loop;
        this.settings = settings;
        this.uids = uids;
        this.jitter = new Jitter(settings.seed(), settings.jitter());
        this.window = new WriteWindow(api, loop, settings);
        this.heartbeats = new HollowHeartbeats(api, loop, settings, this::reportAlthoughNothingChanged);
    }

    /**
     * Completes when each node of the topology has joined or was refused for good, with the number of the latter; fails
     * when listing is refused for good.
     */
    CompletableFuture<Integer> joined() {
        return joined;
    }

    void start(List<HollowNodeSpec> specs) {
        specs.forEach(this::add);
        heartbeats.start();
        joining = members.size();
        log.info("Hollow nodes: {} to join", joining);
        if (joining == 0) {
            joined.complete(0);
        }
        api.watch(this);
    }

    /** More nodes of this fleet, which are not in the API yet, register. */
    void more(List<HollowNodeSpec> specs) {
        joining += specs.size();
        for (HollowNodeSpec spec : specs) {
            NodeWriter member = add(spec);
            // Before the first list has ended, all members wait for its end.
            member.create = registered;
            want(member);
        }
    }

    private NodeWriter add(HollowNodeSpec spec) {
        NodeWriter member = new NodeWriter(new HollowNode(spec, nextIndex++), false, uids.get(), this::joinedOne);
        members.put(spec.name(), member);
        heartbeats.add(member);
        Optional.ofNullable(spec.behaviour().vanishAfter())
                .ifPresent(delay -> loop.after(delay, () -> vanish(member, true)));
        return member;
    }

    void stop() {
        closed = true;
        heartbeats.stop();
        api.close();
    }

    private void reportAlthoughNothingChanged(NodeWriter member) {
        if (!member.vanished && !member.objectUid.isEmpty()) {
            member.full = true;
            want(member);
        }
    }

    private void joinedOne(boolean wasRefused) {
        refused += wasRefused ? 1 : 0;
        if (--joining == 0) {
            log.info("Hollow nodes: all have joined");
            joined.complete(refused);
        }
    }

    @Override
    public void refused(String why) {
        joined.completeExceptionally(new IllegalStateException(why));
    }

    @Override
    public void listing(Kind kind) {
        if (kind.equals(Kinds.POD)) {
            listedPods = new HashSet<>();
        } else {
            listedNodes = new HashSet<>();
        }
    }

    @Override
    public void listed(Kind kind) {
        if (kind.equals(Kinds.POD)) {
            Set<String> there = listedPods;
            listedPods = null;
            without(there, pods.keySet()).forEach(this::podGone);
            return;
        }
        Set<String> there = listedNodes;
        listedNodes = null;
        for (String name : without(there, members.keySet())) {
            if (!members.get(name).objectUid.isEmpty()) {
                nodeGone(name);
            }
        }
        register();
    }

    private static List<String> without(Set<String> there, Set<String> known) {
        return known.stream().filter(each -> !there.contains(each)).toList();
    }

    /** Only once: like a kubelet, a node that somebody deletes later does not register again by itself. */
    private void register() {
        if (registered) {
            return;
        }
        registered = true;
        for (NodeWriter member : members.values()) {
            if (member.objectUid.isEmpty()) {
                member.create = true;
                want(member);
            }
        }
    }

    // Nodes

    @Override
    public void nodeGone(String name) {
        NodeWriter member = members.get(name);
        if (member == null) {
            return;
        }
        member.objectUid = "";
        member.node.nodeGone();
        if (member.adopted || settings.rejoinAfter().isZero()) {
            log.info("Hollow node {} was deleted; it joins again only if it is created again", name);
            return;
        }
        log.info("Hollow node {} was deleted; it joins again after {}", name, settings.rejoinAfter());
        loop.after(jitter.of(settings.rejoinAfter(), name, 0), () -> {
            if (member.objectUid.isEmpty()) {
                member.create = true;
                want(member);
            }
        });
    }

    @Override
    public void nodeSeen(SeenObject seen, boolean anew) {
        if (listedNodes != null) {
            listedNodes.add(seen.name());
        }
        NodeWriter member = members.get(seen.name());
        if (member == null && !settings.adopt()) {
            return;
        }
        JsonNode tree = seen.tree();
        JsonNode annotations = Json.at(tree, "metadata", "annotations");
        if (member == null || member.adopted && anew && member.node.podUids().isEmpty()) {
            heartbeats.remove(members.remove(seen.name()));
            if (!settings.adopt() || !Json.text(annotations, ADOPT).equals("true")) {
                return;
            }
            log.info("Hollow node {} was made elsewhere and asks to be played", seen.name());
            member = new NodeWriter(
                    new HollowNode(AdoptedNode.spec(tree), nextIndex++), true, uids.get(), refusal -> {});
            members.put(seen.name(), member);
            heartbeats.add(member);
        }
        member.objectUid = seen.uid();
        boolean vanishes = Json.text(annotations, VANISH).equals("true");
        if (annotations.has(VANISH) || member.vanishedByAnnotation) {
            member.vanishedByAnnotation = vanishes;
            vanish(member, vanishes);
        }
        if (member.vanished) {
            return;
        }
        boolean lacks = member.node.returned(tree);
        if (lacks && (anew || !seen.ready())) {
            member.full = true;
            want(member);
        } else if (!member.full) {
            member.joined(false);
        }
        if (member.adopted && anew) {
            takePods(member);
        }
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
        api.readPods(member.node.name());
    }

    // Pods

    @Override
    public void podSeen(SeenObject seen) {
        if (listedPods != null) {
            listedPods.add(seen.uid());
        }
        PodWriter known = pods.get(seen.uid());
        if (known != null && !known.node().node.waitsForEdit(seen.uid()) && !seen.deleting()) {
            // Mostly the echo of an own report. Little but a deletion concerns a Pod that is already running here; or
            // that the control plane took it for lost with its node.
            if (known.settled() && !known.node().vanished && !seen.ready() && known.isNews(seen)) {
                known.doNow(known.node().node.podDiffers(seen.uid(), loop.now()), false);
            }
            return;
        }
        NodeWriter member = members.get(seen.node());
        if (member == null || member.vanished) {
            return;
        }
        PodFacts facts = PodFacts.of(seen.tree());
        PodWriter pod = known != null ? known : new PodWriter(this, member, facts);
        pods.put(facts.uid(), pod);
        pod.doNow(member.node.podSeen(facts, jitter.luck(facts.uid(), 0), loop.now()), known == null);
        networkMayBeUp(member);
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

    static Supplier<String> randomUids() {
        return () -> UUID.randomUUID().toString();
    }
}
