package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.everynode.objects.schema.ValueType.Scalar;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.Optional;

/** Which JSON values fit a scalar type, and the form in which they are kept. */
final class ScalarValues {

    /** Larger exponents are refused before a number is written out in full. */
    private static final int MAX_EXPONENT = 400;

    private ScalarValues() {}

    /** Whether the JSON type is right; a right one may still hold a wrong text. */
    static boolean fits(Scalar scalar, JsonNode value) {
        return switch (scalar) {
            case STRING, BYTES, TIME, MICRO_TIME -> value.isTextual();
            case BOOLEAN -> value.isBoolean();
            case INT32 -> value.isInt();
            case INT64 -> value.isInt() || value.isLong();
            case DOUBLE -> value.isNumber();
            case QUANTITY -> value.isTextual() || value.isNumber();
            case INT_OR_STRING -> value.isTextual() || value.isInt();
            case TEXTS -> isTexts(value);
            case RAW, FIELDS_V1 -> true;
        };
    }

    private static boolean isTexts(JsonNode value) {
        boolean texts = value.isArray();
        for (JsonNode element : value) {
            texts &= element.isTextual();
        }
        return texts;
    }

    static JsonNode canonical(Scalar scalar, JsonNode value, Path path) throws MalformedBodyException {
        return switch (scalar) {
            case QUANTITY -> text(QuantityText.canonical(quantity(value).strip()), QUANTITY_PROBLEM, path);
            case TIME ->
                text(
                        TimeText.canonical(value.asText(), false),
                        "parsing time \"" + value.asText() + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse it",
                        path);
            case MICRO_TIME ->
                text(
                        TimeText.canonical(value.asText(), true),
                        "parsing time \"" + value.asText()
                                + "\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse it",
                        path);
            case BYTES -> base64(value, path);
            case TEXTS, RAW, FIELDS_V1 -> value.deepCopy();
            default -> value;
        };
    }

    private static final String QUANTITY_PROBLEM =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static String quantity(JsonNode value) {
        if (!value.isNumber()) {
            return value.asText();
        }
        BigDecimal number = value.decimalValue();
        return Math.abs((long) number.scale()) > MAX_EXPONENT ? "too large" : number.toPlainString();
    }

    private static JsonNode text(Optional<String> canonical, String problem, Path path) throws MalformedBodyException {
        if (canonical.isEmpty()) {
            throw new MalformedBodyException(problem + ", in field " + path.full());
        }
        return JsonNodeFactory.instance.textNode(canonical.get());
    }

    private static JsonNode base64(JsonNode value, Path path) throws MalformedBodyException {
        String text = value.asText();
        // Go's decoder skips line ends, which hand-made manifests do contain.
        String joined = text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? text
                : text.replace("\n", "").replace("\r", "");
        try {
            if (joined.length() % 4 != 0) {
                throw new IllegalArgumentException("length");
            }
            Base64.getDecoder().decode(joined);
        } catch (IllegalArgumentException e) {
            throw new MalformedBodyException("illegal base64 data in field " + path.full());
        }
        return JsonNodeFactory.instance.textNode(joined);
    }
}
