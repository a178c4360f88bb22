package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.invariants.BrokenInvariant;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.RecentCommands;
import io.everynode.core.pod.PodState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a cluster is made of, in one thread: the journal, the virtual JVMs, which start of an entity owns its name, and
 * messages that may not come.
 */
final class Cluster {

    /** Is told of the versions that a JVM publishes. */
    @FunctionalInterface
    interface Listener {
        /** @param touched whose entities the version has news of */
        void published(int jvm, List<Change> changes, Touched touched);
    }

    final EventQueue queue = new EventQueue();
    final Chance chance;
    final Decisions decisions;
    final SimJournal journal;
    final Trace trace;
    /** Checks that cost more, for short runs. */
    final boolean thorough;

    private final List<VirtualJvm> jvms = new ArrayList<>();
    private final Map<String, SimEntity<?, ?>> owners = new TreeMap<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final Invariants invariants;

    Cluster(Chance chance, Decisions decisions, boolean thorough, Consumer<String> traceSink) {
        this.chance = chance;
        this.decisions = decisions;
        this.thorough = thorough;
        this.journal = new SimJournal(decisions);
        this.trace = new Trace(queue, traceSink);
        this.invariants = new Invariants(journal, queue);
        int count = 2 + chance.below(2);
        for (int i = 0; i < count; i++) {
            jvms.add(new VirtualJvm(i, this));
        }
    }

    VirtualJvm jvm(int number) {
        return jvms.get(number);
    }

    int anyJvm() {
        return chance.below(jvms.size());
    }

    List<VirtualJvm> jvms() {
        return jvms;
    }

    Invariants invariants() {
        return invariants;
    }

    void listen(Listener listener) {
        listeners.add(listener);
    }

    void published(int jvm, List<Change> changes, Touched touched) {
        for (SimEntity<?, ?> entity : List.copyOf(owners.values())) {
            if (entity.jvm == jvm && entity instanceof SimDaemonSet daemonSet) {
                daemonSet.published();
            }
        }
        listeners.forEach(listener -> listener.published(jvm, changes, touched));
    }

