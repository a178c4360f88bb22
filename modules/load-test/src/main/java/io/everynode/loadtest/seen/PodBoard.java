package io.everynode.loadtest.seen;

import io.everynode.loadtest.times.Spreads;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a watch has told of one DaemonSet's Pods, and how long each took in the phase under way. Has no clock: times are
 * nanoseconds that come with each event. An event costs the same however many Pods there are. Not thread-safe.
 */
public final class PodBoard {

    /** A Pod that is there. */
    private static final class Seen {
        private final long addedAt;
        private String node = "";
        private String mark = "";
        private boolean ready;
        private boolean everReady;
        private boolean deleting;
        private long deletingAt;

        Seen(long addedAt) {
            this.addedAt = addedAt;
        }
    }

    private final String daemonSet;
    private final Map<String, Seen> pods = new HashMap<>();
    private final Map<String, Set<String>> readyNodesOfMark = new HashMap<>();
    /** Nodes that lost a ready Pod in this phase and have not got another, and since when. */
    private final Map<String, Long> lackingSince = new HashMap<>();

    private Spreads spreads = new Spreads();
    private long begun;

    /** @param daemonSet the name of the Pods' owner; others' do not count */
    public PodBoard(String daemonSet) {
        this.daemonSet = daemonSet;
    }

    /** Times are measured from now on and go to these spreads, under the keys of {@link PodTime}. */
    public void begin(long now, Spreads into) {
        begun = now;
        spreads = into;
        lackingSince.clear();
    }

    public void event(ObjectEvent event, long now) {
        if (!event.daemonSet().equals(daemonSet)) {
            return;
        }
        if (event.type().equals("DELETED")) {
            gone(event.uid(), now);
            return;
        }
        Seen pod = pods.computeIfAbsent(event.uid(), uid -> new Seen(now));
        pod.mark = event.mark();
        if (pod.node.isEmpty() && !event.node().isEmpty()) {
            pod.node = event.node();
            record(PodTime.BOUND, now - begun);
        }
        if (event.deleting() && !pod.deleting) {
            pod.deleting = true;
            pod.deletingAt = now;
            lackingSince.putIfAbsent(pod.node, now);
        }
        boolean ready = event.ready() && !event.deleting();
        if (ready && !pod.ready) {
            ready(pod, now);
        } else if (!ready && pod.ready) {
            unready(pod, now);
        }
    }

    private void ready(Seen pod, long now) {
        pod.ready = true;
        readyNodesOfMark.computeIfAbsent(pod.mark, mark -> new HashSet<>()).add(pod.node);
        if (!pod.everReady) {
            pod.everReady = true;
            record(PodTime.START, now - pod.addedAt);
            record(PodTime.READY, now - begun);
        }
        Long since = lackingSince.remove(pod.node);
        if (since != null) {
            record(PodTime.REPLACE, now - since);
        }
    }

    private void unready(Seen pod, long now) {
        pod.ready = false;
        readyNodesOfMark.getOrDefault(pod.mark, Set.of()).remove(pod.node);
        lackingSince.putIfAbsent(pod.node, now);
    }

    private void gone(String uid, long now) {
        Seen pod = pods.remove(uid);
        if (pod == null) {
            return;
        }
        if (pod.ready) {
            unready(pod, now);
        }
        if (pod.deleting) {
            record(PodTime.END, now - pod.deletingAt);
        }
        record(PodTime.GONE, now - begun);
    }

    private void record(PodTime time, long nanos) {
        spreads.record(time.key(), nanos);
    }

    public boolean meets(Goal goal) {
        return pods.size() == goal.pods() && readyNodes(goal.mark()) == goal.readyNodes();
    }

    /** Pods that are there. */
    public int pods() {
        return pods.size();
    }

    /** Nodes with a ready Pod of the mark that is not being deleted. */
    public int readyNodes(String mark) {
        Set<String> nodes = readyNodesOfMark.get(mark);
        return nodes == null ? 0 : nodes.size();
    }
}
