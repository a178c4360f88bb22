package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ResourceQuotas (pkg/registry/core/resourcequota/strategy.go, core validation ValidateResourceQuota). */
final class ResourceQuotaRules implements KindRules {

    private static final Set<String> SCOPES = Set.of(
            "Terminating",
            "NotTerminating",
            "BestEffort",
            "NotBestEffort",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass");

    private static final List<Set<String>> OPPOSITES =
            List.of(Set.of("BestEffort", "NotBestEffort"), Set.of("Terminating", "NotTerminating"));

    /** Upstream's words. */
    private static final String ONLY_EXISTS =
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating,"
                    + " ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or"
                    + " ResourceQuotaScopeCrossNamespacePodAffinity";

    private static final Set<String> WITH_VALUES = Set.of("PriorityClass", "VolumeAttributesClass");

    @Override
    public void prepareCreate(ObjectNode quota) {
        quota.putObject("status");
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode quota, ObjectNode current) {
        Trees.copy(quota, subresource.equals("status") ? "spec" : "status", current);
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode quota, Causes causes) {
        ObjectMetaRules.validate(quota, true, NameRule.SUBDOMAIN, causes);
        spec(quota.path("spec"), causes);
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode quota, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(quota, current, causes);
        if (subresource.equals("status")) {
            amounts(quota.path("status"), "hard", "status.hard", causes);
            amounts(quota.path("status"), "used", "status.used", causes);
            return;
        }
        spec(quota.path("spec"), causes);
        JsonNode scopes = quota.path("spec").path("scopes");
        Set<String> before = new HashSet<>(Trees.texts(current.path("spec"), "scopes"));
        if (!before.equals(new HashSet<>(Trees.texts(quota.path("spec"), "scopes")))) {
            causes.invalid("spec.scopes", scopes, "field is immutable");
        }
    }

    private static void spec(JsonNode spec, Causes causes) {
        amounts(spec, "hard", "spec.hard", causes);
        scopes(spec, causes);
        scopeSelector(spec, causes);
    }

    private static void amounts(JsonNode owner, String list, String field, Causes causes) {
        for (Map.Entry<String, JsonNode> amount : Trees.entries(owner, list)) {
            String at = Trees.key(field, amount.getKey());
            QuotaNames.quota(amount.getKey(), at, causes);
            Amounts.validate(amount.getKey(), amount.getValue(), at, causes);
        }
    }

    private static void scopes(JsonNode spec, Causes causes) {
        JsonNode shown = spec.path("scopes");
        List<String> scopes = Trees.texts(spec, "scopes");
        for (String scope : scopes) {
            if (!SCOPES.contains(scope)) {
                causes.invalid("spec.scopes", shown, "unsupported scope");
            }
            resources(spec, scope, "spec.scopes", shown, causes);
        }
        opposites(scopes, "spec.scopes", shown, causes);
    }

    private static void resources(JsonNode spec, String scope, String field, JsonNode shown, Causes causes) {
        for (Map.Entry<String, JsonNode> amount : Trees.entries(spec, "hard")) {
            if (QuotaNames.isStandard(amount.getKey()) && !QuotaNames.scoped(scope, amount.getKey())) {
                causes.invalid(field, shown, "unsupported scope applied to resource");
            }
        }
    }

    private static void opposites(List<String> scopes, String field, JsonNode shown, Causes causes) {
        for (Set<String> pair : OPPOSITES) {
            if (scopes.containsAll(pair)) {
                causes.invalid(field, shown, "conflicting scopes");
            }
        }
    }

    private static void scopeSelector(JsonNode spec, Causes causes) {
        String field = "spec.scopeSelector.matchExpressions";
        JsonNode shown = spec.path("scopeSelector");
        List<ObjectNode> expressions = Trees.objects(shown, "matchExpressions");
        for (ObjectNode expression : expressions) {
            String scope = Trees.text(expression, "scopeName");
            String operator = Trees.text(expression, "operator");
            if (!SCOPES.contains(scope)) {
                causes.invalid(field + ".scopeName", scope, "unsupported scope");
            }
            resources(spec, scope, field, shown, causes);
            if (SCOPES.contains(scope) && !WITH_VALUES.contains(scope) && !operator.equals("Exists")) {
                causes.invalid(field + ".operator", operator, ONLY_EXISTS);
            }
            values(expression, operator, field, causes);
        }
        List<String> scopes = expressions.stream()
                .map(expression -> Trees.text(expression, "scopeName"))
                .toList();
        opposites(scopes, field, shown, causes);
    }

    private static void values(ObjectNode expression, String operator, String field, Causes causes) {
        boolean any = !expression.path("values").isEmpty();
        switch (operator) {
            case "In", "NotIn" -> {
                if (!any) {
                    causes.required(
                            field + ".values",
                            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (any) {
                    causes.invalid(
                            field + ".values",
                            expression.path("values"),
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
            }
            default -> causes.invalid(field + ".operator", operator, "not a valid selector operator");
        }
    }
}
