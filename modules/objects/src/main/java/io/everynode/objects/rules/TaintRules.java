package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Taints of nodes and tolerations of Pods (core validation validateNodeTaints, ValidateTolerations). */
final class TaintRules {

    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private TaintRules() {}

    /** Upstream reports a Node's taints below metadata, where they once were an annotation. */
    static void taints(JsonNode nodeSpec, String field, Causes causes) {
        Set<List<String>> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode taint : Trees.objects(nodeSpec, "taints")) {
            String at = Trees.at(field, i++);
            String key = Trees.text(taint, "key");
            String effect = Trees.text(taint, "effect");
            LabelRules.labelName(key, at + ".key", causes);
            labelValue(Trees.text(taint, "value"), at + ".value", causes);
            if (effect.isEmpty()) {
                causes.required(at + ".effect");
            } else {
                effect(effect, at + ".effect", causes);
            }
            if (!seen.add(List.of(effect, key))) {
                causes.duplicate(at, taint, "taints must be unique by key and effect pair");
            }
        }
    }

    static void tolerations(JsonNode podSpec, String field, Causes causes) {
        int i = 0;
        for (ObjectNode toleration : Trees.objects(podSpec, "tolerations")) {
            toleration(toleration, Trees.at(field, i++), causes);
        }
    }

    private static void toleration(ObjectNode toleration, String field, Causes causes) {
        String key = Trees.text(toleration, "key");
        String operator = Trees.text(toleration, "operator");
        String value = Trees.text(toleration, "value");
        String effect = Trees.text(toleration, "effect");
        if (!key.isEmpty()) {
            LabelRules.labelName(key, field + ".key", causes);
        } else if (!operator.equals("Exists")) {
            causes.invalid(
                    field + ".operator",
                    operator,
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }
        if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
            causes.invalid(field + ".effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
        switch (operator) {
            case "", "Equal" -> labelValue(value, field + ".operator", causes);
            case "Exists" -> {
                if (!value.isEmpty()) {
                    causes.invalid(field + ".operator", toleration, "value must be empty when `operator` is 'Exists'");
                }
            }
            default -> causes.notSupported(field + ".operator", operator, List.of("Equal", "Exists"));
        }
        if (!effect.isEmpty()) {
            effect(effect, field + ".effect", causes);
        }
    }

    private static void labelValue(String value, String field, Causes causes) {
        List<String> wrong = Formats.labelValue(value);
        if (!wrong.isEmpty()) {
            causes.invalid(field, value, String.join(";", wrong));
        }
    }

    private static void effect(String effect, String field, Causes causes) {
        if (!EFFECTS.contains(effect)) {
            causes.notSupported(field, effect, EFFECTS);
        }
    }
}
