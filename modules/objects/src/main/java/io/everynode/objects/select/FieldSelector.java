package io.everynode.objects.select;

import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import java.util.List;

/** Which values of an object's selectable fields are wanted. Immutable. */
public record FieldSelector(List<Term> terms) {

    /**
     * @param field such as "spec.nodeName"
     * @param equal false for !=
     */
    public record Term(String field, boolean equal, String value) {}

    /** The {@code fieldSelector} query parameter; "" matches everything. A field that upstream does not support for the kind is refused with 400 and upstream's text. */
    public static Outcome<FieldSelector> parse(Kind kind, String text) {
        throw new UnsupportedOperationException();
    }

    /** The value that the field must have, when a term demands one by equality; else null. Used to look objects up by key. */
    public String required(String field) {
        throw new UnsupportedOperationException();
    }

    public boolean matches(com.fasterxml.jackson.databind.JsonNode object) {
        throw new UnsupportedOperationException();
    }
}
