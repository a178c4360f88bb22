package io.everynode.core.scheduling;

/** An ordinary Pod by name. */
public record PodName(String namespace, String name) implements Comparable<PodName> {

    @Override
    public int compareTo(PodName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }
}
