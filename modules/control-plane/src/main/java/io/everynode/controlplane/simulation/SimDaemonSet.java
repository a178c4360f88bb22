package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.FleetFeed;
import io.everynode.controlplane.entity.DaemonSetControl;
import io.everynode.controlplane.invariants.BrokenInvariant;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.AdmittedTemplate;
import io.everynode.core.daemonset.DaemonSetCommand;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetPlanner;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.PlannerSettings;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.object.WriteReply;
import io.everynode.core.podsecurity.PodSecurityDefaults;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** One DaemonSet's name, driven as DaemonSetEntity drives it. */
final class SimDaemonSet extends SimEntity<DaemonSetEvent, DaemonSetState> {

    private final String namespace;
    private final String name;

    // Soft state; it outlives a persist that failed, as the actor's fields do.
    private final PlannerSettings settings;
    private final DaemonSetControl control;
    private final DaemonSetControl twin;
    private FleetFeed.Subscription subscription;
    private boolean woken;
    private boolean waitingForCatalog;
    private long timer;

    SimDaemonSet(Cluster cluster, String id, int jvm, String namespace, String name) {
        super(cluster, id, jvm);
        this.namespace = namespace;
        this.name = name;
        this.settings = new PlannerSettings(cluster.chance.of(List.of(1, 3, 256)), Duration.ofMillis(250));
        this.control = new DaemonSetControl(
                id, namespace, name, settings, PodSecurityDefaults.NONE, () -> false, cluster.decisions::shown);
        this.twin = cluster.thorough
                ? new DaemonSetControl(
                        id, namespace, name, settings, PodSecurityDefaults.NONE, () -> false, cluster.decisions::shown)
                : null;
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

    void write(DaemonSetCommand command, Consumer<WriteReply> replyTo) {
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
        control.catalogAsked();
        if (twin != null) {
            twin.catalogAsked();
        }
        if (cluster.decisions.plannerWaitsForCatalog()) {
            cluster.jvm(jvm).caughtUp(this::catalogReady);
        } else {
            cluster.queue.in(0, this::catalogReady);
        }
    }

    /** While a start recovers in place, its messages wait. */
    private void catalogReady() {
        if (running()) {
            take(() -> {
                waitingForCatalog = false;
                startPlanning();
                step();
            });
        } else if (!isDead()) {
            cluster.queue.in(100, this::catalogReady);
        }
    }

    private void startPlanning() {
        CatalogVersion version = cluster.jvm(jvm).current();
        if (!control.planning()) {
            // A former owner's JVM is not one of those that others live on.
            FleetFeed feed = cluster.owns(this) ? cluster.jvm(jvm).feed() : new FleetFeed();
            subscription = feed.subscribe(namespace, name, () -> woken = true);
            cluster.trace.line(id, "plans", "on jvm-" + jvm + " from version " + version.resourceVersion());
        }
        DaemonSetState from = cluster.decisions.planned(state, true);
        control.catalogReady(from, version, cluster.queue.now());
        if (twin != null) {
            twin.catalogReady(from, version, cluster.queue.now());
        }
    }

    private void step() {
        if (!control.planning() || !running()) {
            return;
        }
        CatalogVersion version = cluster.jvm(jvm).current();
        if (control.overtaken(version, state)) {
            cluster.restart(this);
            return;
        }
        Instant now = cluster.queue.now();
        Set<String> changed = subscription.take();
        DaemonSetState seen = cluster.decisions.planned(state, false);
        DaemonSetControl.Turn turn = control.turn(seen, version, changed, now);
        if (twin != null) {
            DaemonSetControl.Turn again = twin.turn(seen, version, changed, now);
            BrokenInvariant.require(turn.equals(again), "I9", "%s plans %s, its twin %s", id, turn, again);
        }
        BrokenInvariant.require(
                control.outstanding() <= settings.outstanding(),
                "I10",
                "%s has %d messages under way, its window is %d",
                id,
                control.outstanding(),
                settings.outstanding());
        turn.wakeAt().ifPresent(this::wakeAt);
        if (turn.awaitCatalog()) {
            awaitCatalog();
        }
        if (turn.template() != null) {
            keep(turn.template(), turn.meta());
        }
        perform(
                turn.meta(),
                turn.events(),
                turn.reason(),
                sequence -> turn.sends().forEach(this::send));
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

    private void keep(AdmittedTemplate template, CommandMeta meta) {
        boolean[] over = {false};
        cluster.tell(
                PersistenceIds.encode(EntityIds.TEMPLATE, template.hash()),
                entity -> ((SimTemplate) entity)
                        .keep(
                                meta,
                                template.template(),
                                () -> cluster.reply(() -> take(() -> {
                                    if (!over[0]) {
                                        over[0] = true;
                                        step();
                                    }
                                }))));
        later(DaemonSetControl.TEMPLATE_PATIENCE.toMillis(), () -> {
            if (!over[0]) {
                over[0] = true;
                templateFailed();
                step();
            }
        });
    }

    private void templateFailed() {
        control.templateFailed();
        if (twin != null) {
            twin.templateFailed();
        }
    }

    private void send(DaemonSetPlanner.Send send) {
        Consumer<ConvergeReply> answered = reply -> cluster.reply(() -> take(() -> {
            answered(control, send, reply);
            if (twin != null) {
                answered(twin, send, reply);
            }
            step();
        }));
        if (send.message().wish() instanceof Converge.HandOver wish) {
            cluster.tell(
                    PersistenceIds.encode(EntityIds.POD, namespace, wish.pod()),
                    entity -> ((SimPod) entity).handOver(send.message(), wish.podUid(), send.node(), answered));
        } else {
            cluster.tellNode(send.node(), node -> node.converge(send.message(), answered));
        }
    }

    private void answered(DaemonSetControl to, DaemonSetPlanner.Send send, ConvergeReply reply) {
        to.answered(
                send.node(),
                send.message().daemonSetUid(),
                send.message().meta().id(),
                reply,
                cluster.queue.now());
    }

    /** Why the planner leaves this node as it is, for failures. */
    String explain(String node) {
        return control.explain(node);
    }
}
