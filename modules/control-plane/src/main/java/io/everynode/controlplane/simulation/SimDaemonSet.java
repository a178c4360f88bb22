package io.everynode.controlplane.simulation;

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
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.object.WriteReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** One DaemonSet's name, driven as DaemonSetEntity drives it. */
final class SimDaemonSet extends SimEntity<DaemonSetEvent, DaemonSetState> {

    private static final long TEMPLATE_PATIENCE = 5_000;
    private static final Caller CALLER = Caller.controller("daemonset-controller");

    private final String namespace;
    private final String name;
    private final PlannerSettings settings;

    // Soft state; it outlives a persist that failed, as the actor's fields do.
    private DaemonSetPlanner planner;
    private DaemonSetPlanner twin;
    private FleetFeed.Subscription subscription;
    private boolean woken;
    private boolean waitingForCatalog;
    private boolean waitingForTemplate;
    private String catchingUpFor = "";
    private String caughtUpFor = "";
    private String orphansSeenFor = "";
    private long timer;
    private long startedAt;

    SimDaemonSet(Cluster cluster, String id, int jvm, String namespace, String name) {
        super(cluster, id, jvm);
        this.namespace = namespace;
        this.name = name;
        this.settings = new PlannerSettings(cluster.chance.of(List.of(1, 3, 256)), Duration.ofMillis(250));
    }

    @Override
    DaemonSetState empty() {
        return DaemonSetState.absent(namespace, name);
    }

    @Override
    DaemonSetState evolve(DaemonSetState from, EventMeta meta, DaemonSetEvent event, long sequence) {
        return from.evolve(meta, event, sequence);
    }

    @Override
    void recovered() {
        awaitCatalog();
    }

    @Override
    void ended() {
        if (subscription != null) {
            subscription.end();
        }
    }

    @Override
    void thawed() {
        step();
    }

    @Override
    void persisted() {
        later(0, this::step);
    }

    void write(DaemonSetCommand.Write command, Consumer<WriteReply> replyTo) {
        write(command.meta(), replyTo, () -> state.decide(command, cluster.queue.now()));
    }

    /** Called by its JVM after a version was published. */
    void published() {
        if (woken) {
            woken = false;
            later(cluster.chance.between(0, 3), this::step);
        }
    }

    private void awaitCatalog() {
        if (waitingForCatalog) {
            return;
        }
        waitingForCatalog = true;
        catchingUpFor = state.current() == null ? "" : state.current().uid();
        if (cluster.decisions.plannerWaitsForCatalog()) {
            cluster.jvm(jvm).caughtUp(this::catalogReady);
        } else {
            cluster.queue.in(0, this::catalogReady);
        }
    }

    /** While a start recovers in place, its messages wait. */
    private void catalogReady() {
        if (running()) {
            waitingForCatalog = false;
            waitingForTemplate = false;
            caughtUpFor = catchingUpFor;
            startPlanning();
            step();
        } else if (!isDead()) {
            cluster.queue.in(100, this::catalogReady);
        }
    }

    private void startPlanning() {
        if (planner != null) {
            return;
        }
        // A former owner's JVM is not one of those that others live on.
        FleetFeed feed = cluster.owns(this) ? cluster.jvm(jvm).feed() : new FleetFeed();
        subscription = feed.subscribe(namespace, name, () -> woken = true);
        DaemonSetState from = cluster.decisions.planned(state, true);
        planner = new DaemonSetPlanner(settings, from, cluster.queue.now());
        twin = cluster.thorough ? new DaemonSetPlanner(settings, from, cluster.queue.now()) : null;
        CatalogVersion version = cluster.jvm(jvm).current();
        startedAt = version.resourceVersion();
        cluster.trace.line(id, "plans", "on jvm-" + jvm + " from version " + startedAt);
        for (String node : version.nodes().keySet()) {
            observe(version, node);
        }
    }

    private void observe(CatalogVersion version, String node) {
        FleetObservation seen = new FleetObservation(version, node, state, cluster.decisions::shown);
        seen.reportTo(planner, cluster.queue.now());
        if (twin != null) {
            seen.reportTo(twin, cluster.queue.now());
        }
    }

