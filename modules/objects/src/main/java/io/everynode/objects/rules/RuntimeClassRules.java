package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** RuntimeClasses (pkg/apis/node/validation/validation.go). */
final class RuntimeClassRules implements KindRules {

    @Override
    public void applyDefaults(ObjectNode runtimeClass) {
        if (runtimeClass.get("overhead") instanceof ObjectNode overhead) {
            Amounts.normalize(overhead, "podFixed");
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode runtimeClass, Causes causes) {
        ObjectMetaRules.validate(runtimeClass, false, NameRule.SUBDOMAIN, causes);
        String handler = Trees.text(runtimeClass, "handler");
        causes.invalid("handler", handler, Formats.dnsLabel(handler));
        for (Map.Entry<String, JsonNode> amount : Trees.entries(runtimeClass.path("overhead"), "podFixed")) {
            String at = Trees.key("overhead.limits", amount.getKey());
            ResourceValidation.amount(amount.getKey(), amount.getValue(), at, causes);
        }
        JsonNode scheduling = runtimeClass.path("scheduling");
        LabelRules.labels(scheduling.path("nodeSelector"), "scheduling.nodeSelector", causes);
        TaintRules.tolerations(scheduling, "scheduling.tolerations", causes);
        Set<JsonNode> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode toleration : Trees.objects(scheduling, "tolerations")) {
            if (!seen.add(toleration)) {
                causes.duplicate(Trees.at("scheduling.tolerations", i), toleration, "");
            }
            i++;
        }
    }

    @Override
    public void validateUpdate(
            Kind kind, String subresource, ObjectNode runtimeClass, ObjectNode current, Causes causes) {
        validateCreate(kind, runtimeClass, causes);
        ObjectMetaRules.validateUpdate(runtimeClass, current, causes);
        String handler = Json.text(runtimeClass, "handler");
        if (!handler.equals(Json.text(current, "handler"))) {
            causes.invalid("handler", handler, "field is immutable");
        }
    }
}
