package io.everynode.objects.rules;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Formats of names, keys and values, with upstream's messages (apimachinery/pkg/util/validation and
 * api/validate/content). Each check returns what is wrong, or an empty list.
 */
final class Formats {

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String LABEL_VALUE = "(" + QUALIFIED + ")?";
    private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";
    private static final String HEADER = "[-A-Za-z0-9]+";
    private static final String PERCENT = "[0-9]+%";

    // Groups that repeat recurse for each turn in Java; subdomains are therefore split at their dots before matching.
    private static final Pattern LABEL_PATTERN = Pattern.compile("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_1035_PATTERN = Pattern.compile("[a-z](?:[-a-z0-9]*[a-z0-9])?");
    private static final Pattern QUALIFIED_PATTERN = Pattern.compile("(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern CONFIG_KEY_PATTERN = Pattern.compile(CONFIG_KEY);
    private static final Pattern HEADER_PATTERN = Pattern.compile(HEADER);
    private static final Pattern PERCENT_PATTERN = Pattern.compile(PERCENT);
    private static final Pattern PORT_NAME_CHARACTERS = Pattern.compile("[-a-z0-9]+");
    private static final Pattern IPV4 =
            Pattern.compile("(0*(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]))(\\.(0*(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]))){3}");
    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]{1,44}");

    private static final String QUALIFIED_MESSAGE =
            "must consist of alphanumeric characters, '-', '_' or '.', and must "
                    + "start and end with an alphanumeric character";

    private Formats() {}

    static List<String> dnsLabel(String value) {
        List<String> wrong = new ArrayList<>();
        length(value, 63, "", wrong);
        if (!LABEL_PATTERN.matcher(value).matches()) {
            wrong.add(
                    isSubdomain(value)
                            ? "must not contain dots"
                            : regex(
                                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
                                            + "and must start and end with an alphanumeric character",
                                    LABEL,
                                    "my-name",
                                    "123-abc"));
        }
        return wrong;
    }

    static List<String> dnsSubdomain(String value) {
        List<String> wrong = new ArrayList<>();
        length(value, 253, "", wrong);
        if (!isSubdomain(value)) {
            wrong.add(regex(
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
                            + "and must start and end with an alphanumeric character",
                    SUBDOMAIN,
                    "example.com"));
        }
        return wrong;
    }

    private static boolean isSubdomain(String value) {
        for (String label : value.split("\\.", -1)) {
            if (!LABEL_PATTERN.matcher(label).matches()) {
                return false;
            }
        }
        return true;
    }

    static List<String> dns1035Label(String value) {
        List<String> wrong = new ArrayList<>();
        length(value, 63, "", wrong);
        if (!LABEL_1035_PATTERN.matcher(value).matches()) {
            wrong.add(regex(
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
                            + "alphabetic character, and end with an alphanumeric character",
                    LABEL_1035,
                    "my-name",
                    "abc-123"));
        }
        return wrong;
    }

    /** Label keys, resource names, finalizers: an optional subdomain and "/", then a name. */
    static List<String> qualifiedName(String value) {
        List<String> wrong = new ArrayList<>();
        String[] parts = value.split("/", -1);
        String name = parts[parts.length - 1];
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                dnsSubdomain(parts[0]).forEach(message -> wrong.add("prefix part " + message));
            }
        } else if (parts.length > 2) {
            wrong.add("a qualified name " + regex(QUALIFIED_MESSAGE, QUALIFIED, "MyName", "my.name", "123-abc")
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
            return wrong;
        }
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        } else {
            length(name, 63, "name part ", wrong);
        }
        if (!QUALIFIED_PATTERN.matcher(name).matches()) {
            wrong.add("name part " + regex(QUALIFIED_MESSAGE, QUALIFIED, "MyName", "my.name", "123-abc"));
        }
        return wrong;
    }

    static List<String> labelValue(String value) {
        List<String> wrong = new ArrayList<>();
        length(value, 63, "", wrong);
        if (!value.isEmpty() && !QUALIFIED_PATTERN.matcher(value).matches()) {
            wrong.add(regex(
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
                            + "and must start and end with an alphanumeric character",
                    LABEL_VALUE,
                    "MyValue",
                    "my_value",
                    "12345"));
        }
        return wrong;
    }

    /** Names of RBAC objects: whatever fits into a path. */
    static List<String> pathSegment(String value) {
        if (value.equals(".") || value.equals("..")) {
            return List.of("may not be '" + value + "'");
        }
        List<String> wrong = new ArrayList<>();
        for (String character : List.of("/", "%")) {
            if (value.contains(character)) {
                wrong.add("may not contain '" + character + "'");
            }
        }
        return wrong;
    }

    /** Keys of ConfigMaps and Secrets. */
    static List<String> configKey(String value) {
        List<String> wrong = new ArrayList<>();
        length(value, 253, "", wrong);
        if (!CONFIG_KEY_PATTERN.matcher(value).matches()) {
            wrong.add(regex(
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                    CONFIG_KEY,
                    "key.name",
                    "KEY_NAME",
                    "key-name"));
        }
        if (value.equals(".") || value.equals("..")) {
            wrong.add("must not be '" + value + "'");
        } else if (value.startsWith("..")) {
            wrong.add("must not start with '..'");
        }
        return wrong;
    }

    /** Since Kubernetes 1.34 any printable ASCII except "=" may name an environment variable. */
    static List<String> environmentName(String value) {
        List<String> wrong = new ArrayList<>();
        if (value.isEmpty()) {
            wrong.add("environment variable name must be non-empty");
        }
        if (value.chars().anyMatch(c -> c < ' ' || c > '~' || c == '=')) {
            wrong.add(
                    "a valid environment variable name must consist only of printable ASCII characters other than '='");
        }
        return wrong;
    }

    static List<String> portName(String value) {
        List<String> wrong = new ArrayList<>();
        length(value, 15, "", wrong);
        if (!PORT_NAME_CHARACTERS.matcher(value).matches()) {
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (value.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            wrong.add("must contain at least one letter (a-z)");
        }
        if (value.contains("--")) {
            wrong.add("must not contain consecutive hyphens");
        }
        if (value.startsWith("-") || value.endsWith("-")) {
            wrong.add("must not begin or end with a hyphen");
        }
        return wrong;
    }

    static List<String> portNumber(long port) {
        return inRange(port, 1, 65535);
    }

    static List<String> inRange(long value, long least, long most) {
        return value >= least && value <= most
                ? List.of()
                : List.of("must be between " + least + " and " + most + ", inclusive");
    }

    /** User and group ids are positive 32-bit numbers, as far as upstream takes them. */
    static List<String> unixId(long id) {
        return inRange(id, 0, Integer.MAX_VALUE);
    }

    static boolean isPercent(String value) {
        return PERCENT_PATTERN.matcher(value).matches();
    }

    static List<String> percent(String value) {
        return isPercent(value)
                ? List.of()
                : List.of(regex(
                        "a valid percent string must be a numeric string followed by an ending '%'",
                        PERCENT, "1%", "93%"));
    }

    static List<String> headerName(String value) {
        return HEADER_PATTERN.matcher(value).matches()
                ? List.of()
                : List.of(regex(
                        "a valid HTTP header must consist of alphanumeric characters or '-'", HEADER, "X-Header-Name"));
    }

    static List<String> ip(String value) {
        return isIp(value) ? List.of() : List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }

    static List<String> cidr(String value) {
        int slash = value.indexOf('/');
        boolean valid = false;
        if (slash > 0 && isIp(value.substring(0, slash))) {
            String bits = value.substring(slash + 1);
            int most = value.indexOf(':') >= 0 ? 128 : 32;
            valid = bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= most;
        }
        return valid ? List.of() : List.of("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    }

    static boolean isIp(String value) {
        if (value.length() <= 64 && IPV4.matcher(value).matches()) {
            return true;
        }
        if (value.indexOf(':') < 0 || !IPV6_CHARACTERS.matcher(value).matches()) {
            return false;
        }
        try {
            // A text of these characters that holds a colon is parsed as a literal; no name is ever looked up.
            InetAddress.getByName(value);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }

    /** Annotation keys are qualified names whose case does not matter. */
    static List<String> annotationKey(String key) {
        return qualifiedName(key.toLowerCase(Locale.ROOT));
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void length(String value, int most, String part, List<String> wrong) {
        if (bytes(value) > most) {
            wrong.add(part + "must be no more than " + most + " bytes");
        }
    }

    private static String regex(String message, String regex, String... examples) {
        StringBuilder text = new StringBuilder(message).append(" (e.g. ");
        for (int i = 0; i < examples.length; i++) {
            text.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append("', ");
        }
        return text.append("regex used for validation is '")
                .append(regex)
                .append("')")
                .toString();
    }
}
