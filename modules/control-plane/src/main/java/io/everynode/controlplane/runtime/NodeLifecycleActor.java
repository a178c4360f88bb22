package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.LeaseKeeper;
import io.everynode.controlplane.entity.NodeEntity;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.lifecycle.EvictionZones;
import io.everynode.core.lifecycle.LifecycleSettings;
import io.everynode.core.lifecycle.NodeConditions;
import io.everynode.core.lifecycle.TaintEvictions;
import io.everynode.core.lifecycle.TaintEvictions.Guest;
import io.everynode.core.lifecycle.ZonedNode;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.Taint;
import io.everynode.core.placement.Toleration;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Carries out what {@link EvictionZones} and {@link TaintEvictions} decide; one in the cluster. Woken by changes of the
 * catalog and by their deadlines. It also makes the ordinary Pods of a lost node not ready; the daemon Pods were in the
 * Node's own persist.
 */
final class NodeLifecycleActor extends AbstractBehavior<NodeLifecycleActor.Message> {

    private static final Duration CATALOG_RETRY = Duration.ofSeconds(1);
    private static final Duration COMMAND_LIFE = Duration.ofSeconds(4);

    /** A Pod that could not be made not ready is tried again after so long. */
    private static final Duration MARK_AGAIN = Duration.ofSeconds(5);

    /** Pods that are being made not ready, at most; the others wait, and there are no more of them than Pods. */
    private static final int MARKS_AT_ONCE = 256;

    /** What it tells itself. */
    sealed interface Message {}

    private enum Signal implements Message {
        BEGIN,
        NEWS,
        STEP,
        MARK
    }

    private record Evicted(String uid) implements Message {}

    /** @param done the Pod is not ready now; else it is tried again */
    private record Marked(String node, String uid, boolean done) implements Message {}

    private final CatalogAccess catalog;
    private final LifecycleFeed feed;
    private final Clock clock;
    private final TimerScheduler<Message> timers;
    private final LifecycleWrites writes;
    private final ClusterSharding sharding;
    private final EvictionZones zones;
    private final TaintEvictions evictions = new TaintEvictions();

    /** Lost nodes whose ordinary Pods are to be looked at. */
    private final Set<String> toMark = new LinkedHashSet<>();

    /** By lost node: its ordinary Pods that were made not ready, or are being made so. Each is once for each loss. */
    private final Map<String, Set<String>> marked = new HashMap<>();

    private int marks;