    /** One transaction was committed. @param stored the rows of each persist */
    void stored(List<SimWriter.Persist> batch, List<List<SimJournal.Row>> stored) {
        stored.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(SimJournal.Row::ordering))
                .forEach(row -> {
                    trace.row(row);
                    invariants.inOrder(row);
                });
        for (int i = 0; i < batch.size(); i++) {
            long committedBefore = batch.get(i).by().committedBefore();
            for (SimJournal.Row row : stored.get(i)) {
                BrokenInvariant.require(
                        !(row.recorded().event() instanceof DaemonSetEvent.Granted)
                                || row.recorded().meta().plannedAt() >= committedBefore,
                        "I6",
                        "%s granted from version %d, before its catalog had %d",
                        row.persistenceId(),
                        row.recorded().meta().plannedAt(),
                        committedBefore);
            }
            invariants.stored(stored.get(i));
        }
        jvms.forEach(VirtualJvm::journalGrew);
    }

    /** Restart and compare: the rows up to its own last one, decoded and folded, give what the entity has. */
    void compare(SimEntity<?, ?> entity) {
        List<SimJournal.Row> rows = journal.rowsOf(entity.id);
        Object rebuilt = entity.sequence() == 0
                ? entity.empty()
                : invariants
                        .truth()
                        .stateAt(
                                entity.id, rows.get((int) entity.sequence() - 1).ordering());
        BrokenInvariant.require(
                entity.state.equals(rebuilt), "restart", "%s", Describe.difference(entity.id, entity.state, rebuilt));
        BrokenInvariant.require(
                entity.sequence() < rows.size()
                        || entity.recent().equals(invariants.truth().recent(entity.id)),
                "restart",
                "%s remembers other commands than its journal",
                entity.id);
        BrokenInvariant.require(
                entity.recent().entries().size() <= RecentCommands.MAX_ENTRIES,
                "I10",
                "%s remembers %d commands",
                entity.id,
                entity.recent().entries().size());
    }

    boolean owns(SimEntity<?, ?> entity) {
        return owners.get(entity.id) == entity;
    }

    List<String> entityIds() {
        return List.copyOf(owners.keySet());
    }

    SimEntity<?, ?> owner(String id) {
        return owners.get(id);
    }

    /** To whoever owns the name when it arrives, if it arrives; maybe twice. */
    void tell(String id, Consumer<SimEntity<?, ?>> message) {
        if (chance.fault(60)) {
            return;
        }
        deliver(id, message, chance.messageDelay());
        if (chance.fault(60)) {
            deliver(id, message, chance.messageDelay());
        }
    }

    void tellNode(String node, Consumer<SimNode> message) {
        tell(PersistenceIds.encode(EntityIds.NODE, node), entity -> message.accept((SimNode) entity));
    }

    private void deliver(String id, Consumer<SimEntity<?, ?>> message, long delay) {
        queue.in(delay, () -> {
            SimEntity<?, ?> owner = owners.get(id);
            if (owner == null) {
                owner = start(id, anyJvm());
                owner.recover();
            }
            if (owner.running()) {
                owner.accept(message);
            } else if (!chance.fault(400)) {
                // Sharding keeps messages for an entity that is being started elsewhere.
                deliver(id, message, 200);
            }
        });
    }

    /** An answer on its way back; it goes to a start of an entity, not to its name. */
    void reply(Runnable answer) {
        if (!chance.fault(60)) {
            queue.in(chance.messageDelay(), answer);
        }
    }

    private SimEntity<?, ?> start(String id, int jvm) {
        PersistenceIds.Parts parts = PersistenceIds.decode(id);
        String first = parts.parts().get(0);
        SimEntity<?, ?> entity = switch (parts.type()) {
            case EntityIds.NODE -> new SimNode(this, id, jvm, first);
            case EntityIds.DAEMON_SET ->
                new SimDaemonSet(this, id, jvm, first, parts.parts().get(1));
            case EntityIds.POD -> new SimPod(this, id, jvm, first, parts.parts().get(1));
            case EntityIds.RESOURCE ->
                new SimResource(
                        this,
                        id,
                        jvm,
                        EntityIds.kindOf(parts.parts()),
                        parts.parts().get(3));
            default -> new SimTemplate(this, id, jvm);
        };
        owners.put(id, entity);
        return entity;
    }

    /** The entity's shard moves to another JVM. @param frozen whether its old owner goes on later, without knowing */
    void move(String id, boolean frozen) {
        SimEntity<?, ?> old = owners.get(id);
        int to = (old.jvm + 1 + chance.below(jvms.size() - 1)) % jvms.size();
        trace.line(id, "move", "jvm-" + old.jvm + " to jvm-" + to + (frozen ? ", the old owner is frozen" : ""));
        if (frozen && old.running()) {
            old.freeze();
            queue.in(chance.between(500, 15_000), old::thaw);
            queue.in(20_000, old::end);
        } else {
            old.end();
        }
        SimEntity<?, ?> next = start(id, to);
        queue.in(chance.between(50, 3_000), next::recover);
    }

    /** It begins again with what its journal has, unless its name is another's by now. */
    void restart(SimEntity<?, ?> entity) {
        trace.line(entity.id, "restart", "its journal has gone on without it");
        entity.end();
        if (owns(entity)) {
            SimEntity<?, ?> next = start(entity.id, entity.jvm);
            queue.in(chance.between(200, 2_000), next::recover);
        }
    }

    /** What ClusterLife does after a fail-over: DaemonSets and Pods with something unsettled are awake always. */
    void wakeAll() {
        invariants.truth().states().forEach((id, state) -> {
            boolean awake = state instanceof DaemonSetState
                    || state instanceof PodState pod && !pod.unsettled().isEmpty();
            if (awake && owners.get(id) == null) {
                start(id, anyJvm()).recover();
            }
        });
    }
}
