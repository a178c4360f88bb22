package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives many {@link HollowNode}s from two watches, one over all Pods and one over all Nodes, so that a node costs
 * nothing while nothing happens on it. It decides nothing about Pods: it hands events to the nodes and does what they
 * answer. Everything but construction happens on the loop's thread.
 */
final class HollowFleet {

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
    private final Map<String, Member> members = new HashMap<>();
    private final Map<String, PodWriter> pods = new HashMap<>();
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final List<WatchCursor> cursors = new ArrayList<>();
    private int joining;
    private int watchTurn;
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
    }

    /** Completes when each node of the topology has joined or was refused for good. */
    CompletableFuture<Void> joined() {
        return joined;
    }

    void start(List<HollowNodeSpec> specs) {
        for (HollowNodeSpec spec : specs) {
            Member member = new Member(new HollowNode(spec, nextIndex++), false);
            members.put(spec.name(), member);
            Optional.ofNullable(spec.behaviour().vanishAfter())
                    .ifPresent(delay -> loop.after(delay, () -> vanish(member, true)));
        }
        joining = members.size();
        log.info("Hollow nodes: {} to join", joining);
        if (joining == 0) {
            joined.complete(null);
        }
        listAndWatch();
    }

    void stop() {
        closed = true;
        cursors.forEach(WatchCursor::close);
    }

    // Watching

    private void listAndWatch() {
        int turn = ++watchTurn;
        cursors.forEach(WatchCursor::close);
        cursors.clear();
        controlPlane
                .currentCatalog()
                .whenComplete((catalog, error) -> loop.execute(() -> {
                    if (closed || turn != watchTurn) {
                        return;
                    }
                    if (error != null) {
                        again(turn, error);
                    } else {
                        listed(turn, catalog);
                    }
                }));
    }

    private void again(int turn, Throwable error) {
        log.warn("Hollow nodes: watching failed, will list again: {}", error.toString());
        loop.after(settings.retryAfter(), () -> {
            if (turn == watchTurn && !closed) {
                listAndWatch();
            }
        });
    }

    private void listed(int turn, Catalog catalog) {
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
        follow(turn, Kinds.NODE, catalog, this::nodeChanged);
        follow(turn, Kinds.POD, catalog, this::podChanged);
    }

    /** Only once: like a kubelet, a node that somebody deletes later does not register again by itself. */
    private void register(Catalog catalog) {
        for (Member member : members.values()) {
            if (catalog.get(Kinds.NODE, "", member.node.name()).isEmpty()) {
                member.create = true;
                window.want(member);
            }
        }
    }

    private void follow(int turn, Kind kind, Catalog catalog, Consumer<Change> handler) {
        if (turn != watchTurn) {
            return;
        }
        Optional<WatchCursor> cursor = controlPlane.watch(WatchSelection.all(kind), catalog.resourceVersion());
        if (cursor.isEmpty()) {
            watchTurn++;
            again(watchTurn, new WatchCursor.Expired("version " + catalog.resourceVersion() + " is no longer held"));
            return;
        }
        cursors.add(cursor.get());
        next(turn, cursor.get(), handler);
    }

    private void next(int turn, WatchCursor cursor, Consumer<Change> handler) {
        cursor.next()
                .whenComplete((changes, error) -> loop.execute(() -> {
                    if (closed || turn != watchTurn) {
                        return;
                    }
                    if (error != null) {
                        watchTurn++;
                        again(watchTurn, error);
                        return;
                    }
                    changes.forEach(handler);
                    next(turn, cursor, handler);
                }));
    }

    // Nodes

    private void nodeChanged(Change change) {
        Member member = members.get(change.object().name());
        if (change.type() != Change.Type.REMOVED) {
            nodeSeen(change.object(), change.type() == Change.Type.ADDED);
        } else if (member != null) {
            log.info("Hollow node {} was deleted; it joins again only if it is created again", member.node.name());
            member.node.nodeGone();
        }
    }

    private void nodeSeen(StoredObject stored, boolean anew) {
        Member member = members.get(stored.name());
        JsonNode tree = stored.tree();
        JsonNode annotations = Json.at(tree, "metadata", "annotations");
        if (member == null || member.adopted && anew && member.node.podUids().isEmpty()) {
            members.remove(stored.name());
            if (!Json.text(annotations, ADOPT).equals("true")) {
                return;
            }
            log.info("Hollow node {} was made elsewhere and asks to be played", stored.name());
            member = new Member(new HollowNode(AdoptedNode.spec(tree), nextIndex++), true);
            members.put(stored.name(), member);
        }
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
            window.want(member);
        } else if (!member.full) {
            member.joined();
        }
        if (member.adopted && anew) {
            takePods(member);
        }
    }

    private static boolean ready(JsonNode node) {
        for (JsonNode condition : Json.at(node, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    /** A node that has vanished sends nothing and does nothing; when it returns it looks at its Pods anew. */
    private void vanish(Member member, boolean vanish) {
        if (closed || member.vanished == vanish) {
            return;
        }
        member.vanished = vanish;
        log.info("Hollow node {} {}", member.node.name(), vanish ? "vanishes" : "returns");
        if (vanish) {
            member.node.podUids().forEach(this::podGone);
        } else {
            takePods(member);
            window.want(member);
        }
    }

    private void takePods(Member member) {
        controlPlane.catalog().podsOnNode(member.node.name()).forEach(this::podSeen);
    }

    // Pods

    private void podChanged(Change change) {
        if (change.type() == Change.Type.REMOVED) {
            podGone(change.object().uid());
        } else {
            podSeen(change.object());
        }
    }

    private void podSeen(StoredObject stored) {
        PodWriter known = pods.get(stored.uid());
        if (known != null && !contains(stored.json(), DELETION_TIMESTAMP)) {
            // Mostly the echo of an own report. Nothing but a deletion concerns a Pod that is already running here.
            return;
        }
        PodFacts facts = PodFacts.of(stored.tree());
        Member member = members.get(facts.node());
        if (member == null || member.vanished) {
            return;
        }
        PodWriter pod = known != null ? known : new PodWriter(member, facts);
        pods.put(facts.uid(), pod);
        pod.doNow(member.node.podSeen(facts, jitter.luck(facts.uid(), 0), loop.now()), known == null);
        networkMayBeUp(member);
    }

    private void podGone(String uid) {
        PodWriter pod = pods.remove(uid);
        if (pod != null) {
            pod.doNow(HollowAction.NONE, true);
            pod.member.node.podGone(uid);
        }
    }

    private void networkMayBeUp(Member member) {
        if (member.node.networkCameUp()) {
            member.network = true;
            window.want(member);
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

    /** One node, and what it has to write about itself. */
    private final class Member extends WriteWindow.Writer {
        private final HollowNode node;
        private final boolean adopted;
        private final String uid = uids.get();
        private boolean counted;
        private boolean vanished;
        private boolean vanishedByAnnotation;
        private boolean create;
        private boolean full;
        private boolean network;

        Member(HollowNode node, boolean adopted) {
            this.node = node;
            this.adopted = adopted;
            this.counted = !adopted;
        }

        @Override
        String id() {
            return "node " + node.name();
        }

        @Override
        boolean wants() {
            return !vanished && (create || full || network);
        }

        @Override
        WriteRequest request(Instant now, Instant deadline) {
            if (create) {
                return NodeRequests.register(node, uid, now, deadline);
            }
            if (full) {
                return NodeRequests.nodeStatus(node, node.status(now), "node reports", deadline);
            }
            var status = Json.object();
            status.putArray("conditions").add(HollowStatus.network(false, now));
            return NodeRequests.nodeStatus(node, status, "network is ready", deadline);
        }

        @Override
        void done(WriteResult result) {
            if (result instanceof WriteResult.Refused refused) {
                // Registering a node that is there already is how a kubelet returns: its watch has seen, or will see,
                // whether something is missing. A report on a node that is gone waits for its return.
                if (refused.status().code() != 409 && refused.status().code() != 404) {
                    log.warn(
                            "Hollow node {} is refused: {}",
                            node.name(),
                            refused.status().message());
                    joined();
                }
                if (create && refused.status().code() == 409) {
                    create = false;
                    full = true;
                    return;
                }
                create = false;
                full = false;
                network = false;
                return;
            }
            if (create) {
                create = false;
                full = result instanceof WriteResult.Stored stored
                        && !ready(stored.object().tree());
            } else if (full) {
                full = false;
                network = false;
            } else {
                network = false;
            }
            if (!full) {
                joined();
            }
        }

        void joined() {
            if (counted) {
                counted = false;
                if (--joining == 0) {
                    log.info("Hollow nodes: all have joined");
                    HollowFleet.this.joined.complete(null);
                }
            }
        }
    }

    /** One Pod, and the latest thing that its node has to write about it. */
    private final class PodWriter extends WriteWindow.Writer {
        private final Member member;
        private final PodFacts facts;
        private HollowAction wish = HollowAction.NONE;
        private HollowAction sent = HollowAction.NONE;
        private int turn;

        PodWriter(Member member, PodFacts facts) {
            this.member = member;
            this.facts = facts;
        }

        @Override
        String id() {
            return "pod " + facts.namespace() + "/" + facts.name();
        }

        /** @param always also an empty action replaces the present one */
        void doNow(HollowAction action, boolean always) {
            if (action instanceof HollowAction.Nothing && !always) {
                return;
            }
            int now = ++turn;
            wish = action;
            if (action instanceof HollowAction.Wait wait) {
                loop.after(jitter.of(wait.delay(), facts.uid(), now), () -> {
                    if (now == turn && !closed) {
                        doNow(member.node.podDelayOver(facts.uid(), loop.now()), true);
                    }
                });
            } else {
                window.want(this);
            }
        }

        @Override
        boolean wants() {
            return !closed && (wish instanceof HollowAction.Report || wish instanceof HollowAction.ConfirmDeletion);
        }

        @Override
        WriteRequest request(Instant now, Instant deadline) {
            sent = wish;
            return wish instanceof HollowAction.Report report
                    ? NodeRequests.podStatus(member.node, facts, report.status(), report.why(), deadline)
                    : NodeRequests.podEnded(member.node, facts, deadline);
        }

        @Override
        void done(WriteResult result) {
            if (sent != wish) {
                return;
            }
            wish = HollowAction.NONE;
            if (result instanceof WriteResult.Refused refused) {
                refused(refused);
            } else if (sent instanceof HollowAction.Report) {
                doNow(member.node.podReported(facts.uid()), true);
                networkMayBeUp(member);
            }
        }

        private void refused(WriteResult.Refused refused) {
            // The object is gone or another one has its name; its removal is, or will be, on the watch.
            if (refused.status().code() == 404 || refused.status().code() == 409) {
                podGone(facts.uid());
            } else {
                log.warn(
                        "Hollow report on {} is refused: {}",
                        id(),
                        refused.status().message());
            }
        }
    }

    static Supplier<String> randomUids() {
        return () -> UUID.randomUUID().toString();
    }
}
