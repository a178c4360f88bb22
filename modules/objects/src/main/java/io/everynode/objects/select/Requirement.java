package io.everynode.objects.select;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * One condition on one label.
 *
 * @param values one for the comparisons, any number for in and notin, none for the others
 */
record Requirement(String key, Operator operator, Set<String> values) {

    enum Operator {
        EQUALS("="),
        DOUBLE_EQUALS("=="),
        NOT_EQUALS("!="),
        IN(" in "),
        NOT_IN(" notin "),
        GREATER(">"),
        LESS("<"),
        EXISTS(""),
        MISSING("!");

        private final String text;

        Operator(String text) {
            this.text = text;
        }
    }

    Requirement {
        values = Set.copyOf(values);
    }

    /** Without a label, != and notin hold, as upstream has it. */
    boolean test(Map<String, String> labels) {
        String value = labels.get(key);
        return switch (operator) {
            case EQUALS, DOUBLE_EQUALS, IN -> value != null && values.contains(value);
            case NOT_EQUALS, NOT_IN -> value == null || !values.contains(value);
            case EXISTS -> value != null;
            case MISSING -> value == null;
            case GREATER, LESS -> value != null && compares(value);
        };
    }

    private boolean compares(String value) {
        OptionalLong have = integer(value);
        OptionalLong bound = integer(values.iterator().next());
        if (have.isEmpty() || bound.isEmpty()) {
            return false;
        }
        return operator == Operator.GREATER
                ? have.getAsLong() > bound.getAsLong()
                : have.getAsLong() < bound.getAsLong();
    }

    static OptionalLong integer(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** As it is written in a selector; values in alphabetical order. */
    @Override
    public String toString() {
        // The set of nothing but the empty value is "(,)": "()" would be refused when it is read again.
        boolean bare = values.equals(Set.of("")) && (operator == Operator.IN || operator == Operator.NOT_IN);
        String joined = bare ? "," : String.join(",", new TreeSet<>(values));
        return switch (operator) {
            case EXISTS -> key;
            case MISSING -> "!" + key;
            case IN, NOT_IN -> key + operator.text + "(" + joined + ")";
            default -> key + operator.text + joined;
        };
    }

    /** The operator that a meta/v1 LabelSelector calls by this name; null when there is none. */
    static Operator named(String name) {
        return Map.of(
                        "In", Operator.IN,
                        "NotIn", Operator.NOT_IN,
                        "Exists", Operator.EXISTS,
                        "DoesNotExist", Operator.MISSING)
                .get(name);
    }

    static Requirement of(String key, Operator operator, List<String> values) {
        return new Requirement(key, operator, new TreeSet<>(values));
    }
}
