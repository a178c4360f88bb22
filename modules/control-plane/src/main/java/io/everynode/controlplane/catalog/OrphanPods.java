package io.everynode.controlplane.catalog;

import java.util.Collection;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** The Pods that a DaemonSet may adopt, by node. Most nodes have none. Immutable. */
public final class OrphanPods {

    static final OrphanPods NONE = new OrphanPods(HashTreePMap.empty());

    private final PMap<String, TreePMap<String, OrphanPod>> byNode;

    private OrphanPods(PMap<String, TreePMap<String, OrphanPod>> byNode) {
        this.byNode = byNode;
    }

    /** Those on one node, by UID. */
    public Collection<OrphanPod> on(String node) {
        return byNode.getOrDefault(node, TreePMap.empty()).values();
    }

    /** Nodes that have any. */
    public Set<String> nodes() {
        return byNode.keySet();
    }

    /** A Pod changed, came ({@code before} null) or went ({@code after} null). */
    OrphanPods changed(StoredObject before, StoredObject after) {
        OrphanPod was = OrphanPod.of(before);
        OrphanPod is = OrphanPod.of(after);
        if (was == null && is == null) {
            return this;
        }
        PMap<String, TreePMap<String, OrphanPod>> next = byNode;
        if (was != null) {
            TreePMap<String, OrphanPod> rest =
                    next.getOrDefault(was.node(), TreePMap.empty()).minus(was.uid());
            next = rest.isEmpty() ? next.minus(was.node()) : next.plus(was.node(), rest);
        }
        if (is != null) {
            next = next.plus(
                    is.node(), next.getOrDefault(is.node(), TreePMap.empty()).plus(is.uid(), is));
        }
        return new OrphanPods(next);
    }
}
