package io.everynode.controlplane.catalog;

import io.everynode.core.collection.OwnerIndex;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** Makes in one go the indexes of a version that the fold keeps change by change. */
final class CatalogIndexes {

    private final PMap<Kind, TreePMap<ObjectKey, StoredObject>> objects;

    CatalogIndexes(PMap<Kind, TreePMap<ObjectKey, StoredObject>> objects) {
        this.objects = objects;
    }

    CatalogVersion version(
            long resourceVersion,
            TreePMap<String, NodeState> nodes,
            PMap<String, PodState> pods,
            PMap<String, DaemonSetState> daemonSets,
            PMap<String, SharedTemplate> templates,
            PMap<String, CatalogVersion.HiddenPod> hiddenPods,
            UnclaimedReservations unclaimed) {
        CatalogVersion bare = new CatalogVersion(
                resourceVersion,
                objects,
                podsByNode(),
                nodes,
                pods,
                daemonSets,
                templates,
                hiddenPods,
                unclaimed,
                orphans(),
                owners(),
                ended(),
                QuotaUsages.NONE,
                BudgetedPods.NONE);
        return new CatalogVersion(
                bare.resourceVersion(),
                bare.objects(),
                bare.podsByNode(),
                bare.nodes(),
                bare.pods(),
                bare.daemonSets(),
                bare.templates(),
                bare.hiddenPods(),
                bare.unclaimed(),
                bare.orphans(),
                bare.owners(),
                bare.endedPods(),
                QuotaUsages.counted(bare.list(Kinds.RESOURCE_QUOTA, ""), bare::countedIn),
                BudgetedPods.counted(
                        bare.list(Kinds.POD_DISRUPTION_BUDGET, ""), namespace -> bare.list(Kinds.POD, namespace)));
    }

    private Iterable<StoredObject> pods() {
        return objects.getOrDefault(Kinds.POD, TreePMap.empty()).values();
    }

    private PMap<String, TreePMap<ObjectKey, StoredObject>> podsByNode() {
        Map<String, TreeMap<ObjectKey, StoredObject>> byNode = new HashMap<>();
        for (StoredObject pod : pods()) {
            String node = CatalogVersion.nodeOf(pod);
            if (!node.isEmpty()) {
                byNode.computeIfAbsent(node, name -> new TreeMap<>())
                        .put(new ObjectKey(pod.namespace(), pod.name()), pod);
            }
        }
        PMap<String, TreePMap<ObjectKey, StoredObject>> index = HashTreePMap.empty();
        for (Map.Entry<String, TreeMap<ObjectKey, StoredObject>> node : byNode.entrySet()) {
            index = index.plus(node.getKey(), TreePMap.fromSortedMap(node.getValue()));
        }
        return index;
    }

    private OrphanPods orphans() {
        OrphanPods orphans = OrphanPods.NONE;
        for (StoredObject pod : pods()) {
            orphans = orphans.changed(null, pod);
        }
        return orphans;
    }

    private TreePSet<EndedPod> ended() {
        TreeSet<EndedPod> ended = new TreeSet<>();
        for (StoredObject pod : pods()) {
            EndedPod one = CatalogFold.ended(pod);
            if (one != null) {
                ended.add(one);
            }
        }
        return TreePSet.fromSortedSet(ended);
    }

    private OwnerIndex owners() {
        OwnerIndex owners = OwnerIndex.EMPTY;
        for (TreePMap<ObjectKey, StoredObject> ofKind : objects.values()) {
            for (StoredObject object : ofKind.values()) {
                owners = owners.changed(null, CatalogFold.ofInterest(object));
            }
        }
        return owners;
    }
}
