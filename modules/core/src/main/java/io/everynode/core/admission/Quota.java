package io.everynode.core.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One ResourceQuota's spec: what it counts, and what it lets pass (apiserver/pkg/admission/plugin/resourcequota,
 * apiserver/pkg/quota/v1/generic/evaluator.go). Immutable; equal by value.
 *
 * @param hard by resource
 * @param scopes all of which a Pod must be in to be counted; nothing else than Pods is counted when there are any
 */
public record Quota(String name, Map<String, Amount> hard, List<Scope> scopes) {

    /** @param operator Exists, DoesNotExist, In or NotIn */
    public record Scope(String name, String operator, List<String> values) {

        boolean matches(QuotaCharge.Scopes pod) {
            return switch (name) {
                case "Terminating" -> pod.terminating();
                case "NotTerminating" -> !pod.terminating();
                case "BestEffort" -> pod.bestEffort();
                case "NotBestEffort" -> !pod.bestEffort();
                case "CrossNamespacePodAffinity" -> pod.crossNamespaceAffinity();
                case "PriorityClass" -> priority(pod.priorityClass());
                default -> false;
            };
        }

        private boolean priority(String priorityClass) {
            boolean named = !priorityClass.isEmpty();
            return switch (operator) {
                case "In" -> named && values.contains(priorityClass);
                case "NotIn" -> !named || !values.contains(priorityClass);
                case "DoesNotExist" -> !named;
                default -> named;
            };
        }
    }

    public Quota {
        hard = Collections.unmodifiableMap(new TreeMap<>(hard));
        scopes = List.copyOf(scopes);
    }

    /** @param quota a ResourceQuota that validation has accepted */
    public static Quota of(JsonNode quota) {
        JsonNode spec = quota.path("spec");
        List<Scope> scopes = new ArrayList<>();
        for (JsonNode scope : spec.path("scopes")) {
            scopes.add(new Scope(scope.asText(), "Exists", List.of()));
        }
        for (JsonNode one : Json.at(spec, "scopeSelector", "matchExpressions")) {
            List<String> values = new ArrayList<>();
            one.path("values").forEach(value -> values.add(value.asText()));
            scopes.add(new Scope(Json.text(one, "scopeName"), Json.text(one, "operator"), values));
        }
        return new Quota(Json.text(quota, "metadata", "name"), Amount.list(spec.path("hard")), scopes);
    }

    /** Whether objects like this one are counted, whatever they use. */
    public boolean matches(QuotaCharge charge) {
        boolean any = false;
        for (String resource : hard.keySet()) {
            any |= charge.amounts().containsKey(resource) || charge.pod() != null && ofPods(resource);
        }
        return any
                && (scopes.isEmpty()
                        || charge.pod() != null && scopes.stream().allMatch(scope -> scope.matches(charge.pod())));
    }

    private static boolean ofPods(String resource) {
        return QuotaCharge.INSISTED.containsKey(resource)
                || resource.equals("pods")
                || resource.endsWith("ephemeral-storage")
                || resource.startsWith("hugepages-")
                || resource.startsWith("requests.hugepages-")
                || resource.startsWith("requests.") && resource.contains("/");
    }

    /** What is used once more objects like this one are counted; of this quota's resources alone. */
    Map<String, Amount> plus(Map<String, Amount> used, QuotaCharge charge, int times) {
        Map<String, Amount> sum = used;
        for (String resource : hard.keySet()) {
            Amount own = charge.amounts().get(resource);
            if (own != null && !own.isZero()) {
                if (sum == used) {
                    sum = new TreeMap<>(used);
                }
                Amount more = own.times(Math.abs(times));
                Amount before = sum.getOrDefault(resource, Amount.ZERO);
                sum.put(resource, times < 0 ? before.minus(more) : before.plus(more));
            }
        }
        return sum;
    }

    /**
     * Why an object may not be added to what is used, or "".
     *
     * @param used with all that may still come
     */
    String refusal(Map<String, Amount> used, QuotaCharge charge) {
        String unnamed = charge.pod() == null ? "" : unnamed(charge.pod());
        if (!unnamed.isEmpty()) {
            return "failed quota: " + name + ": must specify " + unnamed;
        }
        Map<String, Amount> requested = new TreeMap<>();
        Map<String, Amount> before = new TreeMap<>();
        Map<String, Amount> limited = new TreeMap<>();
        hard.forEach((resource, most) -> {
            Amount own = charge.amounts().get(resource);
            Amount now = used.getOrDefault(resource, Amount.ZERO);
            if (own != null && !own.isZero() && now.plus(own).above(most)) {
                requested.put(resource, own);
                before.put(resource, now);
                limited.put(resource, most);
            }
        });
        return requested.isEmpty()
                ? ""
                : "exceeded quota: " + name + ", requested: " + Amount.text(requested) + ", used: "
                        + Amount.text(before) + ", limited: " + Amount.text(limited);
    }

    /** "limits.cpu for: a,b; memory for: a" of what a quota of the resource expects and containers leave out. */
    private String unnamed(QuotaCharge.Scopes pod) {
        List<String> parts = new ArrayList<>();
        for (String resource : hard.keySet()) {
            List<String> containers = pod.missing().get(resource);
            if (containers != null) {
                parts.add(resource + " for: " + String.join(",", containers));
            }
        }
        return String.join("; ", parts);
    }
}
