package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Op;
import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.faults.chaos.record.Stretch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * I6 where it can be seen from outside: of one DaemonSet no more Pods at a time were ended while ready, and not yet
 * replaced by a ready one, than maxUnavailable allows. Counted are ends by the control plane's own doing: not those
 * that a client asked for, nor on nodes that leave, are not ready or have taints, as these want no Pod.
 */
final class BudgetCheck {

    private final Map<String, Snapshot> daemonSets = new HashMap<>();
    private final Map<String, Integer> widest = new HashMap<>();
    private final Map<String, Snapshot> nodes = new HashMap<>();
    private final Map<Key, Snapshot> pods = new HashMap<>();
    private final Map<String, Map<String, Seen>> down = new HashMap<>();
    private final Set<Key> excused = new HashSet<>();
    private final List<Break> breaks = new ArrayList<>();

    private BudgetCheck() {}

    static List<Break> of(Map<String, History> histories, List<Op> ops) {
        BudgetCheck check = new BudgetCheck();
        for (Op op : ops) {
            if (op.verb() == Op.Verb.DELETE) {
                check.excused.add(op.key());
            }
        }
        // One number orders the changes of all resources.
        TreeMap<Long, List<Seen>> all = new TreeMap<>();
        for (String resource : List.of("daemonsets", "nodes", "pods")) {
            History history = histories.get(resource);
            if (history == null) {
                return List.of();
            }
            history.stretches().stream()
                    .min((a, b) -> Long.compare(a.from(), b.from()))
                    .map(Stretch::listed)
                    .ifPresent(listed -> listed.forEach(check::know));
            history.changes()
                    .forEach((version, seen) -> all.computeIfAbsent(version, none -> new ArrayList<>())
                            .add(seen));
        }
        all.values().forEach(some -> some.forEach(check::apply));
        return check.breaks;
    }

    private void know(Snapshot object) {
        switch (object.key().resource()) {
            case "daemonsets":
                daemonSets.put(object.uid(), object);
                widest.merge(object.uid(), budget(object), Math::max);
                break;
            case "nodes":
                nodes.put(object.key().name(), object);
                break;
            default:
                pods.put(object.key(), object);
        }
    }

    private void apply(Seen seen) {
        Snapshot object = seen.object();
        boolean gone = seen.type() == Seen.Type.DELETED;
        if (object.key().resource().equals("pods")) {
            Snapshot before = pods.remove(object.key());
            pod(seen, before, gone);
            if (!gone) {
                pods.put(object.key(), object);
            }
            return;
        }
        know(object);
        if (object.key().resource().equals("nodes") && (gone || !calm(object))) {
            disturbed(object.key().name());
            if (gone) {
                nodes.remove(object.key().name());
            }
        } else if (object.key().resource().equals("daemonsets") && (gone || object.terminating())) {
            daemonSets.remove(object.uid());
            down.remove(object.uid());
        }
    }

    /**
     * What is on a node that was deleted, tainted or silent may be ended for that, also when the node is well again.
     */
    private void disturbed(String node) {
        down.values().forEach(some -> some.remove(node));
        pods.values().stream()
                .filter(pod -> pod.node().equals(node))
                .map(Snapshot::key)
                .forEach(excused::add);
    }

    private void pod(Seen seen, Snapshot before, boolean gone) {
        Snapshot pod = seen.object();
        Map<String, Seen> ended = down.computeIfAbsent(pod.owner(), none -> new HashMap<>());
        if (pod.ready() && pod.counts() && !gone) {
            ended.remove(pod.node());
            return;
        }
        // A rollout ends Pods with grace. One that is gone at once went with its Node, in the same persist.
        boolean taken = before != null && before.ready() && before.counts() && !gone && pod.terminating();
        Snapshot node = nodes.get(pod.node());
        Snapshot daemonSet = daemonSets.get(pod.owner());
        if (taken
                && daemonSet != null
                && node != null
                && calm(node)
                && !surges(daemonSet)
                && !excused.contains(pod.key())) {
            ended.put(pod.node(), seen);
            if (ended.size() > widest.get(pod.owner())) {
                breaks.add(Break.of(
                        "I6",
                        ended.size() + " ready Pods of " + daemonSet.key() + " ended at a time, of "
                                + widest.get(pod.owner()) + " allowed",
                        ended.values().toArray()));
            }
        }
    }

    private static boolean calm(Snapshot node) {
        return node.ready() && !node.terminating() && node.value().isEmpty();
    }

    private static boolean surges(Snapshot daemonSet) {
        String surge = daemonSet.value().replaceAll(".*/", "");
        return !surge.isEmpty() && !surge.equals("0");
    }

    /** The workload gives numbers, no percentages; what has none (OnDelete) ends nothing by itself. */
    private static int budget(Snapshot daemonSet) {
        String unavailable = daemonSet.value().replaceAll("/.*", "");
        return unavailable.matches("[0-9]+") ? Integer.parseInt(unavailable) : 0;
    }
}
