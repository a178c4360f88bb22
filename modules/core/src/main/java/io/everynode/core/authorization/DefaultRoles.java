package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;

/**
 * The ClusterRoles that every cluster with RBAC has, and who has them
 * (plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go), as far as they are about what is served here or what
 * published DaemonSets bind to.
 */
public final class DefaultRoles {

    private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";

    private static final String[] READ = {"get", "list", "watch"};
    private static final String[] WRITE = {"create", "update", "patch", "delete", "deletecollection"};
    private static final String[] READ_WRITE = {
        "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"
    };
    private static final String[] HEALTH = {"/livez", "/readyz", "/healthz"};
    private static final String CSRS = "system:certificates.k8s.io:certificatesigningrequests:";

    private static final PolicyRule EVENTS =
            Rules.of("create", "update", "patch").in("", "events.k8s.io").on("events");

    private DefaultRoles() {}

    /** New objects, complete. */
    public static List<ObjectNode> clusterRoles() {
        List<ObjectNode> all = new ArrayList<>();
        all.add(role(
                "cluster-admin",
                "",
                Rules.of("*").in("*").on("*"),
                Rules.of("*").at("*")));
        all.add(role(
                "system:discovery",
                "",
                Rules.of("get")
                        .at(
                                "/livez",
                                "/readyz",
                                "/healthz",
                                "/version",
                                "/version/",
                                "/openapi",
                                "/openapi/*",
                                "/api",
                                "/api/*",
                                "/apis",
                                "/apis/*")));
        all.add(role(
                "system:monitoring",
                "",
                Rules.of("get")
                        .at(
                                "/metrics",
                                "/metrics/slis",
                                "/livez",
                                "/readyz",
                                "/healthz",
                                "/livez/*",
                                "/readyz/*",
                                "/healthz/*")));
        all.add(role(
                "system:basic-user",
                "",
                Rules.of("create").in("authorization.k8s.io").on("selfsubjectaccessreviews", "selfsubjectrulesreviews"),
                Rules.of("create").in("authentication.k8s.io").on("selfsubjectreviews")));
        all.add(role(
                "system:public-info-viewer",
                "",
                Rules.of("get").at(HEALTH[0], HEALTH[1], HEALTH[2], "/version", "/version/")));
        all.add(role(
                "system:service-account-issuer-discovery",
                "",
                Rules.of("get")
                        .at(
                                "/.well-known/openid-configuration",
                                "/.well-known/openid-configuration/",
                                "/openid/v1/jwks",
                                "/openid/v1/jwks/")));
        all.add(sum("admin", "", "admin"));
        all.add(sum("edit", "admin", "edit"));
        all.add(sum("view", "edit", "view"));
        all.add(admins());
        all.add(editors());
        all.add(viewers());
        all.add(role("system:node", "", NodeRules.ALL.toArray(PolicyRule[]::new)));
        all.add(role(
                "system:node-problem-detector",
                "",
                Rules.of("get").in("").on("nodes"),
                Rules.of("patch").in("").on("nodes/status"),
                EVENTS));
        all.add(role(
                "system:node-proxier",
                "",
                Rules.of("list", "watch").in("").on("services", "endpoints"),
                Rules.of(READ).in("").on("nodes"),
                EVENTS,
                Rules.of("list", "watch").in("discovery.k8s.io").on("endpointslices")));
        all.add(role(
                "system:kubelet-api-admin",
                "",
                Rules.of(READ).in("").on("nodes"),
                Rules.of("proxy").in("").on("nodes"),
                Rules.of("*").in("").on("nodes/proxy", "nodes/metrics", "nodes/stats", "nodes/log")));
        all.add(role(
                "system:node-bootstrapper",
                "",
                Rules.of("create", "get", "list", "watch")
                        .in("certificates.k8s.io")
                        .on("certificatesigningrequests")));
        all.add(role(
                CSRS + "nodeclient",
                "",
                Rules.of("create").in("certificates.k8s.io").on("certificatesigningrequests/nodeclient")));
        all.add(role(
                CSRS + "selfnodeclient",
                "",
                Rules.of("create").in("certificates.k8s.io").on("certificatesigningrequests/selfnodeclient")));
        // Upstream leaves certificates of nodes' endpoints to people.
        all.add(role(
                CSRS + "selfnodeserver",
                "",
                Rules.of("create").in("certificates.k8s.io").on("certificatesigningrequests/selfnodeserver")));
        all.add(role(
                "system:auth-delegator",
                "",
                Rules.of("create").in("authentication.k8s.io").on("tokenreviews"),
                Rules.of("create").in("authorization.k8s.io").on("subjectaccessreviews")));
        return all;
    }

    private static ObjectNode admins() {
        return role(
                "system:aggregate-to-admin",
                "admin",
                Rules.of("create").in("authorization.k8s.io").on("localsubjectaccessreviews"),
                Rules.of(READ_WRITE).in("rbac.authorization.k8s.io").on("roles", "rolebindings"));
    }

