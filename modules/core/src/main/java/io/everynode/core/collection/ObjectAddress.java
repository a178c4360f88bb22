package io.everynode.core.collection;

import io.everynode.objects.Kind;

/**
 * Where an object is to be found.
 *
 * @param namespace "" for kinds without one
 */
public record ObjectAddress(Kind kind, String namespace, String name) {

    @Override
    public String toString() {
        return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }
}
