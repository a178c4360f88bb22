package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** One watcher's Pods, and I1 after each event. Not thread-safe. */
public final class OnePodFold {

    private record Slot(String owner, String node) {}

    private final Predicate<String> surges;
    private final Map<Key, Snapshot> pods = new HashMap<>();
    private final Map<Slot, Map<Key, Snapshot>> slots = new HashMap<>();

    /**
     * A fold without Pods.
     *
     * @param surges whether the DaemonSet of that UID may have a Pod of each of two revisions on a node
     */
    public OnePodFold(Predicate<String> surges) {
        this.surges = surges;
    }

    public void list(List<Snapshot> objects) {
        pods.clear();
        slots.clear();
        objects.forEach(this::put);
    }

    /** What the event breaks, if anything. */
    public Optional<Break> apply(String watcher, Seen seen) {
        Snapshot object = seen.object();
        remove(object.key());
        if (seen.type() != Seen.Type.DELETED) {
            put(object);
        }
        return verdict(watcher, new Slot(object.owner(), object.node()));
    }

    private void put(Snapshot pod) {
        pods.put(pod.key(), pod);
        if (pod.counts() && !pod.owner().isEmpty() && !pod.node().isEmpty()) {
            slots.computeIfAbsent(new Slot(pod.owner(), pod.node()), none -> new HashMap<>())
                    .put(pod.key(), pod);
        }
    }

    private void remove(Key key) {
        Snapshot before = pods.remove(key);
        if (before != null) {
            Slot slot = new Slot(before.owner(), before.node());
            Map<Key, Snapshot> there = slots.get(slot);
            if (there != null && there.remove(key) != null && there.isEmpty()) {
                slots.remove(slot);
            }
        }
    }

    private Optional<Break> verdict(String watcher, Slot slot) {
        Map<Key, Snapshot> there = slots.getOrDefault(slot, Map.of());
        if (there.size() < 2) {
            return Optional.empty();
        }
        long revisions =
                there.values().stream().map(Snapshot::revision).distinct().count();
        boolean allowed = there.size() == 2 && revisions == 2 && surges.test(slot.owner());
        return allowed
                ? Optional.empty()
                : Optional.of(Break.of(
                        "I1",
                        there.size() + " Pods of DaemonSet " + slot.owner() + " on node " + slot.node() + ", as "
                                + watcher + " sees it",
                        there.values().toArray()));
    }
}
