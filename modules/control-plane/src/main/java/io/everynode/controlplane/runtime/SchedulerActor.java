package io.everynode.controlplane.runtime;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogNews;
import io.everynode.controlplane.catalog.CatalogSchedulerView;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.CaughtUp;
import io.everynode.controlplane.entity.NodeEntity;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.controlplane.entity.SchedulerCommands;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.scheduling.PodName;
import io.everynode.core.scheduling.Scheduler;
import io.everynode.core.scheduling.SchedulerStep;
import io.everynode.core.scheduling.SchedulerView;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/**
 * Brings what {@link Scheduler} decides to the Pods; one in the cluster. It only plans: the Pod journals the proposal
 * and the node the answer.
 */
final class SchedulerActor extends AbstractBehavior<SchedulerActor.Message> {

    /** Told to itself. */
    enum Message {
        BEGIN,
        NEWS,
        LOOK_AGAIN
    }

    private final ControlPlane controlPlane;
    private final CatalogAccess catalog;
    private final SchedulerFeed feed;
    private final Clock clock;
    private final TimerScheduler<Message> timers;
    private final ClusterSharding sharding;
    private final Scheduler scheduler = new Scheduler();

    private SchedulerActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            ControlPlane controlPlane,
            CatalogAccess catalog,
            SchedulerFeed feed,
            Clock clock) {
        super(context);
        this.controlPlane = controlPlane;
        this.catalog = catalog;
        this.feed = feed;
        this.clock = clock;
        this.timers = timers;
        this.sharding = ClusterSharding.get(context.getSystem());
        CaughtUp.tell(context, catalog, SchedulerCommands.PATIENCE, Message.BEGIN);
    }

    static Behavior<Message> create(ControlPlane controlPlane, CatalogAccess catalog, SchedulerFeed feed, Clock clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new SchedulerActor(context, timers, controlPlane, catalog, feed, clock)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Message.BEGIN, this::begin)
                .onMessageEquals(Message.NEWS, this::news)
                .onMessageEquals(Message.LOOK_AGAIN, () -> {
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
        var self = getContext().getSelf();
        feed.subscribe(() -> self.tell(Message.NEWS));
        CatalogSchedulerView view = view();
        view.introduceTo(scheduler);
        return perform(view, scheduler.run(view));
    }

    private Behavior<Message> news() {
        CatalogNews<Touched> news = CatalogNews.take(feed::take, catalog.newest());
        Touched touched = news.changed();
        CatalogSchedulerView view = new CatalogSchedulerView(news.version());
        scheduler.nodesTouched(touched.nodes());
        scheduler.daemonPodsWait(touched.waiting());
        scheduler.podsTouched(view, touched.pods());
        return perform(view, scheduler.run(view));
    }

    private CatalogSchedulerView view() {
        return new CatalogSchedulerView(catalog.newest().get());
    }

    private Behavior<Message> perform(SchedulerView view, List<SchedulerStep> steps) {
        steps.forEach(step -> carryOut(step, view.version()));
        if (scheduler.hasMore()) {
            getContext().getSelf().tell(Message.NEWS);
        }
        // Not begun anew by news, which on a busy cluster never end.
        if (scheduler.awaitsAnswers() && !timers.isTimerActive(Message.LOOK_AGAIN)) {
            timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, SchedulerCommands.PATIENCE);
        }
        return this;
    }

    private void carryOut(SchedulerStep step, long version) {
        Instant now = clock.instant();
        if (step instanceof SchedulerStep.Propose propose) {
            pod(propose.pod()).tell(new PodEntity.Propose(SchedulerCommands.propose(propose, version, now)));
        } else if (step instanceof SchedulerStep.Unschedulable told) {
            pod(told.pod()).tell(new PodEntity.MarkUnschedulable(SchedulerCommands.mark(told, version, now)));
        } else if (step instanceof SchedulerStep.Nominate nominate) {
            sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(nominate.node()))
                    .tell(new NodeEntity.Nominate(SchedulerCommands.nominate(nominate, version, now)));
        } else if (step instanceof SchedulerStep.Preempt preempt) {
            // A refusal needs no answer: the next look sees that the Pod does not end.
            controlPlane.write(new WriteRequest(
                    Kinds.POD,
                    preempt.pod().namespace(),
                    preempt.pod().name(),
                    SchedulerCommands.preempt(preempt),
                    0,
                    false,
                    SchedulerCommands.CALLER,
                    SchedulerCommands.cause(preempt),
                    now.plus(SchedulerCommands.COMMAND_LIFE)));
        }
    }

    private EntityRef<PodEntity.Message> pod(PodName pod) {
        return sharding.entityRefFor(PodEntity.KEY, PersistenceIds.entityId(pod.namespace(), pod.name()));
    }
}
