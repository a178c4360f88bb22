package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.node.DaemonPod;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Set;

/**
 * Why a daemon Pod does not become ready, as far as its status tells: in the words of the kubelet (ImagePullBackOff,
 * CrashLoopBackOff) or of the scheduler (Insufficient cpu). Pure. May parse the status, so it is for Pods that are not
 * ready.
 */
public final class PodTrouble {

    /** What a node's runtime says is free text; conditions and their sums stay small. */
    static final int LONGEST = 80;

    private static final String NO_ROOM = "0/1 nodes are available: ";

    /** A container that waits for one of these is on its way. */
    private static final Set<String> ON_ITS_WAY = Set.of("", "ContainerCreating", "PodInitializing");

    private PodTrouble() {}

    /** @return "" when nothing is wrong, or nothing is known yet; at most {@value #LONGEST} characters */
    public static String of(DaemonPod pod) {
        if (pod.terminating()) {
            return pod.held() ? "held by a finalizer" : "";
        }
        if (!pod.bound()) {
            return cut(noRoom(pod.waiting()));
        }
        if (pod.ready() || pod.status() == null) {
            return "";
        }
        if (pod.terminal()) {
            return cut(Json.text(pod.status().tree(), "reason"));
        }
        if (!pod.status().mayName("waiting") && !pod.status().mayName("terminated")) {
            // Most Pods only need some time; a tree of each would be the dearest part of planning.
            return "";
        }
        JsonNode status = pod.status().tree();
        for (String kind : List.of("initContainerStatuses", "containerStatuses")) {
            for (JsonNode container : status.path(kind)) {
                String trouble = ofContainer(container);
                if (!trouble.isEmpty()) {
                    return cut(trouble);
                }
            }
        }
        return "";
    }

    /** A crash loop alternates between waiting, running and ended; it is called the same all the time. */
    private static String ofContainer(JsonNode container) {
        JsonNode state = container.path("state");
        String waitsFor = Json.text(state, "waiting", "reason");
        if (waitsFor.equals("ErrImagePull")) {
            return "ImagePullBackOff";
        }
        if (!ON_ITS_WAY.contains(waitsFor)) {
            return waitsFor;
        }
        boolean crashed =
                Json.at(container, "lastState", "terminated", "exitCode").asInt(0) != 0
                        || Json.at(state, "terminated", "exitCode").asInt(0) != 0;
        return crashed && !container.path("ready").asBoolean(false) ? "CrashLoopBackOff" : "";
    }

    /** The scheduler's sentence counts nodes; here it is about one. */
    private static String noRoom(String sentence) {
        String problems = sentence.startsWith(NO_ROOM) ? sentence.substring(NO_ROOM.length()) : sentence;
        int more = problems.indexOf(". ");
        problems = more >= 0 ? problems.substring(0, more) : problems;
        problems = problems.endsWith(".") ? problems.substring(0, problems.length() - 1) : problems;
        return problems.startsWith("1 ") ? problems.substring(2).replace(", 1 ", ", ") : problems;
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
    }
}
