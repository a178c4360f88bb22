package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;

/** Equality of JSON values, where numbers are equal by value whatever Java type holds them. */
final class Values {

    private Values() {}

    static boolean same(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.equals(b)
                    || a.isIntegralNumber()
                            && b.isIntegralNumber()
                            && a.bigIntegerValue().equals(b.bigIntegerValue())
                    || !a.isIntegralNumber()
                            && !b.isIntegralNumber()
                            && a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        if (a.isObject() && b.isObject()) {
            if (a.size() != b.size()) {
                return false;
            }
            for (Map.Entry<String, JsonNode> entry : a.properties()) {
                JsonNode other = b.get(entry.getKey());
                if (other == null || !same(entry.getValue(), other)) {
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
