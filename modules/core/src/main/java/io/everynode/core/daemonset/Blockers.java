package io.everynode.core.daemonset;

import io.everynode.core.daemonset.Blocker.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The nodes of a fleet that are waited for, kept node by node in O(log nodes): how many, for which cause, and the first
 * of them by name. Mutable; confined to its fleet.
 */
final class Blockers {

    /** Nodes that a sentence names; the others are counted. */
    static final int NAMED = 5;

    /** Causes that a sentence counts the other nodes by, the most frequent first. */
    private static final int COUNTED = 3;

    private final Map<Kind, NavigableMap<String, Blocker>> nodes = new EnumMap<>(Kind.class);
    private final Map<Kind, Map<String, Integer>> causes = new EnumMap<>(Kind.class);

    Blockers() {
        for (Kind kind : Kind.values()) {
            nodes.put(kind, new TreeMap<>());
            causes.put(kind, new HashMap<>());
        }
    }

    void clear() {
        nodes.values().forEach(Map::clear);
        causes.values().forEach(Map::clear);
    }

    /** @param blocker null for none */
    void add(String node, Blocker blocker) {
        if (blocker != null) {
            nodes.get(blocker.kind()).put(node, blocker);
            causes.get(blocker.kind()).merge(blocker.cause(), 1, Integer::sum);
        }
    }

    /** @param blocker the one added for the node; null for none */
    void remove(String node, Blocker blocker) {
        if (blocker != null) {
            nodes.get(blocker.kind()).remove(node);
            causes.get(blocker.kind()).merge(blocker.cause(), -1, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
        }
    }

    /** Nodes that go on by themselves. */
    int moving() {
        return nodes.get(Kind.MOVING).size();
    }

    /** Nodes that need a hand, those whose Pod does not fit among them. */
    int stuck() {
        return nodes.get(Kind.STUCK).size() + unplaced();
    }

    int unplaced() {
        return nodes.get(Kind.UNPLACED).size();
    }

    /**
     * "node-2 (Pod web-x is not ready: ImagePullBackOff), node-4 (...); and 7 more (5 CrashLoopBackOff, 2 starting)":
     * stuck nodes before moving ones, each by name; "" when there are none.
     */
    String sentence() {
        return sentence(List.of(Kind.STUCK, Kind.UNPLACED), List.of(Kind.MOVING));
    }

    /** As {@link #sentence()}, of the nodes where the Pod does not fit. */
    String unplacedSentence() {
        return sentence(List.of(Kind.UNPLACED), List.of());
    }

    private String sentence(List<Kind> first, List<Kind> then) {
        Map<String, Integer> others = new HashMap<>();
        int total = 0;
        for (List<Kind> kinds : List.of(first, then)) {
            for (Kind kind : kinds) {
                total += nodes.get(kind).size();
                causes.get(kind).forEach((cause, count) -> others.merge(cause, count, Integer::sum));
            }
        }
        List<String> named = new ArrayList<>(NAMED);
        for (List<Kind> kinds : List.of(first, then)) {
            for (Map.Entry<String, Blocker> entry : firstByName(kinds, NAMED - named.size())) {
                named.add(entry.getKey() + " (" + entry.getValue().text() + ")");
                others.merge(entry.getValue().cause(), -1, Integer::sum);
            }
        }
        String text = String.join(", ", named);
        return named.size() == total
                ? text
                : text + "; and " + (total - named.size()) + " more (" + counted(others) + ")";
    }

    private List<Map.Entry<String, Blocker>> firstByName(List<Kind> kinds, int most) {
        List<Map.Entry<String, Blocker>> found = new ArrayList<>();
        for (Kind kind : kinds) {
            nodes.get(kind).entrySet().stream().limit(most).forEach(found::add);
        }
        found.sort(Map.Entry.comparingByKey());
        return found.size() <= most ? found : found.subList(0, most);
    }

    private static String counted(Map<String, Integer> causes) {
        List<Map.Entry<String, Integer>> sorted = new ArrayList<>(causes.entrySet());
        sorted.removeIf(entry -> entry.getValue() <= 0);
        sorted.sort(Comparator.comparing((Map.Entry<String, Integer> entry) -> -entry.getValue())
                .thenComparing(Map.Entry::getKey));
        List<String> texts = new ArrayList<>();
        int rest = 0;
        for (Map.Entry<String, Integer> entry : sorted) {
            if (texts.size() < COUNTED) {
                texts.add(entry.getValue() + " " + entry.getKey());
            } else {
                rest += entry.getValue();
            }
        }
        if (rest > 0) {
            texts.add(rest + " otherwise");
        }
        return String.join(", ", texts);
    }

    @Override
    public String toString() {
        return nodes + " " + new TreeMap<>(causes);
    }
}
