package io.everynode.objects.select;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Outcome;
import java.util.Map;
import java.util.function.Predicate;

/** Which labels are wanted. Immutable. Matches as apimachinery/pkg/labels/selector.go does. */
public final class LabelSelector implements Predicate<Map<String, String>> {

    private LabelSelector() {}

    /** The {@code labelSelector} query parameter: {@code a=b,c!=d,e in (f,g),h,!i}; "" matches everything. Refused with 400 and upstream's text. */
    public static Outcome<LabelSelector> parse(String text) {
        throw new UnsupportedOperationException();
    }

    /** A meta/v1 LabelSelector tree (matchLabels, matchExpressions) that validation has accepted. An empty one matches everything, a missing or null one nothing. */
    public static LabelSelector of(JsonNode selector) {
        throw new UnsupportedOperationException();
    }

    /** The selector that matches everything. */
    public static LabelSelector everything() {
        throw new UnsupportedOperationException();
    }

    public boolean isEverything() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean test(Map<String, String> labels) {
        throw new UnsupportedOperationException();
    }
}
