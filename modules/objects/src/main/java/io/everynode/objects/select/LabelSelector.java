package io.everynode.objects.select;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Outcome;
import io.everynode.objects.select.Requirement.Operator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which labels are wanted. Immutable. Matches as apimachinery/pkg/labels/selector.go does. */
public final class LabelSelector implements Predicate<Map<String, String>> {

    private static final LabelSelector EVERYTHING = new LabelSelector(List.of(), false);
    private static final LabelSelector NOTHING = new LabelSelector(List.of(), true);

    private final List<Requirement> requirements;
    private final boolean nothing;

    private LabelSelector(List<Requirement> requirements, boolean nothing) {
        this.requirements = requirements;
        this.nothing = nothing;
    }

    /**
     * The {@code labelSelector} query parameter: {@code a=b,c!=d,e in (f,g),h,!i}; "" matches everything. Refused with
     * 400 and upstream's text.
     */
    public static Outcome<LabelSelector> parse(String text) {
        try {
            return Outcome.done(all(LabelSelectorParser.parse(text)));
        } catch (LabelSelectorParser.SyntaxException e) {
            return Outcome.refused(ApiStatus.badRequest(e.getMessage()));
        }
    }

    /**
     * A meta/v1 LabelSelector tree (matchLabels, matchExpressions) that validation has accepted. An empty one matches
     * everything, a missing or null one nothing.
     */
    public static LabelSelector of(JsonNode selector) {
        if (selector == null || !selector.isObject()) {
            return NOTHING;
        }
        List<Requirement> requirements = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
            requirements.add(Requirement.of(
                    label.getKey(), Operator.EQUALS, List.of(label.getValue().asText())));
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            Operator operator = Requirement.named(expression.path("operator").asText());
            if (operator == null) {
                // Validation lets no such operator pass; selecting too much would be the worse mistake.
                return NOTHING;
            }
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(Requirement.of(expression.path("key").asText(), operator, values));
        }
        return all(requirements);
    }

    /** The selector that matches everything. */
    public static LabelSelector everything() {
        return EVERYTHING;
    }

    public boolean isEverything() {
        return !nothing && requirements.isEmpty();
    }

    @Override
    public boolean test(Map<String, String> labels) {
        if (nothing) {
            return false;
        }
        for (Requirement requirement : requirements) {
            if (!requirement.test(labels)) {
                return false;
            }
        }
        return true;
    }

    private static LabelSelector all(List<Requirement> requirements) {
        if (requirements.isEmpty()) {
            return EVERYTHING;
        }
        // Upstream sorts by key too: what it prints does not depend on the order in which it was written.
        return new LabelSelector(
                requirements.stream()
                        .sorted(Comparator.comparing(Requirement::key))
                        .toList(),
                false);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelSelector that && nothing == that.nothing && requirements.equals(that.requirements);
    }

    @Override
    public int hashCode() {
        return 31 * requirements.hashCode() + Boolean.hashCode(nothing);
    }

    /** In the syntax of {@link #parse}, sorted by key; "" for everything and for nothing, as upstream prints them. */
    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }
}
