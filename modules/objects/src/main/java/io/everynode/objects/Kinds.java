package io.everynode.objects;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every kind that the API serves. Discovery, routing and schemas read this table. */
public final class Kinds {

    public static final Kind NODE = cluster("", "v1", "Node", "nodes", List.of("no"), "status");
    public static final Kind NAMESPACE =
            cluster("", "v1", "Namespace", "namespaces", List.of("ns"), "status", "finalize");
    public static final Kind POD = namespaced("", "v1", "Pod", "pods", List.of("po"), List.of("all"), "status", "log");
    public static final Kind EVENT = namespaced("", "v1", "Event", "events", List.of("ev"), List.of());

    /** The same Events through a second door; stored and found as {@link #EVENT} (ADR 0024). */
    public static final Kind EVENT_OF_OWN_GROUP =
            namespaced("events.k8s.io", "v1", "Event", "events", List.of("ev"), List.of());

    public static final Kind CONFIG_MAP = namespaced("", "v1", "ConfigMap", "configmaps", List.of("cm"), List.of());
    public static final Kind SECRET = namespaced("", "v1", "Secret", "secrets", List.of(), List.of());
    public static final Kind SERVICE_ACCOUNT =
            namespaced("", "v1", "ServiceAccount", "serviceaccounts", List.of("sa"), List.of());
    public static final Kind SERVICE =
            namespaced("", "v1", "Service", "services", List.of("svc"), List.of("all"), "status");
    public static final Kind DAEMON_SET =
            namespaced("apps", "v1", "DaemonSet", "daemonsets", List.of("ds"), List.of("all"), "status");
    public static final Kind CONTROLLER_REVISION =
            namespaced("apps", "v1", "ControllerRevision", "controllerrevisions", List.of(), List.of());
    public static final Kind LEASE = namespaced("coordination.k8s.io", "v1", "Lease", "leases", List.of(), List.of());
    public static final Kind PRIORITY_CLASS =
            cluster("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", List.of("pc"));
    public static final Kind CLUSTER_ROLE =
            cluster("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", List.of());
    public static final Kind CLUSTER_ROLE_BINDING =
            cluster("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", List.of());
    public static final Kind ROLE =
            namespaced("rbac.authorization.k8s.io", "v1", "Role", "roles", List.of(), List.of());
    public static final Kind ROLE_BINDING =
            namespaced("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", List.of(), List.of());
    public static final Kind LIMIT_RANGE =
            namespaced("", "v1", "LimitRange", "limitranges", List.of("limits"), List.of());
    public static final Kind RESOURCE_QUOTA =
            namespaced("", "v1", "ResourceQuota", "resourcequotas", List.of("quota"), List.of(), "status");
    public static final Kind POD_DISRUPTION_BUDGET = namespaced(
            "policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", List.of("pdb"), List.of(), "status");

    public static final Kind ENDPOINTS = namespaced("", "v1", "Endpoints", "endpoints", List.of("ep"), List.of());
    public static final Kind PERSISTENT_VOLUME =
            cluster("", "v1", "PersistentVolume", "persistentvolumes", List.of("pv"), "status");
    public static final Kind PERSISTENT_VOLUME_CLAIM = namespaced(
            "", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", List.of("pvc"), List.of(), "status");
    public static final Kind POD_TEMPLATE = namespaced("", "v1", "PodTemplate", "podtemplates", List.of(), List.of());
    public static final Kind RUNTIME_CLASS = cluster("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", List.of());
    public static final Kind STORAGE_CLASS =
            cluster("storage.k8s.io", "v1", "StorageClass", "storageclasses", List.of("sc"));
    public static final Kind CSI_DRIVER = cluster("storage.k8s.io", "v1", "CSIDriver", "csidrivers", List.of());
    public static final Kind CSI_NODE = cluster("storage.k8s.io", "v1", "CSINode", "csinodes", List.of());
    public static final Kind VOLUME_ATTACHMENT =
            cluster("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", List.of(), "status");
    public static final Kind CERTIFICATE_SIGNING_REQUEST = cluster(
            "certificates.k8s.io",
            "v1",
            "CertificateSigningRequest",
            "certificatesigningrequests",
            List.of("csr"),
            "status",
            "approval");

    private static final List<Kind> ALL = List.of(
            NODE,
            NAMESPACE,
            POD,
            EVENT,
            CONFIG_MAP,
            SECRET,
            SERVICE_ACCOUNT,
            SERVICE,
            LIMIT_RANGE,
            RESOURCE_QUOTA,
            DAEMON_SET,
            CONTROLLER_REVISION,
            LEASE,
            PRIORITY_CLASS,
            POD_DISRUPTION_BUDGET,
            CLUSTER_ROLE,
            CLUSTER_ROLE_BINDING,
            ROLE,
            ROLE_BINDING,
            ENDPOINTS,
            PERSISTENT_VOLUME,
            PERSISTENT_VOLUME_CLAIM,
            POD_TEMPLATE,
            RUNTIME_CLASS,
            STORAGE_CLASS,
            CSI_DRIVER,
            CSI_NODE,
            VOLUME_ATTACHMENT,
            CERTIFICATE_SIGNING_REQUEST,
            EVENT_OF_OWN_GROUP);

    private Kinds() {}

    public static List<Kind> all() {
        return ALL;
    }

    /** The kind behind a path's group, version and plural resource name. */
    public static Optional<Kind> byResource(String group, String version, String plural) {
        return ALL.stream()
                .filter(k -> k.group().equals(group)
                        && k.version().equals(version)
                        && k.plural().equals(plural))
                .findFirst();
    }

    /** The kind that an object's {@code apiVersion} and {@code kind} name. */
    public static Optional<Kind> byName(String apiVersion, String kind) {
        return ALL.stream()
                .filter(k -> k.apiVersion().equals(apiVersion) && k.kind().equals(kind))
                .findFirst();
    }

    private static Kind cluster(
            String group, String version, String kind, String plural, List<String> shortNames, String... subresources) {
        return new Kind(
                group, version, kind, plural, kind.toLowerCase(), shortNames, List.of(), false, Set.of(subresources));
    }

    private static Kind namespaced(
            String group,
            String version,
            String kind,
            String plural,
            List<String> shortNames,
            List<String> categories,
            String... subresources) {
        return new Kind(
                group, version, kind, plural, kind.toLowerCase(), shortNames, categories, true, Set.of(subresources));
    }
}
