package io.everynode.faults.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All links of a cluster, by their ends. Members have the numbers 1 to N, the database has {@link #DATABASE}, and who
 * is none of them {@link #OUTSIDE}. Thread-safe.
 */
final class Links {

    static final int DATABASE = 0;
    static final int OUTSIDE = -1;

    private record Ends(int from, int to) {}

    private final Map<Ends, Link> links = new ConcurrentHashMap<>();

    /** One way. */
    Link between(int from, int to) {
        return links.computeIfAbsent(new Ends(from, to), ends -> new Link());
    }

    /** All cut links pass again; slow ones stay slow. */
    void heal() {
        links.values().forEach(link -> link.cut(false));
    }

    void fast() {
        links.values().forEach(link -> link.delayMillis(0));
    }

    /** Such as "1-/->2, 2-/->1, 3 200 ms->1"; empty when all is well. */
    String faults() {
        StringBuilder told = new StringBuilder();
        links.entrySet().stream()
                .filter(each -> each.getValue().isCut() || each.getValue().delayMillis() > 0)
                .sorted((a, b) -> order(a.getKey()) - order(b.getKey()))
                .forEach(each -> {
                    Link link = each.getValue();
                    told.append(told.isEmpty() ? "" : ", ")
                            .append(name(each.getKey().from()))
                            .append(link.isCut() ? " -/-> " : " -> ")
                            .append(name(each.getKey().to()))
                            .append(link.delayMillis() > 0 ? " (" + link.delayMillis() + " ms)" : "");
                });
        return told.toString();
    }

    private static int order(Ends ends) {
        return ends.from() * 1000 + ends.to();
    }

    private static String name(int end) {
        return end == DATABASE ? "database" : Integer.toString(end);
    }
}
