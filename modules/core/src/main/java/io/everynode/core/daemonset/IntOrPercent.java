package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A number, or a percentage of the nodes (apimachinery/pkg/util/intstr).
 *
 * @param value the number, or the percentage
 */
public record IntOrPercent(int value, boolean percent) {

    /** A validated field; {@code otherwise} when it is absent. */
    static IntOrPercent of(JsonNode field, int otherwise) {
        if (field.isTextual() && field.textValue().endsWith("%")) {
            String digits = field.textValue().substring(0, field.textValue().length() - 1);
            try {
                return new IntOrPercent(Integer.parseInt(digits), true);
            } catch (NumberFormatException e) {
                return new IntOrPercent(otherwise, false);
            }
        }
        return new IntOrPercent(field.isNumber() ? field.intValue() : otherwise, false);
    }

    /** A percentage is rounded up, so that a small fleet still moves. */
    public int of(int total) {
        return percent ? (int) (((long) value * total + 99) / 100) : value;
    }
}
