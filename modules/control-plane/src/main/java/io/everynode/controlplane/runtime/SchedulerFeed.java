package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.Touched;
import io.everynode.core.scheduling.PodName;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the scheduler has to look at: the nodes and ordinary Pods that journaled something. Bounded by their number.
 * Thread-safe.
 */
final class SchedulerFeed {

    private Set<String> nodes = new HashSet<>();
    private Set<PodName> pods = new LinkedHashSet<>();
    private Set<String> waiting = new HashSet<>();
    private Runnable wake;

    /** From now on {@code wake} is called once for news that were not taken yet; it must be short. Null for nobody. */
    synchronized void subscribe(Runnable newWake) {
        wake = newWake;
        nodes = new HashSet<>();
        pods = new LinkedHashSet<>();
        waiting = new HashSet<>();
    }

    synchronized Touched take() {
        Touched news = new Touched(nodes, pods, waiting);
        waiting = new HashSet<>();
        nodes = new HashSet<>();
        pods = new LinkedHashSet<>();
        return news;
    }

    /** On the publisher's thread, once the version that has these changes is published. */
    void touched(Touched touched) {
        Runnable toRun;
        synchronized (this) {
            if (wake == null || touched.isEmpty()) {
                return;
            }
            toRun = nodes.isEmpty() && pods.isEmpty() ? wake : null;
            nodes.addAll(touched.nodes());
            pods.addAll(touched.pods());
            waiting.addAll(touched.waiting());
        }
        if (toRun != null) {
            toRun.run();
        }
    }
}
