package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * One container of a Pod's spec. Immutable, except for the tree, which nobody changes.
 *
 * @param tree as it stands in the Pod
 */
public record ContainerSpec(String name, Type type, JsonNode tree) {

    /** A sidecar is an init container that is restarted always: later ones wait for its start, not for its end. */
    public enum Type {
        INIT,
        SIDECAR,
        APP
    }

    public String image() {
        return Json.text(tree, "image");
    }

    /** What may be changed in a Pod that is there already; another one means another container. */
    public String hash() {
        return UUID.nameUUIDFromBytes(image().getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, 8);
    }

    public boolean has(String probe) {
        return tree.path(probe).isObject();
    }

    public boolean hasPreStop() {
        return Json.at(tree, "lifecycle", "preStop").isObject();
    }
}
