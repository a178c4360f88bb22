package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.FleetFeed;
import io.everynode.controlplane.catalog.FleetObservation;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.AdmittedTemplate;
import io.everynode.core.daemonset.DaemonSetCommand;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetPlanner;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.PlannerSettings;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.Converge;
import io.everynode.core.object.WriteReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
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
 * One DaemonSet's name. Decides by {@link DaemonSetState} and plans by {@link DaemonSetPlanner}; here is only the
 * carrying: observations in, events persisted, messages out, timers set. It plans only once the catalog has everything
 * that was committed before it started (DESIGN: grants keep I6 across fail-over).
 */
public final class DaemonSetEntity extends AggregateEntity<DaemonSetEntity.Message, DaemonSetEvent, DaemonSetState> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, EntityIds.DAEMON_SET);

    /** How long a Template may take to answer before it is asked again. */
    private static final Duration TEMPLATE_PATIENCE = Duration.ofSeconds(5);

    /** After the database was away. */
    private static final Duration CATALOG_RETRY = Duration.ofSeconds(1);

    private static final Caller CALLER = Caller.controller("daemonset-controller");

    /** What a DaemonSet is sent. */
    public sealed interface Message extends WireMessage {}

    public record Write(DaemonSetCommand.Write command, ActorRef<WriteReply> replyTo) implements Message {}

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

    private record Answered(NodeEntity.Converged answer) implements Message {}

    private final String namespace;
    private final String name;
    private final TimerScheduler<Message> timers;
    private final CatalogAccess catalog;
    private final PlannerSettings settings;
    private final ClusterSharding sharding;
    private final ActorRef<NodeEntity.Converged> answers;

    // Soft state of this start:
    private DaemonSetPlanner planner;
    private FleetFeed.Subscription subscription;
    private boolean waitingForCatalog;
    private boolean waitingForTemplate;

    /** UID of the DaemonSet for which the catalog holds everything that was committed before its creation. */
    private String caughtUpFor = "";

    private String catchingUpFor = "";
    private String orphansSeenFor = "";

    private DaemonSetEntity(
            String entityId,
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            EntityServices services,
            CatalogAccess catalog,
            PlannerSettings settings) {
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
        this.settings = settings;
        this.sharding = ClusterSharding.get(context.getSystem());
        this.answers = context.messageAdapter(NodeEntity.Converged.class, Answered::new);
    }

    public static Behavior<Message> create(
            String entityId, EntityServices services, CatalogAccess catalog, PlannerSettings settings) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new DaemonSetEntity(entityId, context, timers, services, catalog, settings)));
    }

    @Override
    DaemonSetState evolve(DaemonSetState state, EventMeta meta, DaemonSetEvent event, long sequence) {
        return state.evolve(meta, event, sequence);
    }

    @Override
    public SignalHandler<Held<DaemonSetState>> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), held -> awaitCatalog(held.state()))
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
        if (message instanceof Answered answered) {
            if (planner != null) {
                NodeEntity.Converged answer = answered.answer();
                planner.answered(answer.node(), answer.daemonSetUid(), answer.commandId(), answer.reply(), now());
            }
        } else if (message == Local.CATALOG_READY) {
            waitingForCatalog = false;
            waitingForTemplate = false;
            caughtUpFor = catchingUpFor;
            startPlanning(held.state());
        } else if (message == Local.CATALOG_AWAY) {
            waitingForCatalog = false;
            timers.startSingleTimer("catalog", Wake.INSTANCE, CATALOG_RETRY);
        } else if (message == Wake.INSTANCE && planner == null) {
            awaitCatalog(held.state());
        } else if (message == Local.TEMPLATE_FAILED) {
            waitingForTemplate = false;
        }
        return step(held);
    }

    /** A client's write changes what is to be planned. */
    @Override
    void persisted(DaemonSetState state) {
        context().getSelf().tell(Local.STEP);
    }

    private void awaitCatalog(DaemonSetState state) {
        if (!waitingForCatalog) {
            waitingForCatalog = true;
            catchingUpFor = uid(state);
            context()
                    .pipeToSelf(
                            catalog.caughtUp().get(),
                            (version, failure) -> failure == null ? Local.CATALOG_READY : Local.CATALOG_AWAY);
        }
    }

    private void startPlanning(DaemonSetState state) {
        if (planner != null) {
            return;
        }
        ActorRef<Message> self = context().getSelf();
        subscription = catalog.feed().subscribe(namespace, name, () -> self.tell(Local.STEP));
        planner = new DaemonSetPlanner(settings, state, now());
        CatalogVersion version = catalog.newest().get();
        for (String node : version.nodes().keySet()) {
            observe(state, version, node);
        }
    }

    private void observe(DaemonSetState state, CatalogVersion version, String node) {
        new FleetObservation(version, node, state, view -> view).reportTo(planner, now());
    }

    /**
     * A DaemonSet that was just created first sees the Pods without an owner that are there, so that none is made
     * beside them.
     */
    private boolean orphansAreSeen(CatalogVersion version, DaemonSetState state) {
        String uid = uid(state);
        if (uid.isEmpty() || uid.equals(orphansSeenFor)) {
            return true;
        }
        if (!uid.equals(caughtUpFor)) {
            awaitCatalog(state);
            return false;
        }
        version.orphans().nodes().forEach(node -> observe(state, version, node));
        orphansSeenFor = uid;
        return true;
    }

    private static String uid(DaemonSetState state) {
        return state.current() == null ? "" : state.current().uid();
    }

    private Effect<Recorded<DaemonSetEvent>, Held<DaemonSetState>> step(Held<DaemonSetState> held) {
        if (planner == null) {
            return Effect().none();
        }
        CatalogVersion version = catalog.newest().get();
        planner.follow(held.state(), now());
        for (String node : subscription.take()) {
            observe(held.state(), version, node);
        }
        if (!orphansAreSeen(version, held.state()) || !templateIsKept(version, held.state())) {
            return Effect().none();
        }
        DaemonSetPlanner.Step step = planner.step(held.state(), version.resourceVersion(), now());
        step.wakeAt().ifPresent(this::wakeAt);
        if (step.events().isEmpty()) {
            send(step.sends());
            return Effect().none();
        }
        if (!mayWrite(step.events())) {
            // The planner takes its events for persisted; a new one begins with what is.
            subscription.end();
            planner = null;
            timers.startSingleTimer("catalog", Wake.INSTANCE, CATALOG_RETRY);
            return Effect().none();
        }
        CommandMeta meta =
                new CommandMeta("", CALLER, "journal " + version.resourceVersion(), 0, version.resourceVersion());
        return perform(held, meta, step.events(), step.reason(), sequence -> send(step.sends()));
    }

    private void wakeAt(Instant at) {
        Duration wait = Duration.between(now(), at);
        timers.startSingleTimer("step", Local.STEP, wait.isNegative() ? Duration.ZERO : wait);
    }

    /** Pods name their template by hash, so it is in the journal before any of them. */
    private boolean templateIsKept(CatalogVersion version, DaemonSetState state) {
        if (state.current() == null) {
            return true;
        }
        AdmittedTemplate template = state.current().spec().template();
        if (version.hasTemplate(template.hash())) {
            return true;
        }
        if (!waitingForTemplate) {
            waitingForTemplate = true;
            CommandMeta meta = new CommandMeta(
                    "", CALLER, id(), now().plus(TEMPLATE_PATIENCE).toEpochMilli(), version.resourceVersion());
            context()
                    .ask(
                            TemplateEntity.Kept.class,
                            sharding.entityRefFor(TemplateEntity.KEY, EntityIds.template(template.hash())),
                            TEMPLATE_PATIENCE,
                            (ActorRef<TemplateEntity.Kept> replyTo) ->
                                    new TemplateEntity.Keep(meta, template.template(), replyTo),
                            (kept, failure) -> failure == null ? Wake.INSTANCE : Local.TEMPLATE_FAILED);
        } else {
            // It is kept, or being kept; the catalog will show it.
            awaitCatalog(state);
        }
        return false;
    }

    private void send(List<DaemonSetPlanner.Send> sends) {
        for (DaemonSetPlanner.Send send : sends) {
            if (send.message().wish() instanceof Converge.HandOver wish) {
                sharding.entityRefFor(PodEntity.KEY, EntityIds.namespaced(namespace, wish.pod()))
                        .tell(new PodEntity.HandOver(send.message(), wish.podUid(), send.node(), answers));
                continue;
            }
            sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(send.node()))
                    .tell(new NodeEntity.ConvergeNode(send.message(), answers));
        }
    }
}
