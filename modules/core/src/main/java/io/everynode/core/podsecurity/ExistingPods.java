package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Pods that are there when a namespace begins to enforce something: who labels it is told which of them violate it,
 * those that violate the same together. They go on running. Not thread-safe.
 */
public final class ExistingPods {

    /** So many are looked at; who labels the namespace waits for it. */
    public static final int MOST = 3000;

    private record Alike(String first, int count) {}

    private final String namespace;
    private final SecurityStandard enforced;
    private final Map<String, Alike> byReasons = new TreeMap<>();
    private int looked;

    public ExistingPods(String namespace, SecurityStandard enforced) {
        this.namespace = namespace;
        this.enforced = enforced;
    }

    /** @return whether there is room for more */
    public boolean look(String name, JsonNode pod) {
        List<Violation> violations = SecurityStandards.violations(enforced, pod);
        if (!violations.isEmpty()) {
            byReasons.merge(
                    Violation.reasons(violations),
                    new Alike(name, 1),
                    (a, b) -> new Alike(a.first.compareTo(b.first) <= 0 ? a.first : b.first, a.count + b.count));
        }
        return ++looked < MOST;
    }

    /** @param all how many there are */
    public List<String> warnings(int all) {
        List<String> told = new ArrayList<>();
        byReasons.forEach((reasons, pods) -> told.add(pods.first + others(pods.count - 1) + ": " + reasons));
        Collections.sort(told);
        List<String> warnings = new ArrayList<>();
        if (looked < all) {
            warnings.add("new PodSecurity enforce level only checked against the first " + looked + " of " + all
                    + " existing pods");
        }
        if (!told.isEmpty()) {
            warnings.add("existing pods in namespace \"" + namespace + "\" violate the new PodSecurity enforce level \""
                    + enforced + "\"");
        }
        warnings.addAll(told);
        return warnings;
    }

    private static String others(int count) {
        return count == 0 ? "" : count == 1 ? " (and 1 other pod)" : " (and " + count + " other pods)";
    }
}
