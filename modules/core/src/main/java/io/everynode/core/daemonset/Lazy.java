package io.everynode.core.daemonset;

import java.util.function.Supplier;

/**
 * A value that follows from the other fields of its record, made when first asked for. All are equal, so that a state's
 * equality does not depend on it. Thread-safe.
 */
final class Lazy<T> {

    private final Supplier<T> maker;
    private volatile T value;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    T get() {
        T known = value;
        if (known == null) {
            known = maker.get();
            value = known;
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lazy;
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "";
    }
}
