package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogSchedulerView;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.scheduling.Scheduler;
import io.everynode.core.scheduling.SchedulerStep;
import io.everynode.core.scheduling.SchedulerView;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Brings what {@link Scheduler} decides to the Pods; one in the cluster. It only plans: the Pod journals the proposal
 * and the node the answer.
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
    private final Scheduler scheduler = new Scheduler();
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
                .onMessageEquals(Message.NEWS, this::news)
                .onMessageEquals(Message.LOOK_AGAIN, () -> {
                    if (!ready) {
                        awaitCatalog();
                        return this;
                    }
                    CatalogSchedulerView view = view();
                    return perform(view, scheduler.lookAgain(view));
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
        CatalogSchedulerView view = view();
        view.introduceTo(scheduler);
        return perform(view, scheduler.run(view));
    }

    private Behavior<Message> news() {
        Touched touched = feed.take();
        CatalogSchedulerView view = view();
        scheduler.nodesTouched(touched.nodes());
        scheduler.podsTouched(view, touched.pods());
        return perform(view, scheduler.run(view));
    }

    private CatalogSchedulerView view() {
        return new CatalogSchedulerView(catalog.newest().get());
    }

    private Behavior<Message> perform(SchedulerView view, List<SchedulerStep> steps) {
        for (SchedulerStep step : steps) {
            sharding.entityRefFor(
                            PodEntity.KEY,
                            PersistenceIds.entityId(
                                    step.pod().namespace(), step.pod().name()))
                    .tell(message(view, step));
        }
        if (scheduler.hasMore()) {
            getContext().getSelf().tell(Message.NEWS);
        }
        if (scheduler.awaitsAnswers()) {
            timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, PROPOSAL_PATIENCE);
        }
        return this;
    }

    private PodEntity.Message message(SchedulerView view, SchedulerStep step) {
        CommandMeta meta = new CommandMeta(
                step.podUid() + "/" + view.version(),
                CALLER,
                "journal " + view.version(),
                clock.instant().plus(COMMAND_LIFE).toEpochMilli(),
                view.version());
        return step instanceof SchedulerStep.Propose propose
                ? new PodEntity.Propose(new PodCommand.Propose(meta, step.podUid(), propose.node()))
                : new PodEntity.MarkUnschedulable(new PodCommand.MarkUnschedulable(
                        meta, step.podUid(), ((SchedulerStep.Unschedulable) step).message()));
    }
}
