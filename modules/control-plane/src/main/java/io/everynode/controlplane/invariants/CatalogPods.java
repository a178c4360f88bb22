package io.everynode.controlplane.invariants;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.NodeClaim;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Kinds;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Each Pod that an entity has is shown or known to be hidden, and no other is shown. */
public final class CatalogPods {

    private CatalogPods() {}

    public static void compare(CatalogVersion catalog) {
        Set<String> had = new HashSet<>();
        for (Map.Entry<String, NodeState> node : catalog.nodes().entrySet()) {
            for (DaemonPod pod : node.getValue().pods().values()) {
                had.add(pod.uid());
                shown(catalog, pod.namespace(), pod.name(), pod.uid(), node.getKey());
            }
        }
        for (Map.Entry<String, PodState> pod : catalog.pods().entrySet()) {
            if (pod.getValue().object() != null) {
                had.add(pod.getValue().uid());
                NodeClaim claim = pod.getValue().claims().get(pod.getValue().uid());
                if (claim != null && claim.stage() == NodeClaim.Stage.HANDING_OVER) {
                    // It may be in its node's keeping already, and have ended there.
                    continue;
                }
                var metadata = pod.getValue().object().tree().path("metadata");
                shown(
                        catalog,
                        metadata.path("namespace").asText(),
                        metadata.path("name").asText(),
                        pod.getValue().uid(),
                        pod.getKey());
            }
        }
        for (StoredObject pod : catalog.list(Kinds.POD, "")) {
            require(had.contains(pod.uid()), "catalog", "%s is shown, and nobody has it", pod);
        }
        for (String uid : catalog.hiddenPods().keySet()) {
            require(had.contains(uid), "catalog", "%s is hidden, and nobody has it", uid);
        }
    }

    private static void shown(CatalogVersion catalog, String namespace, String name, String uid, String who) {
        boolean shown = catalog.get(Kinds.POD, namespace, name)
                .filter(pod -> pod.uid().equals(uid))
                .isPresent();
        require(
                shown != catalog.hiddenPods().containsKey(uid),
                "catalog",
                "%s has %s/%s, which is %s",
                who,
                namespace,
                name,
                shown ? "shown and hidden" : "neither shown nor hidden");
    }
}
