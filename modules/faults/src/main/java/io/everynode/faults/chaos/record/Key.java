package io.everynode.faults.chaos.record;

/**
 * An object's name.
 *
 * @param resource the plural, as {@code pods}
 * @param namespace "" for what has none
 */
public record Key(String resource, String namespace, String name) {
    @Override
    public String toString() {
        return resource + "/" + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
