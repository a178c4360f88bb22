package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;

/** PodDisruptionBudgets (pkg/registry/policy/poddisruptionbudget/strategy.go, pkg/apis/policy/validation). */
final class PodDisruptionBudgetRules implements KindRules {

    private static final List<String> COUNTS =
            List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods");

    private static final List<String> POLICIES = List.of("AlwaysAllow", "IfHealthyBudget");

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void prepareCreate(ObjectNode budget) {
        ObjectNode status = budget.putObject("status");
        COUNTS.forEach(count -> status.put(count, 0));
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode budget, ObjectNode current) {
        if (subresource.equals("status")) {
            Trees.copy(budget, "spec", current);
            ObjectNode status = Json.child(budget, "status");
            COUNTS.forEach(count -> Trees.numberDefault(status, count, 0));
            return;
        }
        Trees.copy(budget, "status", current);
        if (!Equality.same(budget.get("spec"), current.get("spec"))) {
            long generation = Trees.number(current.path("metadata"), "generation");
            Trees.putInteger(Json.child(budget, "metadata"), "generation", generation + 1);
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode budget, Causes causes) {
        spec(budget.path("spec"), causes);
        ObjectMetaRules.validateAfterKind(budget, true, causes);
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode budget, ObjectNode current, Causes causes) {
        if (subresource.equals("status")) {
            COUNTS.forEach(count -> causes.nonNegative("status." + count, Trees.number(budget.path("status"), count)));
        } else {
            spec(budget.path("spec"), causes);
        }
    }

    private static void spec(JsonNode spec, Causes causes) {
        boolean least = spec.has("minAvailable");
        boolean most = spec.has("maxUnavailable");
        if (least && most) {
            causes.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
        }
        for (String share : List.of("minAvailable", "maxUnavailable")) {
            if (spec.has(share)) {
                share(spec.get(share), "spec." + share, causes);
            }
        }
        LabelRules.selector(spec.path("selector"), "spec.selector", causes);
        String policy = Trees.text(spec, "unhealthyPodEvictionPolicy");
        if (spec.has("unhealthyPodEvictionPolicy") && !POLICIES.contains(policy)) {
            causes.notSupported("spec.unhealthyPodEvictionPolicy", policy, POLICIES);
        }
    }

    private static void share(JsonNode share, String field, Causes causes) {
        if (!share.isTextual()) {
            causes.nonNegative(field, share.asLong());
            return;
        }
        List<String> wrong = Formats.percent(share.asText());
        causes.invalid(field, share.asText(), wrong);
        if (wrong.isEmpty() && DaemonSetValidation.amount(share) > 100) {
            causes.invalid(field, share.asText(), "must not be greater than 100%");
        }
    }
}
