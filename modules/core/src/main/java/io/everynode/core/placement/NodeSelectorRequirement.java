package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One condition on a node's labels or fields (core/v1 NodeSelectorRequirement). Immutable.
 *
 * @param operator In, NotIn, Exists, DoesNotExist, Gt or Lt
 * @param values at least one for In and NotIn, none for Exists and DoesNotExist, one integer for Gt and Lt
 */
public record NodeSelectorRequirement(String key, String operator, List<String> values) {

    public NodeSelectorRequirement {
        key = Trees.orEmpty(key);
        // One copy of each, so that a comparison in matchesValue mostly ends at the reference.
        operator = Trees.orEmpty(operator).intern();
        values = Trees.copy(values);
    }

    public static NodeSelectorRequirement of(JsonNode requirement) {
        return new NodeSelectorRequirement(
                Trees.text(requirement, "key"),
                Trees.text(requirement, "operator"),
                Trees.strings(requirement.path("values")));
    }

    /**
     * Whether a label's value satisfies it; malformed requirements are satisfied by nothing.
     *
     * @param actual the value under the key, null when there is none
     */
    boolean matchesValue(String actual) {
        if (operator.equals("NotIn")) {
            return !values.isEmpty() && (actual == null || !values.contains(actual));
        }
        return switch (operator) {
            case "In" -> actual != null && values.contains(actual);
            case "Exists" -> values.isEmpty() && actual != null;
            case "DoesNotExist" -> values.isEmpty() && actual == null;
            case "Gt" -> comparable(actual) && Integers.parse(actual) > Integers.parse(values.get(0));
            case "Lt" -> comparable(actual) && Integers.parse(actual) < Integers.parse(values.get(0));
            default -> false;
        };
    }

    /** As {@link #matchesValue} for a node's field: only In and NotIn with exactly one value are known there. */
    boolean matchesField(String actual) {
        return values.size() == 1
                && switch (operator) {
                    case "In" -> values.get(0).equals(actual);
                    case "NotIn" -> !values.get(0).equals(actual);
                    default -> false;
                };
    }

    private boolean comparable(String actual) {
        return actual != null && values.size() == 1 && Integers.valid(actual) && Integers.valid(values.get(0));
    }
}
