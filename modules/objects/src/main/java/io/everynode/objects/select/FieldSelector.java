package io.everynode.objects.select;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which values of an object's selectable fields are wanted. Immutable. Follows apimachinery/pkg/fields/selector.go. */
public record FieldSelector(List<Term> terms) {

    /** In this order: at one place the longer operator wins. */
    private static final List<String> OPERATORS = List.of("!=", "==", "=");

    public FieldSelector {
        terms = List.copyOf(terms);
    }

    /**
     * @param field such as "spec.nodeName"
     * @param equal false for !=
     */
    public record Term(String field, boolean equal, String value) {

        @Override
        public String toString() {
            return field + (equal ? "=" : "!=") + escape(value);
        }
    }

    /**
     * The {@code fieldSelector} query parameter; "" matches everything. A field that upstream does not support for the
     * kind is refused with 400 and upstream's text.
     */
    public static Outcome<FieldSelector> parse(Kind kind, String text) {
        List<Term> terms = new ArrayList<>();
        for (String part : split(text)) {
            if (part.isEmpty()) {
                continue;
            }
            int at = operatorAt(part);
            if (at < 0) {
                return refused("invalid selector: '" + text + "'; can't understand '" + part + "'");
            }
            String operator = operator(part, at);
            StringBuilder value = new StringBuilder();
            Optional<String> wrong = unescape(part.substring(at + operator.length()), value);
            if (wrong.isPresent()) {
                return refused(wrong.get());
            }
            terms.add(new Term(part.substring(0, at), !operator.equals("!="), value.toString()));
        }
        List<Term> known = new ArrayList<>();
        for (Term term : terms) {
            String field = SelectableFields.canonical(kind, term.field());
            Optional<String> wrong = SelectableFields.refusal(kind, field);
            if (wrong.isPresent()) {
                return refused(wrong.get());
            }
            known.add(new Term(field, term.equal(), term.value()));
        }
        return Outcome.done(new FieldSelector(known));
    }

    /**
     * The value that the field must have, when a term demands one by equality; else null. Used to look objects up by
     * key.
     */
    public String required(String field) {
        for (Term term : terms) {
            if (term.equal() && term.field().equals(field)) {
                return term.value();
            }
        }
        return null;
    }

    /** A field that the object lacks has the value "", or "false" for a flag. */
    public boolean matches(JsonNode object) {
        for (Term term : terms) {
            String value = SelectableFields.reader(term.field()).apply(object);
            if (value.equals(term.value()) != term.equal()) {
                return false;
            }
        }
        return true;
    }

    /** In the syntax of {@link #parse}. */
    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(","));
    }

    private static Outcome<FieldSelector> refused(String message) {
        return Outcome.refused(ApiStatus.badRequest(message));
    }

    /** Splits at commas that no backslash precedes. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == ',') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static int operatorAt(String part) {
        for (int i = 0; i < part.length(); i++) {
            if (operator(part, i) != null) {
                return i;
            }
        }
        return -1;
    }

    private static String operator(String part, int at) {
        return OPERATORS.stream()
                .filter(operator -> part.startsWith(operator, at))
                .findFirst()
                .orElse(null);
    }

    /** Appends the value without its escapes, or says what is wrong with it. */
    private static Optional<String> unescape(String text, StringBuilder value) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                if (i == text.length() || "\\,=".indexOf(text.charAt(i)) < 0) {
                    String sequence = i == text.length() ? "\\" : "\\" + Character.toString(text.codePointAt(i));
                    return Optional.of("invalid field selector: invalid escape sequence: " + sequence);
                }
                value.append(text.charAt(i));
            } else if (c == ',' || c == '=') {
                // Upstream prints the character as its number.
                return Optional.of("invalid field selector: unescaped character in value: " + (int) c);
            } else {
                value.append(c);
            }
        }
        return Optional.empty();
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }
}
