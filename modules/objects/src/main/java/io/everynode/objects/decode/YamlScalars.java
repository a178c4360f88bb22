package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a plain YAML scalar means to Kubernetes: the rules of go-yaml v2 (resolve.go), which are YAML 1.1 with
 * {@code yes} and {@code on} as booleans, leading zeros as octal, and times as text.
 */
final class YamlScalars {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Pattern INTEGER =
            Pattern.compile("([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?");

    /** A longer run of digits is text: parsing one takes time that grows with its square. */
    private static final int MAX_NUMBER_LENGTH = 400;

    private YamlScalars() {}

    static JsonNode resolve(String text) {
        if (NULL.contains(text)) {
            return NODES.nullNode();
        }
        if (TRUE.contains(text)) {
            return NODES.booleanNode(true);
        }
        if (FALSE.contains(text)) {
            return NODES.booleanNode(false);
        }
        char first = text.charAt(0);
        boolean maybeNumber = first >= '0' && first <= '9' || first == '-' || first == '+' || first == '.';
        if (!maybeNumber || text.length() > MAX_NUMBER_LENGTH) {
            return NODES.textNode(text);
        }
        String digits = text.replace("_", "");
        var integer = INTEGER.matcher(digits);
        if (integer.matches()) {
            int[] radix = {16, 2, 8, 10};
            for (int group = 2; group <= 5; group++) {
                if (integer.group(group) != null) {
                    BigInteger value = new BigInteger(integer.group(group), radix[group - 2]);
                    return JsonBody.integer(integer.group(1).equals("-") ? value.negate() : value);
                }
            }
        }
        if (FLOAT.matcher(digits).matches()) {
            BigDecimal value = new BigDecimal(digits);
            // Go prints a whole float without a fraction, so 1.0 is as good as 1 where an integer is wanted.
            boolean whole = value.signum() == 0 || value.stripTrailingZeros().scale() <= 0 && value.precision() < 16;
            return whole && value.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0
                    ? JsonBody.number(value.longValue())
                    : NODES.numberNode(value);
        }
        return NODES.textNode(text);
    }
}
