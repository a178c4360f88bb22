package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A request's query parameters; of a repeated one the first counts, as upstream decodes options. Immutable. */
final class Query {

    private final Map<String, String> first;

    /** Parameters with several values that mean something; most readers want the first. */
    private final Map<String, List<String>> all;

    private Query(Map<String, String> first, Map<String, List<String>> all) {
        this.first = first;
        this.all = all;
    }

    /** The same parameters but one. */
    Query with(String name, String value) {
        Map<String, String> changed = new HashMap<>(first);
        changed.put(name, value);
        return new Query(changed, all);
    }

    /** Every value of a parameter, in order. */
    List<String> texts(String name) {
        return all.getOrDefault(name, List.of());
    }

    /** @throws ApiFailure with 400 for a broken escape */
    static Query parse(String raw) {
        Map<String, String> first = new HashMap<>();
        Map<String, List<String>> all = new HashMap<>();
        if (!raw.isEmpty()) {
            for (String pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                if (!name.isEmpty()) {
                    String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                    first.putIfAbsent(name, value);
                    all.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
                }
            }
        }
        return new Query(first, all);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ApiFailure(ApiStatus.badRequest("invalid URL escape in the query parameters"));
        }
    }

    Set<String> names() {
        return first.keySet();
    }

    boolean has(String name) {
        return first.containsKey(name);
    }

    /** The value, or "" when it is absent or empty. */
    String text(String name) {
        return first.getOrDefault(name, "");
    }

    /**
     * False when absent, "false" or "0"; anything else, also nothing after the name, is true (upstream's conversion).
     */
    boolean flag(String name) {
        String value = first.get(name);
        return value != null && !value.equalsIgnoreCase("false") && !value.equals("0");
    }

    /** Null when absent or empty. */
    Long number(String name) {
        String value = text(name);
        if (value.isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException e) {
            boolean digits = value.matches("[+-]?[0-9]+");
            throw new ApiFailure(ApiStatus.badRequest("strconv.ParseInt: parsing \"" + value + "\": "
                    + (digits ? "value out of range" : "invalid syntax")));
        }
    }
}
