package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.runtime.SchedulerFeed.PodName;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.pod.PodState;
import io.everynode.core.scheduling.NodeView;
import io.everynode.core.scheduling.Placement;
import io.everynode.core.scheduling.PodPlacement;
import io.everynode.core.scheduling.PreferredTerm;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Plans nodes for ordinary Pods; one in the cluster. It only plans: the Pod journals the proposal and the node the
 * answer. A Pod that fits nowhere is tried again when a node or the room on one changed.
 */
final class SchedulerActor extends AbstractBehavior<SchedulerActor.Message> {

    /** A proposal that has come to nothing visible by then is looked at again; only while there are any. */
    private static final Duration PROPOSAL_PATIENCE = Duration.ofSeconds(1);

    private static final Duration COMMAND_LIFE = Duration.ofSeconds(10);
    private static final Caller CALLER = Caller.controller("scheduler");

    /** Told to itself. */
    enum Message {
        NEWS,
        CATALOG_READY,
        CATALOG_AWAY,
        LOOK_AGAIN
    }

    private final CatalogAccess catalog;
    private final SchedulerFeed feed;
    private final Clock clock;
    private final TimerScheduler<Message> timers;
    private final ClusterSharding sharding;
    private final Set<PodName> unschedulable = new LinkedHashSet<>();
    private final Map<PodName, String> proposed = new HashMap<>();
    private boolean ready;

    private SchedulerActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            CatalogAccess catalog,
            SchedulerFeed feed,
            Clock clock) {
        super(context);
        this.catalog = catalog;
        this.feed = feed;
        this.clock = clock;
        this.timers = timers;
        this.sharding = ClusterSharding.get(context.getSystem());
        awaitCatalog();
    }

    static Behavior<Message> create(CatalogAccess catalog, SchedulerFeed feed, Clock clock) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new SchedulerActor(context, timers, catalog, feed, clock)));
    }

    private void awaitCatalog() {
        getContext()
                .pipeToSelf(
                        catalog.caughtUp().get(),
                        (version, failure) -> failure == null ? Message.CATALOG_READY : Message.CATALOG_AWAY);
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Message.CATALOG_READY, this::begin)
                .onMessageEquals(Message.CATALOG_AWAY, () -> {
                    timers.startSingleTimer(Message.CATALOG_AWAY, Message.LOOK_AGAIN, PROPOSAL_PATIENCE);
                    return this;
                })
                .onMessageEquals(Message.NEWS, () -> {
                    SchedulerFeed.News news = feed.take();
                    Set<PodName> queue = new LinkedHashSet<>(news.pods());
                    if (news.roomChanged()) {
                        queue.addAll(unschedulable);
                    }
                    return schedule(queue);
                })
                .onMessageEquals(Message.LOOK_AGAIN, () -> {
                    if (!ready) {
                        awaitCatalog();
                        return this;
                    }
                    Set<PodName> again = new LinkedHashSet<>(proposed.keySet());
                    proposed.clear();
                    return schedule(again);
                })
                .onSignal(PostStop.class, signal -> {
                    feed.subscribe(null);
                    return this;
                })
                .build();
    }

    private Behavior<Message> begin() {
        ready = true;
        var self = getContext().getSelf();
        feed.subscribe(() -> self.tell(Message.NEWS));
        Set<PodName> all = new LinkedHashSet<>();
        for (StoredObject pod : catalog.newest().get().list(Kinds.POD, "")) {
            if (!(pod instanceof StoredDaemonPod)) {
                all.add(new PodName(pod.namespace(), pod.name()));
            }
        }
        return schedule(all);
    }

    private Behavior<Message> schedule(Set<PodName> queue) {
        CatalogVersion version = catalog.newest().get();
        Map<String, NodeView> views = null;
        for (PodName name : queue) {
            Optional<StoredObject> found = version.get(Kinds.POD, name.namespace(), name.name());
            ObjectNode pod = found.map(StoredObject::tree).orElse(null);
            unschedulable.remove(name);
            if (pod == null || !waits(pod)) {
                proposed.remove(name);
                continue;
            }
            if (proposed.containsKey(name)) {
                continue;
            }
            PodState state = version.pods().getOrDefault(found.get().persistenceId(), PodState.ABSENT);
            if (state.claims().containsKey(found.get().uid())) {
                proposed.put(name, "");
                continue;
            }
            if (views == null) {
                views = views(version);
            }
            place(version, name, found.get(), pod, views);
        }
        if (!proposed.isEmpty()) {
            timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, PROPOSAL_PATIENCE);
        }
        return this;
    }

    /** Not bound, not ending nor ended, and meant for this scheduler. */
    private static boolean waits(ObjectNode pod) {
        String phase = Json.text(pod, "status", "phase");
        return !phase.equals("Failed")
                && !phase.equals("Succeeded")
                && Json.text(pod, "spec", "nodeName").isEmpty()
                && !Json.at(pod, "metadata").has("deletionTimestamp")
                && Json.text(pod, "spec", "schedulerName").equals("default-scheduler")
                && Json.at(pod, "spec", "schedulingGates").isEmpty();
    }

    private void place(
            CatalogVersion version, PodName name, StoredObject stored, ObjectNode pod, Map<String, NodeView> views) {
        PodRequirements requirements = PodRequirements.ofPod(pod);
        Collection<NodeView> nodes = views.values();
        Placement placement = PodPlacement.choose(requirements, PreferredTerm.ofPod(pod), nodes);
        CommandMeta meta = new CommandMeta(
                stored.uid() + "/" + version.resourceVersion(),
                CALLER,
                "journal " + stored.resourceVersion(),
                clock.instant().plus(COMMAND_LIFE).toEpochMilli(),
                version.resourceVersion());
        PodEntity.Message message;
        if (placement instanceof Placement.Chosen chosen) {
            proposed.put(name, chosen.node());
            views.computeIfPresent(chosen.node(), (node, view) -> with(view, requirements));
            message = new PodEntity.Propose(new PodCommand.Propose(meta, stored.uid(), chosen.node()));
        } else {
            unschedulable.add(name);
            message = new PodEntity.MarkUnschedulable(new PodCommand.MarkUnschedulable(
                    meta, stored.uid(), ((Placement.Unschedulable) placement).message()));
        }
        sharding.entityRefFor(PodEntity.KEY, PersistenceIds.entityId(name.namespace(), name.name()))
                .tell(message);
    }

    private static Map<String, NodeView> views(CatalogVersion version) {
        Map<String, NodeView> views = new HashMap<>();
        for (Map.Entry<String, NodeState> node : version.nodes().entrySet()) {
            NodeState state = node.getValue();
            if (state.exists()) {
                views.put(
                        node.getKey(),
                        new NodeView(state.facts(), state.requested(), state.podCount(), state.usedPorts()));
            }
        }
        return views;
    }

    private static NodeView with(NodeView view, PodRequirements pod) {
        Set<HostPort> ports = new HashSet<>(view.usedPorts());
        ports.addAll(pod.ports());
        return new NodeView(view.node(), view.requested().plus(pod.requests()), view.pods() + 1, ports);
    }
}
