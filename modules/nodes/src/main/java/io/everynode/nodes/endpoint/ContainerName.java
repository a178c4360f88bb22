package io.everynode.nodes.endpoint;

/**
 * A container of a Pod, of any sort.
 *
 * @param name as in the Pod's spec; never empty
 */
public record ContainerName(PodName pod, String name) {

    @Override
    public String toString() {
        return pod + "/" + name;
    }
}
