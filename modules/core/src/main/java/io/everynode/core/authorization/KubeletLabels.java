package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which labels of its Node a node may set: all but those of Kubernetes that it has no business with, and those that are
 * kept from nodes (staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go).
 */
final class KubeletLabels {

    private static final String KEPT_FROM_NODES = "node-restriction.kubernetes.io";

    private static final Set<String> ALLOWED = Set.of(
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
            "topology.kubernetes.io/region",
            "failure-domain.beta.kubernetes.io/zone",
            "failure-domain.beta.kubernetes.io/region",
            "node.kubernetes.io/instance-type",
            "node.kubernetes.io/windows-build",
            "beta.kubernetes.io/instance-type",
            "kubernetes.io/os",
            "kubernetes.io/arch",
            "beta.kubernetes.io/os",
            "beta.kubernetes.io/arch");

    private static final List<String> ALLOWED_NAMESPACES = List.of("kubelet.kubernetes.io", "node.kubernetes.io");

    private KubeletLabels() {}

    /** The labels that differ and may not, in order. */
    static List<String> forbiddenChanges(ObjectNode before, ObjectNode after) {
        Set<String> changed = new TreeSet<>();
        after.properties().forEach(label -> {
            if (!label.getValue().equals(before.get(label.getKey()))) {
                changed.add(label.getKey());
            }
        });
        before.fieldNames().forEachRemaining(key -> {
            if (!after.has(key)) {
                changed.add(key);
            }
        });
        return changed.stream().filter(KubeletLabels::isForbidden).toList();
    }

    static boolean isForbidden(String label) {
        int slash = label.indexOf('/');
        String namespace = slash < 0 ? "" : label.substring(0, slash);
        boolean ofKubernetes = isIn(namespace, "kubernetes.io") || isIn(namespace, "k8s.io");
        return isIn(namespace, KEPT_FROM_NODES) || ofKubernetes && !isAllowed(label, namespace);
    }

    private static boolean isAllowed(String label, String namespace) {
        return ALLOWED.contains(label) || ALLOWED_NAMESPACES.stream().anyMatch(allowed -> isIn(namespace, allowed));
    }

    private static boolean isIn(String namespace, String domain) {
        return namespace.equals(domain) || namespace.endsWith("." + domain);
    }
}
