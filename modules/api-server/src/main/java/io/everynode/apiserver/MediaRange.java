package io.everynode.apiserver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One clause of an Accept header.
 *
 * @param type lower case, "*" for any
 * @param parameters without q; names in lower case
 */
record MediaRange(String type, String subtype, Map<String, String> parameters, double quality) {

    /** More clauses are not looked at. */
    private static final int MAX_CLAUSES = 64;

    /** Clients have few headers and send them with each request. Further and longer ones are read each time. */
    private static final int KEPT = 256;

    private static final int KEPT_LENGTH = 512;
    private static final Map<String, List<MediaRange>> READ = new ConcurrentHashMap<>();

    /**
     * The clauses, best first, of equally good ones the narrower, then in the client's order. Clauses that make no
     * sense are left out.
     */
    static List<MediaRange> parse(String accept) {
        List<MediaRange> known = READ.get(accept);
        if (known != null) {
            return known;
        }
        List<MediaRange> ranges = List.copyOf(read(accept));
        if (accept.length() <= KEPT_LENGTH && READ.size() < KEPT) {
            READ.put(accept, ranges);
        }
        return ranges;
    }

    private static List<MediaRange> read(String accept) {
        List<MediaRange> ranges = new ArrayList<>();
        for (String clause : accept.split(",", MAX_CLAUSES + 1)) {
            String[] parts = clause.split(";", -1);
            String[] names = parts[0].trim().toLowerCase(Locale.ROOT).split("/", -1);
            if (ranges.size() >= MAX_CLAUSES || names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
                continue;
            }
            Map<String, String> parameters = new HashMap<>();
            double quality = 1;
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                String name = (equals < 0 ? parts[i] : parts[i].substring(0, equals))
                        .trim()
                        .toLowerCase(Locale.ROOT);
                String value =
                        equals < 0 ? "" : unquote(parts[i].substring(equals + 1).trim());
                if (name.equals("q")) {
                    quality = quality(value);
                } else if (!name.isEmpty()) {
                    parameters.put(name, value);
                }
            }
            if (quality > 0) {
                ranges.add(new MediaRange(names[0], names[1], parameters, quality));
            }
        }
        ranges.sort(Comparator.<MediaRange>comparingDouble(range -> -range.quality())
                .thenComparingInt(range -> -range.narrowness()));
        return ranges;
    }

    private static String unquote(String text) {
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static double quality(String text) {
        try {
            return Math.min(1, Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    boolean coversJson() {
        return covers("application", "json");
    }

    /** 2 for a named type, 1 for a part of all types, 0 for any: of equally good clauses the narrower goes first. */
    private int narrowness() {
        return type.equals("*") ? 0 : subtype.equals("*") ? 1 : 2;
    }

    boolean covers(String wantedType, String wantedSubtype) {
        return (type.equals("*") || type.equals(wantedType)) && (subtype.equals("*") || subtype.equals(wantedSubtype));
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
