package io.everynode.objects.rules;

import java.util.List;
import java.util.Set;

/** Names of what a ResourceQuota limits (pkg/apis/core/helper/helpers.go, core validation). */
final class QuotaNames {

    private static final Set<String> COMPUTE =
            Set.of("cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory");

    private static final Set<String> STANDARD = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "persistentvolumeclaims",
            "configmaps",
            "services.nodeports",
            "services.loadbalancers");

    private QuotaNames() {}

    /** Any resource: one that is known, or one of a domain. */
    static void resource(String name, String field, Causes causes) {
        List<String> wrong = Formats.qualifiedName(name);
        causes.invalid(field, name, wrong);
        if (wrong.isEmpty() && !name.contains("/") && !isStandard(name) && !name.equals("storage")) {
            causes.invalid(field, name, "must be a standard resource type or fully qualified");
        }
    }

    /** What a quota may limit. */
    static void quota(String name, String field, Causes causes) {
        resource(name, field, causes);
        if (!name.contains("/") && !isStandard(name)) {
            causes.invalid(field, name, "must be a standard resource for quota");
        }
    }

    static boolean isStandard(String name) {
        return STANDARD.contains(name) || name.startsWith("hugepages-") || name.startsWith("requests.hugepages-");
    }

    /** Whether a quota of this scope may limit the standard resource. */
    static boolean scoped(String scope, String resource) {
        return resource.equals("pods") || !scope.equals("BestEffort") && COMPUTE.contains(resource);
    }
}
