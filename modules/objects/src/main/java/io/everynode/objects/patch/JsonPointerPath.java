package io.everynode.objects.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A JSON pointer (RFC 6901) as its unescaped reference tokens.
 *
 * @param tokens none for the whole document
 */
record JsonPointerPath(List<String> tokens) {

    /** Empty when the text is no pointer: it must be "" or start with "/", and "~" must be followed by 0 or 1. */
    static Optional<JsonPointerPath> parse(String text) {
        if (text.isEmpty()) {
            return Optional.of(new JsonPointerPath(List.of()));
        }
        if (text.charAt(0) != '/') {
            return Optional.empty();
        }
        List<String> tokens = new ArrayList<>();
        for (String escaped : text.substring(1).split("/", -1)) {
            for (int at = escaped.indexOf('~'); at >= 0; at = escaped.indexOf('~', at + 1)) {
                char next = at + 1 < escaped.length() ? escaped.charAt(at + 1) : ' ';
                if (next != '0' && next != '1') {
                    return Optional.empty();
                }
            }
            tokens.add(escaped.replace("~1", "/").replace("~0", "~"));
        }
        return Optional.of(new JsonPointerPath(List.copyOf(tokens)));
    }

    boolean isRoot() {
        return tokens.isEmpty();
    }

    String last() {
        return tokens.get(tokens.size() - 1);
    }

    /** Whether this is the other's parent, at any distance. */
    boolean isProperPrefixOf(JsonPointerPath other) {
        return tokens.size() < other.tokens.size()
                && other.tokens.subList(0, tokens.size()).equals(tokens);
    }
}
