package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;

/** Comparing JSON values as JSON does, where 1, 1.0 and a long 1 are one number. */
public final class JsonValues {

    /** Numbers outside of this many digits are compared by their text, so that 1e999999999 costs nothing. */
    private static final int MAX_SCALE = 400;

    private JsonValues() {}

    /** An object that is equal for equal scalars; for arrays and objects the node itself. */
    static Object key(JsonNode node) {
        if (!node.isNumber()) {
            return node;
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        BigDecimal value = node.decimalValue();
        if (Math.abs((long) value.scale()) > MAX_SCALE) {
            return node.asText();
        }
        BigDecimal plain = value.stripTrailingZeros();
        if (plain.scale() <= 0 && plain.precision() - plain.scale() <= 18) {
            return plain.longValueExact();
        }
        return plain;
    }

    /** Deep equality; the order of object members does not matter. */
    public static boolean same(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return key(a).equals(key(b));
        }
        if (a.isObject() && b.isObject()) {
            if (a.size() != b.size()) {
                return false;
            }
            for (Map.Entry<String, JsonNode> member : a.properties()) {
                JsonNode other = b.get(member.getKey());
                if (other == null || !same(member.getValue(), other)) {
                    return false;
                }
            }
            return true;
        }
        if (a.isArray() && b.isArray()) {
            if (a.size() != b.size()) {
                return false;
            }
            Iterator<JsonNode> others = b.iterator();
            for (JsonNode element : a) {
                if (!same(element, others.next())) {
                    return false;
                }
            }
            return true;
        }
        return a.equals(b);
    }
}
