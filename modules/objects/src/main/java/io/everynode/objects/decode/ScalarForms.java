package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.schema.ValueType.Scalar;

/** Simple values by themselves, as the decoder takes them within objects. Pure. */
public final class ScalarForms {

    private ScalarForms() {}

    /** What is wrong with the value, in structured-merge-diff's words where it has some; "" when nothing is. */
    public static String problem(Scalar scalar, JsonNode value) {
        if (!ScalarValues.fits(scalar, value)) {
            return "expected " + name(scalar) + ", got " + value;
        }
        try {
            ScalarValues.canonical(scalar, value, Path.ROOT);
            return "";
        } catch (MalformedBodyException e) {
            String problem = e.getMessage();
            int where = problem.lastIndexOf(", in field ");
            return where < 0 ? problem : problem.substring(0, where);
        }
    }

    private static String name(Scalar scalar) {
        return switch (scalar) {
            case STRING, BYTES, TIME, MICRO_TIME -> "string";
            case BOOLEAN -> "boolean";
            case INT32, INT64, DOUBLE -> "numeric (int or float)";
            default -> "scalar";
        };
    }

    /** The form in which the value is kept; one that has a problem stays as it is. */
    public static JsonNode canonical(Scalar scalar, JsonNode value) {
        try {
            return ScalarValues.canonical(scalar, value, Path.ROOT);
        } catch (MalformedBodyException e) {
            return value;
        }
    }
}
