package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.object.JsonBytes;
import java.util.Map;

/**
 * A Template as the catalog shares it between all Pods made of it.
 *
 * @param tree of {@code bytes}; nobody changes it
 * @param labels of the template
 */
record SharedTemplate(JsonBytes bytes, JsonNode tree, Map<String, String> labels) {

    static SharedTemplate of(JsonBytes bytes) {
        JsonNode tree = bytes.tree();
        return new SharedTemplate(bytes, tree, StoredJson.labelsOf(tree.path("metadata")));
    }
}
