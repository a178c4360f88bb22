package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;

/** Which priorities Pods have, by the theme: all the same, ordinary Pods several, or daemon Pods, too. */
final class Priorities {

    /** Most Pods have none, as in clusters of people. */
    private static final List<Integer> ORDINARY = List.of(0, 0, 0, -10, 50);

    /** Above and below those of ordinary Pods, and equal to them. */
    private static final Map<String, Integer> CLASSES = Map.of("low", -10, "high", 50, "vital", 100);

    private static final List<String> OF_DAEMON_SETS = List.of("", "", "low", "high", "vital");

    private final Theme theme;
    private final Chance chance;

    Priorities(Theme theme, Chance chance) {
        this.theme = theme;
        this.chance = chance;
    }

    /** PriorityClasses that have to be there. */
    List<ObjectNode> classes() {
        return !daemonPodsDiffer()
                ? List.of()
                : CLASSES.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(one -> Clients.json("{'apiVersion':'scheduling.k8s.io/v1','kind':'PriorityClass',"
                                + "'metadata':{'name':'" + one.getKey() + "'},'value':" + one.getValue()
                                + ",'preemptionPolicy':'PreemptLowerPriority'}"))
                        .toList();
    }

    /** What admission writes into an ordinary Pod. */
    void ofPod(ObjectNode pod) {
        boolean several = theme == Theme.PRIORITIES || theme == Theme.NEIGHBOURS || daemonPodsDiffer();
        Json.child(pod, "spec").put("priority", several ? chance.of(ORDINARY) : Integer.valueOf(0));
    }

    /** Into the template. */
    void ofDaemonSet(ObjectNode daemonSet) {
        if (daemonPodsDiffer()) {
            String name = chance.of(OF_DAEMON_SETS);
            if (!name.isEmpty()) {
                Json.child(Json.child(Json.child(daemonSet, "spec"), "template"), "spec")
                        .put("priorityClassName", name);
            }
        }
    }

    private boolean daemonPodsDiffer() {
        return theme == Theme.DAEMON_PRIORITIES;
    }
}
