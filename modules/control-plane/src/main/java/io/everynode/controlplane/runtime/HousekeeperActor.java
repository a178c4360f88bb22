package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.CaughtUp;
import io.everynode.controlplane.entity.NodeEntity;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.ReserveReply;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.core.pod.PodCommand;
import java.time.Clock;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Cleans up after things that may meet by chance; one in the cluster. Ends Pods whose name is taken; has nodes give up
 * what they hold for Pods that do not claim it. Woken by changes; while something is left it looks again at intervals.
 * What else is cleaned up stands in {@link Duties}.
 */
final class HousekeeperActor extends AbstractBehavior<HousekeeperActor.Message> {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration WRITE_LIFE = Duration.ofSeconds(10);

    private static final Caller POD_COLLECTOR = Caller.controller("pod-garbage-collector");

    /** Told to itself. */
    enum Message {
        BEGIN,
        NEWS,
        LOOK_AGAIN
    }

    private final CatalogAccess catalog;
    private final HousekeepingFeed feed;
    private final Clock clock;
    private final TimerScheduler<Message> timers;

    private HousekeeperActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            CatalogAccess catalog,
            HousekeepingFeed feed,
            Clock clock) {
        super(context);
        this.catalog = catalog;
        this.feed = feed;
        this.clock = clock;
        this.timers = timers;
        CaughtUp.tell(context, catalog, LOOK_AGAIN, Message.BEGIN);
    }

    static Behavior<Message> create(CatalogAccess catalog, HousekeepingFeed feed, Clock clock) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new HousekeeperActor(context, timers, catalog, feed, clock)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Message.BEGIN, () -> {
                    var self = getContext().getSelf();
                    feed.subscribe(() -> self.tell(Message.NEWS));
                    return cleanUp();
                })
                .onMessageEquals(Message.NEWS, () -> {
                    feed.take();
                    return cleanUp();
                })
                .onMessageEquals(Message.LOOK_AGAIN, this::cleanUp)
                .onSignal(PostStop.class, signal -> {
                    feed.subscribe(null);
                    return this;
                })
                .build();
    }

    private Behavior<Message> cleanUp() {
        CatalogVersion version = catalog.newest().get();
        endHiddenPods(version);
        giveUpUnclaimed(version);
        return this;
    }

    /** Pods whose name an earlier Pod has; a daemon Pod is made again by its DaemonSet, under another name. */
    private void endHiddenPods(CatalogVersion version) {
        ClusterSharding sharding = ClusterSharding.get(getContext().getSystem());
        ActorRef<WriteReply> ignored = getContext().getSystem().ignoreRef();
        for (CatalogVersion.HiddenPod pod : version.hiddenPods().values()) {
            CommandMeta meta = new CommandMeta(
                    "hidden " + pod.uid(),
                    POD_COLLECTOR,
                    "journal " + version.resourceVersion(),
                    clock.instant().plus(WRITE_LIFE).toEpochMilli(),
                    version.resourceVersion());
            ObjectWrite end =
                    new ObjectWrite.Delete(new Precondition(pod.uid(), 0), 0L, ObjectWrite.Propagation.DEFAULT);
            if (pod.slotNode().isEmpty()) {
                sharding.entityRefFor(PodEntity.KEY, EntityIds.namespaced(pod.namespace(), pod.name()))
                        .tell(new PodEntity.Write(new PodCommand.Write(meta, end, false), ignored));
            } else {
                NodeCommand.WritePod command =
                        new NodeCommand.WritePod(meta, pod.namespace(), pod.name(), end, false, null);
                sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(pod.slotNode()))
                        .tell(new NodeEntity.WritePod(command, ignored));
            }
        }
        if (!version.hiddenPods().isEmpty()) {
            timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, LOOK_AGAIN);
        }
    }

    /** What nodes hold for Pods that do not claim it. */
    private void giveUpUnclaimed(CatalogVersion version) {
        ClusterSharding sharding = ClusterSharding.get(getContext().getSystem());
        ActorRef<ReserveReply> ignored = getContext().getSystem().ignoreRef();
        version.unclaimed()
                .givings(version.resourceVersion(), clock.instant())
                .forEach(giving -> sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(giving.node()))
                        .tell(new NodeEntity.Release(giving.release(), ignored)));
        if (!version.unclaimed().isEmpty()) {
            timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, LOOK_AGAIN);
        }
    }
}
