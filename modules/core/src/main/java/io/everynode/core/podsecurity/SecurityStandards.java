package io.everynode.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Holds Pods against the standards of all levels and versions. */
public final class SecurityStandards {

    /** From here on nothing differs. */
    private static final int NEWEST = Stream.of(BaselineControls.ALL, RestrictedControls.ALL)
            .flatMap(List::stream)
            .mapToInt(Control::since)
            .max()
            .orElseThrow();

    private static final Map<SecurityStandard, List<Control>> CONTROLS = controls();

    private SecurityStandards() {}

    private static Map<SecurityStandard, List<Control>> controls() {
        Map<SecurityStandard, List<Control>> all = new HashMap<>();
        for (int minor = 0; minor <= NEWEST; minor++) {
            List<Control> baseline = at(minor, BaselineControls.ALL);
            all.put(new SecurityStandard(SecurityLevel.BASELINE, minor), baseline);
            List<Control> restricted = at(minor, RestrictedControls.ALL);
            Set<String> replaced = new HashSet<>();
            restricted.forEach(control -> replaced.add(control.replaces()));
            List<Control> both = new ArrayList<>(baseline);
            both.removeIf(control -> replaced.contains(control.name()));
            both.addAll(restricted);
            all.put(new SecurityStandard(SecurityLevel.RESTRICTED, minor), List.copyOf(both));
        }
        return Map.copyOf(all);
    }

    /** By name, of each the last that is not newer. */
    private static List<Control> at(int minor, List<Control> all) {
        TreeMap<String, Control> byName = new TreeMap<>();
        all.stream()
                .filter(control -> control.since() <= minor)
                .forEach(control -> byName.put(control.name(), control));
        return List.copyOf(byName.values());
    }

    /**
     * @param pod a Pod or a Pod's template; not changed
     * @return empty when it keeps to all controls
     */
    public static List<Violation> violations(SecurityStandard standard, JsonNode pod) {
        if (standard.allowsAll()) {
            return List.of();
        }
        SecuredPod secured = SecuredPod.of(pod);
        List<Violation> found = new ArrayList<>();
        for (Control control :
                CONTROLS.get(new SecurityStandard(standard.level(), Math.min(standard.minor(), NEWEST)))) {
            control.check().apply(secured).ifPresent(found::add);
        }
        return found;
    }

    /** Why a Pod is forbidden by what a namespace enforces, in Kubernetes' words; "" when it is not. */
    public static String refusal(SecurityStandard enforced, JsonNode pod) {
        return told("violates", enforced, pod);
    }

    /** What to warn of, or to record; "" for nothing. */
    public static String warning(SecurityStandard standard, JsonNode pod) {
        return told("would violate", standard, pod);
    }

    private static String told(String verb, SecurityStandard standard, JsonNode pod) {
        List<Violation> violations = violations(standard, pod);
        return violations.isEmpty() ? "" : verb + " PodSecurity \"" + standard + "\": " + Violation.details(violations);
    }
}
