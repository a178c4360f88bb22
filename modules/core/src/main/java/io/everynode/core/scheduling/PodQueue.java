package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Ordinary Pods without a node: those that are to be tried, by priority, highest first, then by age, then by name
 * (plugins/queuesort), and those that found none and wait until something changes. A Pod is in one of both at most.
 * Mutable, for one thread; bounded by the Pods without a node.
 */
final class PodQueue {

    private static final Comparator<PodFacts> ORDER = Comparator.comparingInt(PodFacts::priority)
            .reversed()
            .thenComparing(PodFacts::createdAt)
            .thenComparing(PodFacts::name);

    /**
     * A Pod that found no node.
     *
     * @param message as it was told
     * @param help what Pods elsewhere can do for it; null for nothing
     * @param stamp of the help when it was refused
     * @param nominated where room is being made for it; "" for nowhere
     */
    record Waiting(PodFacts pod, String message, Help help, long stamp, String nominated) {

        /** Whether the Pod says what it was told. */
        boolean isShown(ObjectNode tree) {
            return shown(tree).equals(message)
                    && Json.text(tree, "status", "nominatedNodeName").equals(nominated);
        }

        private static String shown(ObjectNode pod) {
            for (JsonNode condition : Json.at(pod, "status", "conditions")) {
                if (Json.text(condition, "type").equals("PodScheduled")) {
                    return Json.text(condition, "message");
                }
            }
            return "";
        }

        SchedulerStep told() {
            return new SchedulerStep.Unschedulable(pod.name(), pod.uid(), message, nominated);
        }
    }

    private final TreeSet<PodFacts> queue = new TreeSet<>(ORDER);
    private final Map<PodName, PodFacts> queued = new HashMap<>();
    private final TreeMap<PodName, Waiting> waiting = new TreeMap<>();

    /** Waiting Pods that do not show yet what they were told. */
    private final TreeSet<PodName> untold = new TreeSet<>();

    /** The Pod is to be tried. */
    void add(PodFacts pod) {
        remove(pod.name());
        queue.add(pod);
        queued.put(pod.name(), pod);
    }

    /** The Pod found no node. @return what it is to be told */
    SchedulerStep await(Waiting one) {
        waiting.put(one.pod().name(), one);
        untold.add(one.pod().name());
        return one.told();
    }

    /** @return the Pod as it was known, null when it is in neither */
    PodFacts remove(PodName name) {
        Waiting waited = waiting.remove(name);
        untold.remove(name);
        PodFacts before = queued.remove(name);
        if (before != null) {
            queue.remove(before);
        }
        return waited == null ? before : waited.pod();
    }

    /** The Pod as it is known; null when it is in neither. */
    PodFacts known(PodName name) {
        Waiting waited = waiting.get(name);
        return waited == null ? queued.get(name) : waited.pod();
    }

    /** The next Pod to be tried, which is in neither from then on; null when there is none. */
    PodFacts poll() {
        PodFacts pod = queue.pollFirst();
        if (pod != null) {
            queued.remove(pod.name());
        }
        return pod;
    }

    boolean hasMore() {
        return !queue.isEmpty();
    }

    boolean isEmpty() {
        return queue.isEmpty() && waiting.isEmpty();
    }

    /** Null when the Pod does not wait. */
    Waiting waiting(PodName name) {
        return waiting.get(name);
    }

    List<Waiting> waiting() {
        return List.copyOf(waiting.values());
    }

    /** The waiting Pod may show now what it was told, or no more: an earlier word came after a later one. */
    void shows(PodName name, ObjectNode tree) {
        if (waiting.get(name).isShown(tree)) {
            untold.remove(name);
        } else {
            untold.add(name);
        }
    }

    /** Whether some Pods do not show yet what they were told. */
    boolean anyUntold() {
        return !untold.isEmpty();
    }

    /** What is to be said again. */
    List<SchedulerStep> reminders(SchedulerView view) {
        List<SchedulerStep> steps = new ArrayList<>();
        for (PodName name : List.copyOf(untold)) {
            Waiting one = waiting.get(name);
            PodState state = view.pod(name);
            if (state != null
                    && state.object() != null
                    && one.isShown(state.object().tree())) {
                // It said so already, so that nothing changed when it was told.
                untold.remove(name);
            } else {
                steps.add(one.told());
            }
        }
        return steps;
    }
}
