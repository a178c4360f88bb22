package io.everynode.core.lifecycle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a lease keeper knows of its nodes: when each was heard last, and which have been silent for longer than their
 * grace (pkg/controller/nodelifecycle/node_lifecycle_controller.go, tryUpdateNodeHealth). A node is told to be lost
 * until that is {@link #confirmed}, at most {@link #WINDOW} at a time.
 *
 * <p>Soft state: it is rebuilt with a full grace after a fail-over. A keeper that slept itself (its JVM was frozen, or
 * had far too much to do) gives every node a full grace as well: it cannot know who was silent. All nodes have the same
 * grace, so the order of their deadlines is the order in which they were heard: a heartbeat costs O(1), a step O(what
 * it gives). Touches no clock; times are epoch milliseconds of one clock, and one that falls back counts as standing
 * still. For one thread.
 */
public final class HeartbeatLedger {

    /** Nodes that are told to be lost and have not answered, at most. */
    public static final int WINDOW = 64;

    /** A node that does not answer, or refuses, is told again after so long. */
    public static final long TELL_AGAIN_MILLIS = 5_000;

    private final long grace;
    private final long startupGrace;

    /** Who looks at a deadline so much later has slept. */
    private final long slept;

    private long newest;

    /** UIDs of all nodes, by name. */
    private final Map<String, String> nodes = new HashMap<>();

    /** Each of these orders nodes by the time it holds, as times only grow. A node is in at most one of them. */
    private final LinkedHashMap<String, Long> starting = new LinkedHashMap<>();

    private final LinkedHashMap<String, Long> heard = new LinkedHashMap<>();
    private final Set<String> lost = new LinkedHashSet<>();
    private final LinkedHashMap<String, Long> told = new LinkedHashMap<>();

    public HeartbeatLedger(LifecycleSettings settings) {
        grace = settings.gracePeriod().toMillis();
        startupGrace = settings.startupGracePeriod().toMillis();
        slept = grace / 4;
    }

    /**
     * There is this node. Nothing changes for one that is known by this UID.
     *
     * @param fresh whether it has just joined, and not only this keeper has just begun
     */
    public void appeared(String node, String uid, boolean fresh, long now) {
        if (uid.equals(nodes.put(node, uid))) {
            return;
        }
        forget(node);
        (fresh ? starting : heard).put(node, at(now));
    }

    public void gone(String node) {
        nodes.remove(node);
        forget(node);
    }

    /** Whether there is such a node. */
    public boolean knows(String node) {
        return nodes.containsKey(node);
    }

    /** The node has renewed its Lease or written its status. Nothing happens for one that is not known. */
    public void heartbeat(String node, long now) {
        if (nodes.containsKey(node)) {
            long time = at(now);
            // Nearly always it is there, and so in none of the others.
            if (heard.remove(node) == null) {
                forget(node);
            }
            heard.put(node, time);
        }
    }

    /** The node was told and has taken it, or was lost already. */
    public void confirmed(String node) {
        told.remove(node);
    }

    /** The nodes to tell now that they are lost. */
    public List<String> step(long time) {
        long now = at(time);
        expire(heard, now - grace);
        expire(starting, now - startupGrace);
        List<String> tell = new ArrayList<>();
        for (Iterator<Map.Entry<String, Long>> all = told.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Long> entry = all.next();
            if (entry.getValue() + TELL_AGAIN_MILLIS > now) {
                break;
            }
            tell.add(entry.getKey());
            all.remove();
        }
        for (Iterator<String> all = lost.iterator(); all.hasNext() && told.size() + tell.size() < WINDOW; ) {
            tell.add(all.next());
            all.remove();
        }
        tell.forEach(node -> told.put(node, now));
        return tell;
    }

    private void expire(LinkedHashMap<String, Long> since, long atOrBefore) {
        for (Iterator<Map.Entry<String, Long>> all = since.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Long> entry = all.next();
            if (entry.getValue() > atOrBefore) {
                return;
            }
            lost.add(entry.getKey());
            all.remove();
        }
    }

    /** When {@link #step} has something to give next; Long.MAX_VALUE for never, if nothing else happens. */
    public long nextDeadline() {
        long next =
                Math.min(Math.min(first(heard, grace), first(starting, startupGrace)), first(told, TELL_AGAIN_MILLIS));
        return lost.isEmpty() || told.size() >= WINDOW ? next : newest;
    }

    public int size() {
        return nodes.size();
    }

    private static long first(LinkedHashMap<String, Long> since, long delay) {
        return since.isEmpty() ? Long.MAX_VALUE : since.values().iterator().next() + delay;
    }

    private void forget(String node) {
        starting.remove(node);
        heard.remove(node);
        lost.remove(node);
        told.remove(node);
    }

    private long at(long now) {
        newest = Math.max(newest, now);
        long missed = Math.min(first(heard, grace), first(starting, startupGrace));
        if (missed < newest - slept) {
            heard.replaceAll((node, since) -> newest);
            starting.replaceAll((node, since) -> newest);
        }
        return newest;
    }
}