    /** As DaemonSetEntity's: a new DaemonSet sees the Pods without an owner first. */
    private boolean orphansAreSeen(CatalogVersion version) {
        String uid = state.current() == null ? "" : state.current().uid();
        if (uid.isEmpty() || uid.equals(orphansSeenFor)) {
            return true;
        }
        if (!uid.equals(caughtUpFor)) {
            awaitCatalog();
            return false;
        }
        version.orphans().nodes().stream().sorted().forEach(node -> observe(version, node));
        orphansSeenFor = uid;
        return true;
    }

    private void step() {
        if (planner == null || !running()) {
            return;
        }
        CatalogVersion version = cluster.jvm(jvm).current();
        planner.follow(cluster.decisions.planned(state, false), cluster.queue.now());
        if (twin != null) {
            twin.follow(cluster.decisions.planned(state, false), cluster.queue.now());
        }
        for (String node : subscription.take()) {
            observe(version, node);
        }
        if (!orphansAreSeen(version) || !templateIsKept(version)) {
            return;
        }
        Instant now = cluster.queue.now();
        DaemonSetState seen = cluster.decisions.planned(state, false);
        DaemonSetPlanner.Step step = planner.step(seen, version.resourceVersion(), now);
        if (twin != null) {
            DaemonSetPlanner.Step again = twin.step(seen, version.resourceVersion(), now);
            SimulationFailure.require(step.equals(again), "I9", "%s plans %s, its twin %s", id, step, again);
        }
        step.wakeAt().ifPresent(this::wakeAt);
        CommandMeta meta =
                new CommandMeta("", CALLER, "journal " + version.resourceVersion(), 0, version.resourceVersion());
        perform(meta, step.events(), step.reason(), sequence -> step.sends().forEach(this::send));
    }

    /** A single timer: setting it anew ends the one before. */
    private void wakeAt(Instant at) {
        long mine = ++timer;
        later(at.toEpochMilli() - cluster.queue.millis(), () -> {
            if (mine == timer) {
                step();
            }
        });
    }

    private boolean templateIsKept(CatalogVersion version) {
        if (state.current() == null) {
            return true;
        }
        AdmittedTemplate template = state.current().spec().template();
        if (version.hasTemplate(template.hash())) {
            return true;
        }
        if (waitingForTemplate) {
            awaitCatalog();
            return false;
        }
        waitingForTemplate = true;
        CommandMeta meta =
                new CommandMeta("", CALLER, id, cluster.queue.millis() + TEMPLATE_PATIENCE, version.resourceVersion());
        boolean[] over = {false};
        cluster.tell(
                PersistenceIds.encode(EntityIds.TEMPLATE, template.hash()),
                entity -> ((SimTemplate) entity)
                        .keep(
                                meta,
                                template.template(),
                                () -> cluster.reply(() -> {
                                    if (!over[0] && running()) {
                                        over[0] = true;
                                        step();
                                    }
                                })));
        later(TEMPLATE_PATIENCE, () -> {
            if (!over[0]) {
                over[0] = true;
                waitingForTemplate = false;
                step();
            }
        });
        return false;
    }

    private void send(DaemonSetPlanner.Send send) {
        Consumer<ConvergeReply> answered = reply -> cluster.reply(() -> {
            if (running() && planner != null) {
                Instant now = cluster.queue.now();
                planner.answered(send.node(), send.message(), reply, now);
                if (twin != null) {
                    twin.answered(send.node(), send.message(), reply, now);
                }
                step();
            }
        });
        if (send.message().wish() instanceof Converge.HandOver wish) {
            cluster.tell(
                    PersistenceIds.encode(EntityIds.POD, namespace, wish.pod()),
                    entity -> ((SimPod) entity).handOver(send.message(), wish.podUid(), send.node(), answered));
        } else {
            cluster.tellNode(send.node(), node -> node.converge(send.message(), answered));
        }
    }

    /** Why the planner leaves this node as it is, for failures. */
    String explain(String node) {
        return planner == null ? "does not plan" : planner.explain(node).reason();
    }
}
