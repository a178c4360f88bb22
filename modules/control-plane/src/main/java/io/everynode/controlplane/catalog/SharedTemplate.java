package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.util.Map;

/**
 * A Template as the catalog shares it between all Pods made of it.
 *
 * @param tree of {@code bytes}; nobody changes it
 * @param labels of the template
 * @param charge what a Pod of it takes of its namespace's quotas
 * @param shapes the text of its Pods
 */
record SharedTemplate(
        JsonBytes bytes, JsonNode tree, Map<String, String> labels, QuotaCharge charge, PodShapes shapes) {

    /** Of a Pod that was taken over: its object stands for itself. */
    static final SharedTemplate NONE = new SharedTemplate(
            JsonBytes.of(Json.object()), Json.object(), Map.of(), QuotaCharge.ofPod(Json.object()), new PodShapes());

    static SharedTemplate of(JsonBytes bytes) {
        JsonNode tree = bytes.tree();
        return new SharedTemplate(
                bytes,
                tree,
                StoredJson.labelsOf(tree.path("metadata")),
                QuotaCharge.ofPod(tree.path("spec")),
                new PodShapes());
    }
}
