package io.everynode.nodes.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/**
 * A Node or Pod at one version. Most of what a fleet is told is the echo of its own reports, so everything but
 * {@link #tree} is cheap.
 */
public interface SeenObject {

    String namespace();

    String name();

    String uid();

    /** Grows with each change of the object; 0 when it cannot be told. */
    long resourceVersion();

    /** Whether it has a deletionTimestamp. */
    boolean deleting();

    /** Whether its condition Ready is True. */
    boolean ready();

    /** Of a Pod: spec.nodeName, "" while it is unbound. */
    String node();

    /** The whole object; to be read only. */
    ObjectNode tree();

    /** Whether the condition Ready of an object is True. */
    static boolean ready(JsonNode object) {
        for (JsonNode condition : Json.at(object, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }
}
