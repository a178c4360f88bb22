package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.everynode.objects.Quantity;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whether two trees mean the same, as upstream's semantic DeepEqual sees it: an absent list or map equals an empty one,
 * numbers compare by value, and amounts of resources compare as quantities ("1" is "1000m"). An empty object counts as
 * present, because most say something by being there ({@code emptyDir: {}}).
 */
final class Equality {

    /** Fields that hold maps; only there does empty equal absent. */
    private static final Set<String> MAPS = Set.of(
            "labels",
            "annotations",
            "matchLabels",
            "nodeSelector",
            "selector",
            "data",
            "binaryData",
            "limits",
            "requests",
            "capacity",
            "allocatable",
            "overhead",
            "podFixed",
            "allocatedResources",
            "parameters",
            "attachmentMetadata",
            "volumeAttributes",
            "options");

    private static final Set<String> AMOUNTS =
            Set.of("limits", "requests", "capacity", "allocatable", "overhead", "podFixed", "allocatedResources");

    private Equality() {}

    static boolean same(JsonNode left, JsonNode right) {
        return same("", orMissing(left), orMissing(right));
    }

    private static boolean same(String name, JsonNode left, JsonNode right) {
        if (left.isMissingNode() || right.isMissingNode()) {
            return isNothing(name, left) && isNothing(name, right);
        }
        if (left.isObject() && right.isObject()) {
            return sameFields(name, left, right);
        }
        if (left.isArray() && right.isArray()) {
            if (left.size() != right.size()) {
                return false;
            }
            for (int i = 0; i < left.size(); i++) {
                if (!same("", left.get(i), right.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (left.isNumber() && right.isNumber()) {
            return left.decimalValue().compareTo(right.decimalValue()) == 0;
        }
        return left.equals(right);
    }

    private static boolean sameFields(String name, JsonNode left, JsonNode right) {
        Set<String> fields = new HashSet<>();
        left.fieldNames().forEachRemaining(fields::add);
        right.fieldNames().forEachRemaining(fields::add);
        boolean amounts = AMOUNTS.contains(name);
        for (String field : fields) {
            boolean same = amounts
                    ? sameAmount(left.path(field), right.path(field))
                    : same(field, left.path(field), right.path(field));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameAmount(JsonNode left, JsonNode right) {
        if (left.isMissingNode() || right.isMissingNode()) {
            return left.isMissingNode() && right.isMissingNode();
        }
        Optional<Quantity> first = Quantity.parse(left.asText());
        Optional<Quantity> second = Quantity.parse(right.asText());
        return first.isPresent() && second.isPresent() ? first.get().compareTo(second.get()) == 0 : left.equals(right);
    }

    private static boolean isNothing(String name, JsonNode node) {
        return node.isMissingNode()
                || node.isArray() && node.isEmpty()
                || node.isObject() && node.isEmpty() && MAPS.contains(name);
    }

    private static JsonNode orMissing(JsonNode node) {
        return node == null ? MissingNode.getInstance() : node;
    }
}
