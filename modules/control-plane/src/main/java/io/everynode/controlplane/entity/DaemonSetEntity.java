package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.CatalogNews;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.FleetFeed;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.AdmittedTemplate;
import io.everynode.core.daemonset.DaemonSetCommand;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetPlanner;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.PlannerSettings;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.object.WriteReply;
import io.everynode.core.podsecurity.PodSecurityDefaults;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * One DaemonSet's name. Decides by {@link DaemonSetState} and plans by {@link DaemonSetControl}; here is only the
 * carrying: events persisted, messages out, timers set. It plans only once the catalog has everything that was
 * committed before it started (DESIGN: grants keep I6 across fail-over).
 */
public final class DaemonSetEntity extends AggregateEntity<DaemonSetEntity.Message, DaemonSetEvent, DaemonSetState> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, EntityIds.DAEMON_SET);

    /** After the database was away. */
    private static final Duration CATALOG_RETRY = Duration.ofSeconds(1);

    /** The keeper of quotas looks at the catalog before it refuses. */
    private static final Duration QUOTA_PATIENCE = Duration.ofSeconds(5);

    private static final SupervisorStrategy RESTART =
            SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2);

    /** What a DaemonSet is sent. */
    public sealed interface Message extends WireMessage {}

    /** See {@link AggregateEntity.StopMessage}. */
    public enum Stop implements Message, StopMessage {
        INSTANCE
    }

    public record Write(DaemonSetCommand.Write command, ActorRef<WriteReply> replyTo) implements Message {}

    public record WriteRevision(DaemonSetCommand.WriteRevision command, ActorRef<WriteReply> replyTo)
            implements Message {}

    /** Start planning after a restart or a move. */
    public enum Wake implements Message {
        INSTANCE
    }

    private enum Local implements Message {
        /** Nodes changed, a persist went through, time has come: plan. */
        STEP,
        CATALOG_READY,
        CATALOG_AWAY,
        TEMPLATE_FAILED
    }

    /** Someone else wrote to this journal. */
    private static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Overtaken(String persistenceId) {
            super("the journal of " + persistenceId + " has gone on without its owner, which reads it again");
        }
    }

    private record Answered(NodeEntity.Converged answer) implements Message {}

    /** @param claimed null when the keeper did not answer */
    private record QuotaAnswered(List<DaemonSetPlanner.Send> asked, QuotaKeeper.Claimed claimed) implements Message {}

    private final String namespace;
    private final String name;
    private final TimerScheduler<Message> timers;
    private final CatalogAccess catalog;
    private final ClusterSharding sharding;
    private final ActorRef<NodeEntity.Converged> answers;

    // Soft state of this start:
    private final DaemonSetControl control;
    private final DaemonPodQuota quota;
    private FleetFeed.Subscription subscription;
    private boolean waitingForCatalog;

    private DaemonSetEntity(
            String entityId,
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            EntityServices services,
            CatalogAccess catalog,
            PlannerSettings settings,
            PodSecurityDefaults podSecurity,
            BooleanSupplier mountsTokens) {
        super(
                PersistenceId.of(EntityIds.DAEMON_SET, entityId),
                context,
                services,
                DaemonSetState.absent(
                        PersistenceIds.decodeEntityId(entityId).get(0),
                        PersistenceIds.decodeEntityId(entityId).get(1)));
        List<String> parts = PersistenceIds.decodeEntityId(entityId);
        this.namespace = parts.get(0);
        this.name = parts.get(1);
        this.timers = timers;
        this.catalog = catalog;
        this.control = new DaemonSetControl(
                id(), namespace, name, settings, podSecurity, mountsTokens, UnaryOperator.identity());
        this.quota = new DaemonPodQuota(namespace);
        this.sharding = ClusterSharding.get(context.getSystem());
        this.answers = context.messageAdapter(NodeEntity.Converged.class, Answered::new);
    }

    public static Behavior<Message> create(
            String entityId,
            EntityServices services,
            CatalogAccess catalog,
            PlannerSettings settings,
            PodSecurityDefaults podSecurity,
            BooleanSupplier mountsTokens) {
        return Behaviors.supervise(
                        Behaviors.<Message>setup(context -> Behaviors.withTimers(timers -> new DaemonSetEntity(
                                entityId, context, timers, services, catalog, settings, podSecurity, mountsTokens))))
                .onFailure(Overtaken.class, RESTART);
    }

    @Override
    DaemonSetState evolve(DaemonSetState state, EventMeta meta, DaemonSetEvent event, long sequence) {
        return state.evolve(meta, event, sequence);
    }

    @Override
    public SignalHandler<Held<DaemonSetState>> signalHandler() {
        return signals()
                .onSignal(RecoveryCompleted.instance(), held -> awaitCatalog())
                .onSignal(PostStop.instance(), held -> {
                    if (subscription != null) {
                        subscription.end();
                    }
                })
                .build();
    }

    @Override
    Effect<Recorded<DaemonSetEvent>, Held<DaemonSetState>> on(Held<DaemonSetState> held, Message message) {
        if (message instanceof Write write) {
            return write(
                    held,
                    write.command().meta(),
                    write.replyTo(),
                    () -> held.state().decide(write.command(), now()));
        }
        if (message instanceof WriteRevision write) {
            return write(
                    held,
                    write.command().meta(),
                    write.replyTo(),
                    () -> held.state().decide(write.command(), now()));
        }
        if (message instanceof Answered answered) {
            NodeEntity.Converged answer = answered.answer();
            control.answered(answer.node(), answer.daemonSetUid(), answer.commandId(), answer.reply(), now());
            settle(quota.answered(answer.node(), answer.daemonSetUid(), answer.commandId()));
        } else if (message instanceof QuotaAnswered answered) {
            quotaAnswered(answered);
        } else if (message == Local.CATALOG_READY) {
            waitingForCatalog = false;
            catalogReady(held.state());
        } else if (message == Local.CATALOG_AWAY) {
            waitingForCatalog = false;
            timers.startSingleTimer("catalog", Wake.INSTANCE, CATALOG_RETRY);
        } else if (message == Wake.INSTANCE && !control.planning()) {
            awaitCatalog();
        } else if (message == Local.TEMPLATE_FAILED) {
            control.templateFailed();
        }
        return step(held);
    }

    /** A client's write changes what is to be planned. */
    @Override
    void persisted(DaemonSetState state) {
        context().getSelf().tell(Local.STEP);
    }

    private void awaitCatalog() {
        if (!waitingForCatalog) {
            waitingForCatalog = true;
            control.catalogAsked();
            context()
                    .pipeToSelf(
                            catalog.caughtUp().get(),
                            (version, failure) -> failure == null ? Local.CATALOG_READY : Local.CATALOG_AWAY);
        }
    }

    private void catalogReady(DaemonSetState state) {
        if (!control.planning()) {
            ActorRef<Message> self = context().getSelf();
            subscription = catalog.feed().subscribe(namespace, name, () -> self.tell(Local.STEP));
        }
        control.catalogReady(state, catalog.newest().get(), now());
    }

    private Effect<Recorded<DaemonSetEvent>, Held<DaemonSetState>> step(Held<DaemonSetState> held) {
        if (!control.planning()) {
            return Effect().none();
        }
        CatalogNews<Set<String>> news = CatalogNews.take(subscription::take, catalog.newest());
        CatalogVersion version = news.version();
        if (control.overtaken(version, held.state())) {
            subscription.end();
            throw new Overtaken(id());
        }
        DaemonSetControl.Turn turn = control.turn(held.state(), version, news.changed(), now());
        turn.wakeAt().ifPresent(this::wakeAt);
        if (turn.awaitCatalog()) {
            awaitCatalog();
        }
        if (turn.template() != null) {
            keep(turn.template(), turn.meta());
        }
        if (turn.events().isEmpty()) {
            send(turn.sends());
            return Effect().none();
        }
        if (!mayWrite(turn.events())) {
            subscription.end();
            control.drop();
            timers.startSingleTimer("catalog", Wake.INSTANCE, CATALOG_RETRY);
            return Effect().none();
        }
        return perform(held, turn.meta(), turn.events(), turn.reason(), sequence -> send(turn.sends()));
    }

    private void wakeAt(Instant at) {
        Duration wait = Duration.between(now(), at);
        timers.startSingleTimer("step", Local.STEP, wait.isNegative() ? Duration.ZERO : wait);
    }

    private void keep(AdmittedTemplate template, CommandMeta meta) {
        context()
                .ask(
                        TemplateEntity.Kept.class,
                        sharding.entityRefFor(TemplateEntity.KEY, EntityIds.template(template.hash())),
                        DaemonSetControl.TEMPLATE_PATIENCE,
                        (ActorRef<TemplateEntity.Kept> replyTo) ->
                                new TemplateEntity.Keep(meta, template.template(), replyTo),
                        (kept, failure) -> failure == null ? Wake.INSTANCE : Local.TEMPLATE_FAILED);
    }

    /** What would make Pods that a ResourceQuota counts goes only after its keeper's word. */
    private void send(List<DaemonSetPlanner.Send> sends) {
        DaemonPodQuota.Split split = quota.split(sends, catalog.newest().get(), now());
        split.free().forEach(this::send);
        if (!split.asked().isEmpty()) {
            List<String> ids = split.asked().stream().map(DaemonPodQuota::claim).toList();
            long deadline = split.asked().get(0).message().meta().deadlineMillis();
            context()
                    .ask(
                            QuotaKeeper.Claimed.class,
                            QuotaKeeper.of(sharding, namespace),
                            QUOTA_PATIENCE,
                            (ActorRef<QuotaKeeper.Claimed> replyTo) ->
                                    new QuotaKeeper.Claim(ids, split.charge(), deadline, false, replyTo),
                            (claimed, failure) -> new QuotaAnswered(split.asked(), failure == null ? claimed : null));
        }
        defer(split.deferred());
    }

    private void quotaAnswered(QuotaAnswered answered) {
        int granted =
                answered.claimed() == null ? 0 : answered.claimed().granted().size();
        for (DaemonSetPlanner.Send send : answered.asked().subList(0, granted)) {
            quota.granted(send);
            send(send);
        }
        if (granted == answered.asked().size()) {
            quota.allGranted();
            return;
        }
        if (answered.claimed() != null) {
            control.creationRefused(answered.claimed().refusal());
        }
        quota.refused(now());
        defer(answered.asked().subList(granted, answered.asked().size()));
    }

    /** The planner asks for these again later. */
    private void defer(List<DaemonSetPlanner.Send> sends) {
        ConvergeReply later = new ConvergeReply.Deferred(quota.until().toEpochMilli());
        for (DaemonSetPlanner.Send send : sends) {
            Converge message = send.message();
            control.answered(send.node(), message.daemonSetUid(), message.meta().id(), later, now());
        }
        if (!sends.isEmpty()) {
            context().getSelf().tell(Local.STEP);
        }
    }

    private void settle(Collection<String> claims) {
        if (!claims.isEmpty()) {
            QuotaKeeper.of(sharding, namespace).tell(new QuotaKeeper.Settled(List.copyOf(claims)));
        }
    }

    private void send(DaemonSetPlanner.Send send) {
        if (send.message().wish() instanceof Converge.HandOver wish) {
            sharding.entityRefFor(PodEntity.KEY, EntityIds.namespaced(namespace, wish.pod()))
                    .tell(new PodEntity.HandOver(send.message(), wish.podUid(), send.node(), answers));
        } else {
            sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(send.node()))
                    .tell(new NodeEntity.ConvergeNode(send.message(), answers));
        }
    }
}
