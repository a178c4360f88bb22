package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * Labels, annotations and label selectors (apimachinery/pkg/apis/meta/v1/validation/validation.go,
 * apimachinery/pkg/api/validation/objectmeta.go).
 */
final class LabelRules {

    /** Keys and values of all annotations together, in bytes. */
    static final int ANNOTATIONS_LIMIT = 256 * 1024;

    private LabelRules() {}

    static void labels(JsonNode labels, String field, Causes causes) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            labelName(label.getKey(), field, causes);
            String value = label.getValue().asText();
            causes.invalid(field, value, Formats.labelValue(value));
        }
    }

    static void labelName(String name, String field, Causes causes) {
        causes.invalid(field, name, Formats.qualifiedName(name));
    }

    static void annotations(JsonNode annotations, String field, Causes causes) {
        long size = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            String key = annotation.getKey();
            causes.invalid(field, key, Formats.annotationKey(key));
            size += Formats.bytes(key) + Formats.bytes(annotation.getValue().asText());
        }
        if (size > ANNOTATIONS_LIMIT) {
            causes.tooLong(field, ANNOTATIONS_LIMIT);
        }
    }

    static void selector(JsonNode selector, String field, Causes causes) {
        labels(selector.path("matchLabels"), field + ".matchLabels", causes);
        int i = 0;
        for (JsonNode requirement : selector.path("matchExpressions")) {
            requirement(requirement, Trees.at(field + ".matchExpressions", i++), causes);
        }
    }

    private static void requirement(JsonNode requirement, String field, Causes causes) {
        String operator = Trees.text(requirement, "operator");
        List<String> values = Trees.texts(requirement, "values");
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    causes.required(field + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    causes.forbidden(
                            field + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> causes.invalid(field + ".operator", operator, "not a valid selector operator");
        }
        labelName(Trees.text(requirement, "key"), field + ".key", causes);
        for (int i = 0; i < values.size(); i++) {
            causes.invalid(Trees.at(field + ".values", i), values.get(i), Formats.labelValue(values.get(i)));
        }
    }

    static boolean isEmptySelector(JsonNode selector) {
        return selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty();
    }

    /** Whether a valid selector selects the labels; one that is absent selects nothing. */
    static boolean selects(JsonNode selector, JsonNode labels) {
        if (!selector.isObject()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (JsonNode requirement : selector.path("matchExpressions")) {
            String key = Trees.text(requirement, "key");
            boolean present = labels.has(key);
            boolean listed = present && Trees.texts(requirement, "values").contains(Trees.text(labels, key));
            boolean fulfilled = switch (Trees.text(requirement, "operator")) {
                case "In" -> listed;
                case "NotIn" -> !listed;
                case "Exists" -> present;
                default -> !present;
            };
            if (!fulfilled) {
                return false;
            }
        }
        return true;
    }
}
