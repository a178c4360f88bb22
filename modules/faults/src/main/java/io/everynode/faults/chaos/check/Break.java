package io.everynode.faults.chaos.check;

import java.util.Arrays;
import java.util.List;

/**
 * Something that must never be.
 *
 * @param rule which invariant or bar, as {@code I4}
 * @param evidence the requests and events that show it
 */
public record Break(String rule, String what, List<String> evidence) {
    public Break {
        evidence = List.copyOf(evidence);
    }

    static Break of(String rule, String what, Object... evidence) {
        return new Break(
                rule, what, Arrays.stream(evidence).map(String::valueOf).toList());
    }

    @Override
    public String toString() {
        return rule + ": " + what
                + evidence.stream().map(line -> "\n    " + line).reduce("", String::concat);
    }
}
