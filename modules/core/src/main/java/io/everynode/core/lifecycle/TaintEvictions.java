package io.everynode.core.lifecycle;

import io.everynode.core.placement.Taint;
import io.everynode.core.placement.TaintTolerance;
import io.everynode.core.placement.Toleration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Decides which Pods have to leave their node because of its evicting taints, and when
 * (pkg/controller/tainteviction/taint_eviction.go; how long they may stay says {@link TaintTolerance}). A Pod is given
 * again until {@link #nodeIs} shows its node without it. For ordinary Pods: daemon Pods are ended by their DaemonSet,
 * which must not make them again.
 *
 * <p>Holds only Pods that will have to go. Touches no clock; times are epoch milliseconds. For one thread.
 */
public final class TaintEvictions {

    /** Pods that are being evicted, at most. */
    public static final int WINDOW = 256;

    /** A Pod whose eviction failed, or that is still there after it, is given again after so long. */
    public static final long EVICT_AGAIN_MILLIS = 5_000;

    /** @param since when it came to its node, epoch milliseconds */
    public record Guest(String namespace, String name, String uid, long since, List<Toleration> tolerations) {}

    private static final class Leaving {
        final Guest guest;
        final String node;
        long dueAt;
        long notBefore;
        boolean underWay;

        Leaving(Guest guest, String node) {
            this.guest = guest;
            this.node = node;
        }

        long at() {
            return Math.max(dueAt, notBefore);
        }
    }

    private static final Comparator<Leaving> SOONEST =
            Comparator.comparingLong(Leaving::at).thenComparing(leaving -> leaving.guest.uid());

    private final TreeSet<Leaving> queue = new TreeSet<>(SOONEST);
    private final Map<String, Leaving> byUid = new HashMap<>();

    /** By node: its Pods that will have to go, by UID. */
    private final Map<String, Map<String, Leaving>> byNode = new HashMap<>();

    /** When taints without a time were first seen, by node and taint. */
    private final Map<String, Map<String, Long>> firstSeen = new HashMap<>();

    private int underWay;

    /**
     * The node has these taints and Pods now.
     *
     * @param taints all of the node's
     * @param pods ordinary ones that are not terminating; need not be given when no taint evicts
     */
    public void nodeIs(String node, List<Taint> taints, Iterable<Guest> pods, long now) {
        Map<String, Leaving> before = byNode.remove(node);
        Map<String, Leaving> after = new HashMap<>();
        List<Taint> dated = dated(node, taints, now);
        if (!dated.isEmpty()) {
            for (Guest pod : pods) {
                long until = TaintTolerance.until(dated, pod.tolerations(), pod.since());
                if (until != TaintTolerance.FOR_EVER) {
                    Leaving known = before == null ? null : before.remove(pod.uid());
                    Leaving leaving = known == null ? new Leaving(pod, node) : known;
                    queue.remove(leaving);
                    leaving.dueAt = until;
                    after.put(pod.uid(), leaving);
                    byUid.put(pod.uid(), leaving);
                    if (!leaving.underWay) {
                        queue.add(leaving);
                    }
                }
            }
        }
        if (before != null) {
            before.values().forEach(this::stays);
        }
        if (!after.isEmpty()) {
            byNode.put(node, after);
        }
    }

    /** Gone, terminating, or borne again. */
    private void stays(Leaving leaving) {
        queue.remove(leaving);
        byUid.remove(leaving.guest.uid());
        underWay -= leaving.underWay ? 1 : 0;
    }

    private List<Taint> dated(String node, List<Taint> taints, long now) {
        List<Taint> dated = new ArrayList<>();
        Map<String, Long> seen = null;
        for (Taint taint : taints) {
            if (!taint.evicts()) {
                continue;
            }
            long addedAt = taint.addedAt();
            if (addedAt == 0) {
                seen = seen == null ? new HashMap<>() : seen;
                addedAt = firstSeen.getOrDefault(node, Map.of()).getOrDefault(taint.toString(), now);
                seen.put(taint.toString(), addedAt);
            }
            dated.add(new Taint(taint.key(), taint.value(), taint.effect(), addedAt));
        }
        if (seen == null) {
            firstSeen.remove(node);
        } else {
            firstSeen.put(node, seen);
        }
        return dated;
    }

    /** Whether Pods of this node will have to go, as far as is known. */
    public boolean concerns(String node) {
        return byNode.containsKey(node) || firstSeen.containsKey(node);
    }

    /** The Pods to evict now, by the time when they are due. */
    public List<Guest> step(long now) {
        List<Guest> due = new ArrayList<>();
        for (Iterator<Leaving> all = queue.iterator(); all.hasNext() && underWay < WINDOW; ) {
            Leaving leaving = all.next();
            if (leaving.at() > now) {
                break;
            }
            all.remove();
            leaving.underWay = true;
            underWay++;
            due.add(leaving.guest);
        }
        return due;
    }

    /** The eviction of a Pod was done or failed; until its node shows it gone it is tried again after a while. */
    public void answered(String uid, long now) {
        Leaving leaving = byUid.get(uid);
        if (leaving != null && leaving.underWay) {
            leaving.underWay = false;
            underWay--;
            leaving.notBefore = now + EVICT_AGAIN_MILLIS;
            queue.add(leaving);
        }
    }

    /** When {@link #step} has something to give next; Long.MAX_VALUE for never, if nothing else happens. */
    public long nextDeadline() {
        return queue.isEmpty() || underWay >= WINDOW
                ? Long.MAX_VALUE
                : queue.first().at();
    }
}
