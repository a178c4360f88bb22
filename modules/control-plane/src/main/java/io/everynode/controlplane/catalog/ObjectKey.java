package io.everynode.controlplane.catalog;

/** Where an object stands among those of its kind: by namespace, then name. */
record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

    @Override
    public int compareTo(ObjectKey other) {
        int byNamespace = namespace.equals(other.namespace) ? 0 : namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }
}
