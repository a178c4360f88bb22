package io.everynode.objects.select;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What may be a label's key and value, with upstream's texts (apimachinery/pkg/util/validation/validation.go). */
final class LabelNames {

    private static final int MAX_NAME = 63;
    private static final int MAX_PREFIX = 253;
    private static final String NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE = "((" + "[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
    private static final Pattern NAME_PATTERN = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*+(?<=[A-Za-z0-9]))");
    private static final Pattern SUBDOMAIN_PART = Pattern.compile("[a-z0-9]([-a-z0-9]*+(?<=[a-z0-9]))?");
    private static final String NAME_RULE = " must consist of alphanumeric characters, '-', '_' or '.', and must start"
            + " and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
            + " validation is '" + NAME + "')";

    private LabelNames() {}

    /** What is wrong with a label's key, joined by "; "; "" when nothing is. */
    static String wrongKey(String key) {
        String[] parts = key.split("/", -1);
        if (parts.length > 2) {
            return "a qualified name" + NAME_RULE
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        }
        List<String> wrong = new ArrayList<>();
        if (parts.length == 2) {
            String prefix = parts[0];
            if (prefix.isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                if (prefix.length() > MAX_PREFIX) {
                    wrong.add("prefix part must be no more than 253 bytes");
                }
                if (!isSubdomain(prefix)) {
                    wrong.add("prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                            + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g."
                            + " 'example.com', regex used for validation is '" + SUBDOMAIN + "')");
                }
            }
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else if (name.length() > MAX_NAME) {
            wrong.add("name part must be no more than 63 bytes");
        }
        if (!NAME_PATTERN.matcher(name).matches()) {
            wrong.add("name part" + NAME_RULE);
        }
        return String.join("; ", wrong);
    }

    /** What is wrong with a label's value; "" when nothing is. */
    static String wrongValue(String value) {
        List<String> wrong = new ArrayList<>();
        if (value.length() > MAX_NAME) {
            wrong.add("must be no more than 63 bytes");
        }
        if (!value.isEmpty() && !NAME_PATTERN.matcher(value).matches()) {
            wrong.add(
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and"
                            + " must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345',"
                            + " regex used for validation is '" + VALUE + "')");
        }
        return String.join("; ", wrong);
    }

    private static boolean isSubdomain(String text) {
        for (String part : text.split("\\.", -1)) {
            if (!SUBDOMAIN_PART.matcher(part).matches()) {
                return false;
            }
        }
        return true;
    }
}
