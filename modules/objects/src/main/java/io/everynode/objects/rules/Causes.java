package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.ApiStatus.Cause;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects wrong fields in the order in which validation meets them, which is upstream's. Structured values are shown
 * as JSON, as Kubernetes does since 1.33; older ones printed Go structures. Not thread-safe; lives for one validation.
 */
final class Causes {

    /** Nobody reads more; a hostile body could otherwise make an answer many times its own size. */
    static final int MOST = 1000;

    private static final int LONGEST_SHOWN = 4096;

    private final List<Cause> found = new ArrayList<>();

    List<Cause> found() {
        return found;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    int size() {
        return found.size();
    }

    void addAll(Causes others) {
        others.found.forEach(this::add);
    }

    private void add(Cause cause) {
        if (found.size() < MOST) {
            found.add(cause);
        }
    }

    void required(String field) {
        required(field, "");
    }

    void required(String field, String detail) {
        add(Cause.required(field, detail));
    }

    void invalid(String field, String value, String detail) {
        add(Cause.invalid(field, value, detail));
    }

    void invalid(String field, long value, String detail) {
        add(Cause.invalid(field, value, detail));
    }

    void invalid(String field, JsonNode value, String detail) {
        add(new Cause("FieldValueInvalid", "Invalid value: " + shown(value) + ": " + detail, field));
    }

    /** One cause for each message, as upstream does with the findings of a format check. */
    void invalid(String field, String value, List<String> details) {
        details.forEach(detail -> invalid(field, value, detail));
    }

    void duplicate(String field, String value) {
        add(Cause.duplicate(field, value));
    }

    void duplicate(String field, JsonNode value, String detail) {
        String tail = detail.isEmpty() ? "" : ": " + detail;
        add(new Cause("FieldValueDuplicate", "Duplicate value: " + shown(value) + tail, field));
    }

    void notFound(String field, String value) {
        add(Cause.notFound(field, value));
    }

    void forbidden(String field, String detail) {
        add(Cause.forbidden(field, detail));
    }

    void notSupported(String field, String value, List<String> supported) {
        add(Cause.notSupported(field, value, supported));
    }

    /** For a structured value of which one part is not supported. */
    void notSupported(String field, JsonNode value, List<String> supported) {
        Cause model = Cause.notSupported(field, "", supported);
        String tail = model.message().substring("Unsupported value: \"\"".length());
        add(new Cause(model.reason(), "Unsupported value: " + shown(value) + tail, field));
    }

    void tooLong(String field, int limit) {
        add(Cause.tooLong(field, limit));
    }

    /** The common check of counts and seconds. */
    void nonNegative(String field, long value) {
        if (value < 0) {
            invalid(field, value, "must be greater than or equal to 0");
        }
    }

    private static String shown(JsonNode value) {
        String text = value == null || value.isMissingNode() ? "null" : value.toString();
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text;
    }
}
