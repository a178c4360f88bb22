package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;

/** Leases (pkg/apis/coordination/validation). */
final class LeaseRules implements KindRules {

    @Override
    public void validateCreate(Kind kind, ObjectNode lease, Causes causes) {
        ObjectMetaRules.validate(lease, true, NameRule.SUBDOMAIN, causes);
        spec(lease.path("spec"), causes);
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode lease, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(lease, current, causes);
        spec(lease.path("spec"), causes);
    }

    private static void spec(JsonNode spec, Causes causes) {
        if (spec.has("leaseDurationSeconds") && Trees.number(spec, "leaseDurationSeconds") <= 0) {
            causes.invalid(
                    "spec.leaseDurationSeconds", Trees.number(spec, "leaseDurationSeconds"), "must be greater than 0");
        }
        causes.nonNegative("spec.leaseTransitions", Trees.number(spec, "leaseTransitions"));
        if (!Trees.text(spec, "preferredHolder").isEmpty()
                && Trees.text(spec, "strategy").isEmpty()) {
            causes.forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined");
        }
    }
}