    private static ObjectNode editors() {
        return role(
                "system:aggregate-to-edit",
                "edit",
                Rules.of(READ)
                        .in("")
                        .on("pods/attach", "pods/proxy", "pods/exec", "pods/portforward", "secrets", "services/proxy"),
                Rules.of("impersonate").in("").on("serviceaccounts"),
                Rules.of(WRITE).in("").on("pods", "pods/attach", "pods/proxy", "pods/exec", "pods/portforward"),
                Rules.of("create").in("").on("pods/eviction"),
                Rules.of(WRITE)
                        .in("")
                        .on(
                                "serviceaccounts",
                                "services",
                                "services/proxy",
                                "persistentvolumeclaims",
                                "configmaps",
                                "secrets",
                                "events"),
                Rules.of("create").in("").on("serviceaccounts/token"),
                Rules.of(WRITE).in("apps").on("daemonsets"),
                Rules.of(WRITE).in("policy").on("poddisruptionbudgets"),
                Rules.of(READ_WRITE).in("coordination.k8s.io").on("leases"));
    }

    private static ObjectNode viewers() {
        return role(
                "system:aggregate-to-view",
                "view",
                Rules.of(READ)
                        .in("")
                        .on(
                                "pods",
                                "serviceaccounts",
                                "services",
                                "services/status",
                                "endpoints",
                                "persistentvolumeclaims",
                                "persistentvolumeclaims/status",
                                "configmaps"),
                Rules.of(READ)
                        .in("")
                        .on(
                                "limitranges",
                                "resourcequotas",
                                "bindings",
                                "events",
                                "pods/status",
                                "resourcequotas/status",
                                "namespaces/status",
                                "pods/log"),
                Rules.of(READ).in("").on("namespaces"),
                Rules.of(READ).in("apps").on("controllerrevisions", "daemonsets", "daemonsets/status"),
                Rules.of(READ).in("policy").on("poddisruptionbudgets", "poddisruptionbudgets/status"));
    }

    /** New objects, complete. */
    public static List<ObjectNode> clusterRoleBindings() {
        return List.of(
                own("cluster-admin", "Group", User.MASTERS),
                own("system:monitoring", "Group", "system:monitoring"),
                own("system:discovery", "Group", User.AUTHENTICATED),
                own("system:basic-user", "Group", User.AUTHENTICATED),
                own("system:public-info-viewer", "Group", User.AUTHENTICATED, User.UNAUTHENTICATED),
                own("system:service-account-issuer-discovery", "Group", User.ACCOUNTS),
                own("system:node-proxier", "User", "system:kube-proxy"),
                // kubeadm has the like of these three: a machine with a bootstrap token joins without further ado.
                binding("everynode:node-bootstrapper", "system:node-bootstrapper", "Group", User.BOOTSTRAPPERS),
                binding("everynode:node-autoapprove-bootstrap", CSRS + "nodeclient", "Group", User.BOOTSTRAPPERS),
                binding(
                        "everynode:node-autoapprove-certificate-rotation",
                        CSRS + "selfnodeclient",
                        "Group",
                        User.NODES),
                binding("everynode:node-autoapprove-serving", CSRS + "selfnodeserver", "Group", User.NODES));
    }

    /** @param aggregatedTo the role that this one is to be a part of; "" for none */
    private static ObjectNode role(String name, String aggregatedTo, PolicyRule... rules) {
        ObjectNode role = object(Kinds.CLUSTER_ROLE.kind(), name);
        label(role, aggregatedTo);
        ArrayNode list = role.putArray("rules");
        for (PolicyRule rule : rules) {
            list.add(rule.toJson());
        }
        return role;
    }

    private static ObjectNode sum(String name, String aggregatedTo, String of) {
        ObjectNode role = object(Kinds.CLUSTER_ROLE.kind(), name);
        label(role, aggregatedTo);
        role.putObject("aggregationRule")
                .putArray("clusterRoleSelectors")
                .addObject()
                .putObject("matchLabels")
                .put(AGGREGATE + of, "true");
        role.putArray("rules");
        return role;
    }

    private static void label(ObjectNode role, String aggregatedTo) {
        if (!aggregatedTo.isEmpty()) {
            Json.child(Json.child(role, "metadata"), "labels").put(AGGREGATE + aggregatedTo, "true");
        }
    }

    /** Of the role of the same name. */
    private static ObjectNode own(String role, String kind, String... subjects) {
        return binding(role, role, kind, subjects);
    }

    private static ObjectNode binding(String name, String role, String kind, String... subjects) {
        ObjectNode binding = object(Kinds.CLUSTER_ROLE_BINDING.kind(), name);
        ArrayNode list = binding.putArray("subjects");
        for (String subject : subjects) {
            list.addObject()
                    .put("kind", kind)
                    .put("apiGroup", Kinds.CLUSTER_ROLE.group())
                    .put("name", subject);
        }
        binding.putObject("roleRef")
                .put("apiGroup", Kinds.CLUSTER_ROLE.group())
                .put("kind", Kinds.CLUSTER_ROLE.kind())
                .put("name", role);
        return binding;
    }

    private static ObjectNode object(String kind, String name) {
        ObjectNode object =
                Json.object().put("apiVersion", Kinds.CLUSTER_ROLE.apiVersion()).put("kind", kind);
        ObjectNode metadata = object.putObject("metadata").put("name", name);
        metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
        metadata.putObject("annotations").put(RoleReconciliation.AUTO_UPDATE, "true");
        return object;
    }
}
