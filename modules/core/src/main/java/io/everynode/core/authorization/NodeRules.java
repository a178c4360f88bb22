package io.everynode.core.authorization;

import java.util.List;

/**
 * What every node may do alike, and the role system:node that shows it (NodeRules of
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go). What is a node's own {@link NodeAuthorizer} says.
 */
final class NodeRules {

    private static final String[] READ = {"get", "list", "watch"};

    static final List<PolicyRule> ALL = List.of(
            Rules.of("create").in("authentication.k8s.io").on("tokenreviews"),
            Rules.of("create").in("authorization.k8s.io").on("subjectaccessreviews", "localsubjectaccessreviews"),
            Rules.of(READ).in("").on("services"),
            Rules.of("create", "get", "list", "watch").in("").on("nodes"),
            Rules.of("update", "patch").in("").on("nodes/status"),
            Rules.of("update", "patch").in("").on("nodes"),
            Rules.of("create", "update", "patch").in("").on("events"),
            Rules.of(READ).in("").on("pods"),
            Rules.of("create", "delete").in("").on("pods"),
            Rules.of("update", "patch").in("").on("pods/status"),
            Rules.of("create").in("").on("pods/eviction"),
            Rules.of(READ).in("").on("secrets", "configmaps"),
            Rules.of("get").in("").on("persistentvolumeclaims", "persistentvolumes"),
            Rules.of("get").in("").on("endpoints"),
            Rules.of("create", "get", "list", "watch").in("certificates.k8s.io").on("certificatesigningrequests"),
            Rules.of("get", "create", "update", "patch", "delete")
                    .in("coordination.k8s.io")
                    .on("leases"),
            Rules.of("get").in("storage.k8s.io").on("volumeattachments"),
            Rules.of("create").in("").on("serviceaccounts/token"),
            Rules.of("get", "update", "patch").in("").on("persistentvolumeclaims/status"),
            Rules.of("get", "watch", "list").in("storage.k8s.io").on("csidrivers"),
            Rules.of("get", "create", "update", "patch", "delete")
                    .in("storage.k8s.io")
                    .on("csinodes"),
            Rules.of(READ).in("node.k8s.io").on("runtimeclasses"));

    static final RuleSet SET = new RuleSet(ALL);

    private NodeRules() {}
}
