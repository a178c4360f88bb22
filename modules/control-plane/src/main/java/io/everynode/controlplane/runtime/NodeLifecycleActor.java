package io.everynode.controlplane.runtime;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogNews;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.CaughtUp;
import io.everynode.controlplane.entity.LeaseKeeper;
import io.everynode.controlplane.entity.NodeEntity;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.lifecycle.EvictionZones;
import io.everynode.core.lifecycle.LifecycleSettings;
import io.everynode.core.node.NodeCommand;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Carries out what {@link LifecycleWork} decides; one in the cluster. Woken by changes of the catalog and by their
 * deadlines. It also makes the ordinary Pods of a lost node not ready; the daemon Pods were in the Node's own persist.
 */
final class NodeLifecycleActor extends AbstractBehavior<NodeLifecycleActor.Message> {

    private static final Duration CATALOG_RETRY = Duration.ofSeconds(1);
    private static final Duration COMMAND_LIFE = Duration.ofSeconds(4);

    /** A Pod that could not be made not ready is tried again after so long. */
    private static final Duration MARK_AGAIN = Duration.ofSeconds(5);

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
    private record Marked(LifecycleWork.Mark mark, boolean done) implements Message {}

    private final CatalogAccess catalog;
    private final LifecycleFeed feed;
    private final Clock clock;
    private final TimerScheduler<Message> timers;
    private final ControlPlane controlPlane;
    private final ClusterSharding sharding;
    private final LifecycleWork work;

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
        this.controlPlane = controlPlane;
        this.sharding = ClusterSharding.get(context.getSystem());
        this.work = new LifecycleWork(settings);
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
                    var news = CatalogNews.take(feed::take, catalog.newest());
                    news.changed().forEach(node -> work.look(news.version(), node, clock.millis()));
                    return act(news.version());
                })
                .onMessageEquals(Signal.STEP, () -> act(catalog.newest().get()))
                .onMessageEquals(Signal.MARK, () -> {
                    mark(work.marks(catalog.newest().get()));
                    return this;
                })
                .onMessage(Evicted.class, evicted -> {
                    work.evicted(evicted.uid(), clock.millis());
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
        version.nodes().keySet().forEach(node -> work.look(version, node, clock.millis()));
        return act(version);
    }

    private Behavior<Message> act(CatalogVersion version) {
        long now = clock.millis();
        LifecycleWork.Todo todo = work.act(version, now);
        for (EvictionZones.Order order : todo.orders()) {
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
        for (StoredObject pod : todo.evictions()) {
            getContext().pipeToSelf(evict(pod), (done, failure) -> new Evicted(pod.uid()));
        }
        mark(todo.marks());
        long next = work.nextDeadline(now);
        if (next == Long.MAX_VALUE) {
            timers.cancel(Signal.STEP);
        } else {
            timers.startSingleTimer(Signal.STEP, Signal.STEP, Duration.ofMillis(Math.max(1, next - now)));
        }
        return this;
    }

    /** Says why, then deletes. */
    private CompletionStage<WriteResult> evict(StoredObject pod) {
        Optional<WriteRequest> notice = LifecycleWrites.evictionNotice(pod, clock.instant());
        CompletionStage<WriteResult> noted =
                notice.isEmpty() ? CompletableFuture.completedFuture(null) : controlPlane.write(notice.get());
        return noted.thenCompose(done -> done instanceof WriteResult.Refused
                ? CompletableFuture.completedFuture(done)
                : controlPlane.write(LifecycleWrites.evict(pod, clock.instant())));
    }

    private void mark(List<LifecycleWork.Mark> marks) {
        for (LifecycleWork.Mark mark : marks) {
            getContext()
                    .pipeToSelf(
                            controlPlane.write(LifecycleWrites.notReady(mark.pod(), clock.instant())),
                            (result, failure) ->
                                    new Marked(mark, failure == null && !(result instanceof WriteResult.Refused)));
        }
    }

    private Behavior<Message> marked(Marked answer) {
        if (work.marked(answer.mark(), answer.done())) {
            timers.startSingleTimer(Signal.MARK, Signal.MARK, MARK_AGAIN);
        } else if (!timers.isTimerActive(Signal.MARK)) {
            mark(work.marks(catalog.newest().get()));
        }
        return this;
    }
}