    private NodeLifecycleActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            ControlPlane controlPlane,
            CatalogAccess catalog,
            LifecycleFeed feed,
            LifecycleSettings settings,
            Clock clock) {
        super(context);
        this.timers = timers;
        this.catalog = catalog;
        this.feed = feed;
        this.clock = clock;
        this.writes = new LifecycleWrites(controlPlane, clock);
        this.sharding = ClusterSharding.get(context.getSystem());
        this.zones = new EvictionZones(settings);
        CaughtUp.tell(context, catalog, CATALOG_RETRY, Signal.BEGIN);
    }

    static Behavior<Message> create(
            ControlPlane controlPlane,
            CatalogAccess catalog,
            LifecycleFeed feed,
            LifecycleSettings settings,
            Clock clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new NodeLifecycleActor(context, timers, controlPlane, catalog, feed, settings, clock)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Signal.BEGIN, this::begin)
                .onMessageEquals(Signal.NEWS, () -> {
                    CatalogVersion version = catalog.newest().get();
                    feed.take().forEach(node -> look(version, node));
                    return act(version);
                })
                .onMessageEquals(Signal.STEP, () -> act(catalog.newest().get()))
                .onMessageEquals(Signal.MARK, () -> {
                    mark(catalog.newest().get());
                    return this;
                })
                .onMessage(Evicted.class, evicted -> {
                    evictions.answered(evicted.uid(), clock.millis());
                    return act(catalog.newest().get());
                })
                .onMessage(Marked.class, this::marked)
                .onSignal(PostStop.class, signal -> {
                    feed.subscribe(null);
                    return this;
                })
                .build();
    }

    private Behavior<Message> begin() {
        var self = getContext().getSelf();
        feed.subscribe(() -> self.tell(Signal.NEWS));
        CatalogVersion version = catalog.newest().get();
        version.nodes().keySet().forEach(node -> look(version, node));
        return act(version);
    }

    private void look(CatalogVersion version, String name) {
        NodeState node = version.node(name);
        if (!node.exists()) {
            zones.nodeGone(name);
            evictions.nodeIs(name, List.of(), List.of(), clock.millis());
            found(name);
            return;
        }
        ObjectNode tree = node.object().tree();
        zones.nodeIs(name, ZonedNode.of(tree));
        boolean evicts = node.facts().taints().stream().anyMatch(Taint::evicts);
        if (evicts || evictions.concerns(name)) {
            List<Guest> guests = evicts ? guests(version, name) : List.of();
            evictions.nodeIs(name, node.facts().taints(), guests, clock.millis());
        }
        if (NodeConditions.status(tree, NodeConditions.READY).equals(NodeConditions.UNKNOWN)) {
            toMark.add(name);
        } else {
            found(name);
        }
    }

    private void found(String node) {
        toMark.remove(node);
        marked.remove(node);
    }

    private static List<Guest> guests(CatalogVersion version, String node) {
        List<Guest> guests = new ArrayList<>();
        for (StoredObject pod : version.podsOnNode(node)) {
            if (StoredDaemonPod.owned(pod)) {
                continue;
            }
            ObjectNode tree = pod.tree();
            if (!Json.at(tree, "metadata").has("deletionTimestamp")) {
                guests.add(new Guest(
                        pod.namespace(),
                        pod.name(),
                        pod.uid(),
                        since(tree),
                        Toleration.listOf(Json.at(tree, "spec", "tolerations"))));
            }
        }
        return guests;
    }

    /** When the Pod came to its node: when it was bound, else when it was made. */
    private static long since(ObjectNode pod) {
        for (JsonNode condition : Json.at(pod, "status", "conditions")) {
            if (Json.text(condition, "type").equals("PodScheduled") && condition.hasNonNull("lastTransitionTime")) {
                return Instant.parse(Json.text(condition, "lastTransitionTime")).toEpochMilli();
            }
        }
        return Instant.parse(Json.text(pod, "metadata", "creationTimestamp")).toEpochMilli();
    }

    private Behavior<Message> act(CatalogVersion version) {
        long now = clock.millis();
        for (EvictionZones.Order order : zones.step(now)) {
            NodeCommand.SetEvictingTaint command = new NodeCommand.SetEvictingTaint(
                    new CommandMeta(
                            UUID.randomUUID().toString(),
                            LeaseKeeper.CALLER,
                            "journal " + version.resourceVersion(),
                            now + COMMAND_LIFE.toMillis(),
                            version.resourceVersion()),
                    version.node(order.node()).objectSequence(),
                    order.taint());
            // The catalog will show whether it was done; until then the order is repeated.
            sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(order.node()))
                    .tell(new NodeEntity.SetEvictingTaint(
                            command, getContext().getSystem().ignoreRef()));
        }
        for (Guest guest : evictions.step(now)) {
            StoredObject pod = version.get(Kinds.POD, guest.namespace(), guest.name())
                    .filter(found -> found.uid().equals(guest.uid()))
                    .orElse(null);
            if (pod == null) {
                evictions.answered(guest.uid(), now);
            } else {
                getContext().pipeToSelf(writes.evict(pod), (done, failure) -> new Evicted(guest.uid()));
            }
        }
        mark(version);
        long next = Math.min(zones.nextDeadline(now), evictions.nextDeadline());
        if (next == Long.MAX_VALUE) {
            timers.cancel(Signal.STEP);
        } else {
            timers.startSingleTimer(Signal.STEP, Signal.STEP, Duration.ofMillis(Math.max(1, next - now)));
        }
        return this;
    }

    private void mark(CatalogVersion version) {
        for (Iterator<String> all = toMark.iterator(); all.hasNext() && marks < MARKS_AT_ONCE; ) {
            String node = all.next();
            all.remove();
            Set<String> known = marked.computeIfAbsent(node, n -> new HashSet<>());
            for (StoredObject pod : version.podsOnNode(node)) {
                if (!StoredDaemonPod.owned(pod)
                        && !known.contains(pod.uid())
                        && NodeConditions.status(pod.tree(), NodeConditions.READY)
                                .equals("True")) {
                    known.add(pod.uid());
                    marks++;
                    getContext()
                            .pipeToSelf(
                                    writes.notReady(pod),
                                    (result, failure) -> new Marked(
                                            node,
                                            pod.uid(),
                                            failure == null && !(result instanceof WriteResult.Refused)));
                }
            }
        }
    }

    private Behavior<Message> marked(Marked answer) {
        marks--;
        if (!answer.done() && marked.containsKey(answer.node())) {
            // Refused for the moment, or the Pod has changed.
            marked.get(answer.node()).remove(answer.uid());
            toMark.add(answer.node());
            timers.startSingleTimer(Signal.MARK, Signal.MARK, MARK_AGAIN);
        } else if (!timers.isTimerActive(Signal.MARK)) {
            mark(catalog.newest().get());
        }
        return this;
    }
}
