package io.everynode.core.authorization;

import java.util.List;

/** Writes rules down shortly: {@code Rules.of("get").in("apps").on("daemonsets")}. */
final class Rules {

    private final List<String> verbs;
    private List<String> groups = List.of();

    private Rules(List<String> verbs) {
        this.verbs = verbs;
    }

    static Rules of(String... verbs) {
        return new Rules(List.of(verbs));
    }

    Rules in(String... apiGroups) {
        groups = List.of(apiGroups);
        return this;
    }

    PolicyRule on(String... resources) {
        return new PolicyRule(verbs, groups, List.of(resources), List.of(), List.of());
    }

    PolicyRule at(String... urls) {
        return new PolicyRule(verbs, List.of(), List.of(), List.of(), List.of(urls));
    }
}
