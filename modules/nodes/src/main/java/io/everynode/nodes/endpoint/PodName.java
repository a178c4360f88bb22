package io.everynode.nodes.endpoint;

/**
 * A Pod of the node.
 *
 * @param uid "" where the caller named none
 */
public record PodName(String namespace, String name, String uid) {

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
