package io.everynode.core.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.rules.PodQos;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one object takes of the quotas of its namespace (pkg/quota/v1/evaluator/core). Immutable; equal by value.
 *
 * @param amounts by the name a quota has for it, such as pods, requests.cpu, count/secrets
 * @param pod null for other kinds
 */
public record QuotaCharge(Map<String, Amount> amounts, Scopes pod) {

    /**
     * What a quota's scopes and constraints ask about a Pod.
     *
     * @param terminating whether it has an active deadline
     * @param priorityClass or ""
     * @param crossNamespaceAffinity whether an affinity term looks at other namespaces
     * @param missing by resource that a quota may insist on, the containers that do not name it
     */
    public record Scopes(
            boolean terminating,
            boolean bestEffort,
            String priorityClass,
            boolean crossNamespaceAffinity,
            Map<String, List<String>> missing) {}

    private static final String COUNT = "count/";

    /** Kinds of the core group that have had a name of their own before all objects could be counted. */
    private static final Set<String> ALIASES = Set.of("configmaps", "secrets", "resourcequotas");

    /** Events are not counted, in either group (pkg/quota/v1/install). */
    private static final Set<String> IGNORED = Set.of("events");

    /** Which a quota of the resource expects every container to name. */
    static final Map<String, String[]> INSISTED = Map.of(
            "cpu", new String[] {"requests", "cpu"},
            "memory", new String[] {"requests", "memory"},
            "requests.cpu", new String[] {"requests", "cpu"},
            "requests.memory", new String[] {"requests", "memory"},
            "limits.cpu", new String[] {"limits", "cpu"},
            "limits.memory", new String[] {"limits", "memory"});

    private static final List<String> BOTH = List.of("cpu", "memory", "ephemeral-storage");

    public QuotaCharge {
        amounts = Collections.unmodifiableMap(new TreeMap<>(amounts));
    }

    /** Null for what no quota counts. @param object a Pod's may lack its defaults and its status */
    public static QuotaCharge of(Kind kind, JsonNode object) {
        if (!kind.namespaced() || IGNORED.contains(kind.plural())) {
            return null;
        }
        if (kind.equals(Kinds.POD)) {
            String phase = Json.text(object, "status", "phase");
            QuotaCharge pod = ofPod(object.path("spec"));
            return phase.equals("Succeeded") || phase.equals("Failed") ? pod.ended() : pod;
        }
        Map<String, Amount> amounts = new TreeMap<>();
        amounts.put(COUNT + kind.qualifiedResource(), Amount.ONE);
        if (kind.group().isEmpty()) {
            switch (kind.plural()) {
                case "services" -> service(object.path("spec"), amounts);
                case "persistentvolumeclaims" -> claim(object, amounts);
                default -> {
                    if (ALIASES.contains(kind.plural())) {
                        amounts.put(kind.plural(), Amount.ONE);
                    }
                }
            }
        }
        return new QuotaCharge(amounts, null);
    }

    /** @param spec of a Pod or of its template */
    public static QuotaCharge ofPod(JsonNode spec) {
        Map<String, Amount> amounts = new TreeMap<>();
        amounts.put(COUNT + "pods", Amount.ONE);
        amounts.put("pods", Amount.ONE);
        PodTotals.requests(spec, true).forEach((name, amount) -> {
            if (BOTH.contains(name) || name.startsWith("hugepages-")) {
                amounts.put(name, amount);
                amounts.put("requests." + name, amount);
            } else if (name.contains("/") && !name.contains("kubernetes.io/")) {
                amounts.put("requests." + name, amount);
            }
        });
        PodTotals.limits(spec, true).forEach((name, amount) -> {
            if (BOTH.contains(name)) {
                amounts.put("limits." + name, amount);
            }
        });
        return new QuotaCharge(
                amounts,
                new Scopes(
                        spec.path("activeDeadlineSeconds").asLong(-1) >= 0,
                        PodQos.of(spec).equals("BestEffort"),
                        Json.text(spec, "priorityClassName"),
                        crossNamespaceAffinity(spec.path("affinity")),
                        missing(spec)));
    }

    /** A Pod that has succeeded or failed is still an object, and uses nothing. */
    public QuotaCharge ended() {
        return new QuotaCharge(Map.of(COUNT + "pods", Amount.ONE), pod);
    }

    /**
     * What this takes beyond what an earlier form of the object took; null when nothing. Upstream charges updates of
     * Services and claims alone, by this difference.
     */
    public QuotaCharge beyond(QuotaCharge before) {
        Map<String, Amount> more = new TreeMap<>();
        amounts.forEach((name, amount) -> {
            Amount had = before.amounts().getOrDefault(name, Amount.ZERO);
            if (amount.above(had)) {
                more.put(name, amount.minus(had));
            }
        });
        return more.isEmpty() ? null : new QuotaCharge(more, null);
    }

    private static Map<String, List<String>> missing(JsonNode spec) {
        Map<String, List<String>> missing = new TreeMap<>();
        for (String containers : List.of("containers", "initContainers")) {
            for (JsonNode container : spec.path(containers)) {
                INSISTED.forEach((resource, where) -> {
                    if (!PodTotals.of(container, where[0], true).containsKey(where[1])) {
                        missing.computeIfAbsent(resource, r -> new ArrayList<>())
                                .add(Json.text(container, "name"));
                    }
                });
            }
        }
        missing.values().forEach(Collections::sort);
        return missing;
    }

    private static boolean crossNamespaceAffinity(JsonNode affinity) {
        for (String side : List.of("podAffinity", "podAntiAffinity")) {
            for (JsonNode term : affinity.path(side).path("requiredDuringSchedulingIgnoredDuringExecution")) {
                if (looksElsewhere(term)) {
                    return true;
                }
            }
            for (JsonNode weighted : affinity.path(side).path("preferredDuringSchedulingIgnoredDuringExecution")) {
                if (looksElsewhere(weighted.path("podAffinityTerm"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean looksElsewhere(JsonNode term) {
        return !term.path("namespaces").isEmpty() || term.has("namespaceSelector");
    }

    private static void service(JsonNode spec, Map<String, Amount> amounts) {
        amounts.put("services", Amount.ONE);
        String type = Json.text(spec, "type");
        int ports = spec.path("ports").size();
        if (type.equals("NodePort")) {
            amounts.put("services.nodeports", Amount.of(ports));
        } else if (type.equals("LoadBalancer")) {
            amounts.put("services.loadbalancers", Amount.ONE);
            if (!spec.path("allocateLoadBalancerNodePorts").asBoolean(true)) {
                ports = 0;
                for (JsonNode port : spec.path("ports")) {
                    ports += port.path("nodePort").asInt() > 0 ? 1 : 0;
                }
            }
            amounts.put("services.nodeports", Amount.of(ports));
        }
    }

    private static void claim(JsonNode claim, Map<String, Amount> amounts) {
        amounts.put("persistentvolumeclaims", Amount.ONE);
        JsonNode storage = Json.at(claim, "spec", "resources", "requests", "storage");
        String storageClass = Json.text(claim, "spec", "storageClassName");
        Set<String> prefixes = new HashSet<>(Set.of(""));
        if (!storageClass.isEmpty()) {
            prefixes.add(storageClass + ".storageclass.storage.k8s.io/");
            amounts.put(storageClass + ".storageclass.storage.k8s.io/persistentvolumeclaims", Amount.ONE);
        }
        if (!storage.isMissingNode()) {
            prefixes.forEach(prefix -> amounts.put(prefix + "requests.storage", Amount.of(storage)));
        }
    }
}
