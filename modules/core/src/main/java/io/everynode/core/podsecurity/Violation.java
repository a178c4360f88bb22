package io.everynode.core.podsecurity;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One control that a Pod does not keep to.
 *
 * @param reason in a few words, for many Pods at once
 * @param detail which part of this Pod, and what to do about it
 */
public record Violation(String reason, String detail) {

    /** Each with its detail, for one Pod. */
    public static String details(List<Violation> violations) {
        return violations.stream()
                .map(one -> one.reason + " (" + one.detail + ")")
                .collect(Collectors.joining(", "));
    }

    /** Only what is violated, so that Pods of one kind are told together. */
    public static String reasons(List<Violation> violations) {
        return violations.stream().map(Violation::reason).collect(Collectors.joining(", "));
    }

    /** {@code container "a"} or {@code containers "a", "b"}. */
    static String containers(List<String> names) {
        return plural("container", names) + " " + quoted(names);
    }

    /** Who has set something: the Pod itself, some of its containers, or both. */
    static String setters(boolean pod, List<String> containers) {
        return containers.isEmpty() ? "pod" : (pod ? "pod and " : "") + containers(containers);
    }

    static String plural(String word, Collection<?> of) {
        return of.size() == 1 ? word : word + "s";
    }

    static String quoted(Collection<String> texts) {
        return texts.stream().collect(Collectors.joining("\", \"", "\"", "\""));
    }
}
