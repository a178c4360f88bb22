package io.everynode.objects;

import java.util.List;
import java.util.function.Function;

/** What came of a pure step on an object: a value with warnings for the client, or a refusal to answer with. */
public sealed interface Outcome<T> {

    /**
     * @param value the result
     * @param warnings texts for the answer's Warning headers, maybe none
     */
    record Done<T>(T value, List<String> warnings) implements Outcome<T> {}

    record Refused<T>(ApiStatus status) implements Outcome<T> {}

    static <T> Outcome<T> done(T value) {
        return new Done<>(value, List.of());
    }

    static <T> Outcome<T> done(T value, List<String> warnings) {
        return new Done<>(value, List.copyOf(warnings));
    }

    static <T> Outcome<T> refused(ApiStatus status) {
        return new Refused<>(status);
    }

    /** Goes on with the value, keeping warnings of both steps; a refusal stays as it is. */
    default <U> Outcome<U> then(Function<T, Outcome<U>> next) {
        if (this instanceof Done<T> done) {
            Outcome<U> outcome = next.apply(done.value());
            if (outcome instanceof Done<U> second && !done.warnings().isEmpty()) {
                List<String> both = new java.util.ArrayList<>(done.warnings());
                both.addAll(second.warnings());
                return done(second.value(), both);
            }
            return outcome;
        }
        return refused(((Refused<T>) this).status());
    }
}
