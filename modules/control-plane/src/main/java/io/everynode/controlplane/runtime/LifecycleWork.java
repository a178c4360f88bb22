package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.lifecycle.EvictionZones;
import io.everynode.core.lifecycle.LifecycleSettings;
import io.everynode.core.lifecycle.NodeConditions;
import io.everynode.core.lifecycle.TaintEvictions;
import io.everynode.core.lifecycle.TaintEvictions.Guest;
import io.everynode.core.lifecycle.ZonedNode;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.Taint;
import io.everynode.core.placement.Toleration;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be done about nodes in trouble, read from the catalog: taints by {@link EvictionZones}, evictions by
 * {@link TaintEvictions}, and ordinary Pods of lost nodes that are to be not ready. The actor and the simulator both
 * drive it. Without clock, messages or threads; mutable, for one thread; times are epoch milliseconds.
 */
public final class LifecycleWork {

    /** Pods that are being made not ready, at most; the others wait, and there are no more of them than Pods. */
    private static final int MARKS_AT_ONCE = 256;

    /**
     * To be done now.
     *
     * @param orders taints that nodes get or lose; repeated until the catalog shows them
     * @param evictions each to be answered with {@link #evicted}
     * @param marks each to be answered with {@link #marked}
     */
    public record Todo(List<EvictionZones.Order> orders, List<StoredObject> evictions, List<Mark> marks) {}

    /** An ordinary Pod of a lost node that is to be made not ready, at just this version. */
    public record Mark(String node, StoredObject pod) {}

    private final EvictionZones zones;
    private final TaintEvictions evictions = new TaintEvictions();

    /** Lost nodes whose ordinary Pods are to be looked at. */
    private final Set<String> toMark = new LinkedHashSet<>();

    /** By lost node: its ordinary Pods that were made not ready, or are being made so. Each is once for each loss. */
    private final Map<String, Set<String>> marked = new HashMap<>();

    private int marks;

    public LifecycleWork(LifecycleSettings settings) {
        this.zones = new EvictionZones(settings);
    }

    /** The node, or an ordinary Pod on it, may be other than it was. */
    public void look(CatalogVersion version, String name, long now) {
        NodeState node = version.node(name);
        if (!node.exists()) {
            zones.nodeGone(name);
            evictions.nodeIs(name, List.of(), List.of(), now);
            found(name);
            return;
        }
        ObjectNode tree = node.object().tree();
        zones.nodeIs(name, ZonedNode.of(tree));
        boolean evicts = node.facts().taints().stream().anyMatch(Taint::evicts);
        if (evicts || evictions.concerns(name)) {
            List<Guest> guests = evicts ? guests(version, name) : List.of();
            evictions.nodeIs(name, node.facts().taints(), guests, now);
        }
        if (NodeConditions.status(tree, NodeConditions.READY).equals(NodeConditions.UNKNOWN)) {
            toMark.add(name);
        } else {
            found(name);
        }
    }

    private void found(String node) {
        toMark.remove(node);
        marked.remove(node);
    }

    private static List<Guest> guests(CatalogVersion version, String node) {
        List<Guest> guests = new ArrayList<>();
        for (StoredObject pod : version.podsOnNode(node)) {
            if (StoredDaemonPod.owned(pod)) {
                continue;
            }
            ObjectNode tree = pod.tree();
            if (!Json.at(tree, "metadata").has("deletionTimestamp")) {
                guests.add(new Guest(
                        pod.namespace(),
                        pod.name(),
                        pod.uid(),
                        since(tree),
                        Toleration.listOf(Json.at(tree, "spec", "tolerations"))));
            }
        }
        return guests;
    }

    /** When the Pod came to its node: when it was bound, else when it was made. */
    public static long since(JsonNode pod) {
        for (JsonNode condition : Json.at(pod, "status", "conditions")) {
            if (Json.text(condition, "type").equals("PodScheduled") && condition.hasNonNull("lastTransitionTime")) {
                return Instant.parse(Json.text(condition, "lastTransitionTime")).toEpochMilli();
            }
        }
        return Instant.parse(Json.text(pod, "metadata", "creationTimestamp")).toEpochMilli();
    }

    public Todo act(CatalogVersion version, long now) {
        List<StoredObject> evicted = new ArrayList<>();
        for (Guest guest : evictions.step(now)) {
            version.get(Kinds.POD, guest.namespace(), guest.name())
                    .filter(pod -> pod.uid().equals(guest.uid()))
                    .ifPresentOrElse(evicted::add, () -> evictions.answered(guest.uid(), now));
        }
        return new Todo(zones.step(now), evicted, marks(version));
    }

    /** Pods to be made not ready that are due again, or for which there was no place. */
    public List<Mark> marks(CatalogVersion version) {
        List<Mark> now = new ArrayList<>();
        for (Iterator<String> all = toMark.iterator(); all.hasNext() && marks < MARKS_AT_ONCE; ) {
            String node = all.next();
            all.remove();
            Set<String> known = marked.computeIfAbsent(node, n -> new HashSet<>());
            for (StoredObject pod : version.podsOnNode(node)) {
                if (!StoredDaemonPod.owned(pod)
                        && !known.contains(pod.uid())
                        && NodeConditions.status(pod.tree(), NodeConditions.READY)
                                .equals("True")) {
                    known.add(pod.uid());
                    marks++;
                    now.add(new Mark(node, pod));
                }
            }
        }
        return now;
    }

    /** The eviction of a Pod was done or failed. */
    public void evicted(String uid, long now) {
        evictions.answered(uid, now);
    }

    /**
     * @param done the Pod is not ready now; else it was refused for the moment, or has changed
     * @return whether it is to be tried again after a while
     */
    public boolean marked(Mark mark, boolean done) {
        marks--;
        if (done || !marked.containsKey(mark.node())) {
            return false;
        }
        marked.get(mark.node()).remove(mark.pod().uid());
        toMark.add(mark.node());
        return true;
    }

    /** When {@link #act} has something to do next; Long.MAX_VALUE for never, if nothing else happens. */
    public long nextDeadline(long now) {
        return Math.min(zones.nextDeadline(now), evictions.nextDeadline());
    }
}
