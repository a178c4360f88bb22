package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;

/**
 * How much of its node a Pod requests (component-helpers/resource/helpers.go, PodRequests). Status is not read: Pods
 * are not resized in place here.
 */
final class PodRequests {

    private PodRequests() {}

    /**
     * The containers and the init containers that stay, together; at least what the most demanding moment of
     * initialisation takes (each init container beside those before it that stay); replaced by the Pod's own requests
     * for CPU, memory and huge pages; plus the overhead. A limit without request counts as request: the API server
     * fills that in when a Pod is created, but not in templates.
     */
    static Resources of(JsonNode podSpec) {
        ResourceAmounts total = new ResourceAmounts();
        for (JsonNode container : podSpec.path("containers")) {
            total.add(requests(container));
        }
        ResourceAmounts staying = new ResourceAmounts();
        ResourceAmounts initPeak = new ResourceAmounts();
        for (JsonNode container : podSpec.path("initContainers")) {
            ResourceAmounts requests = requests(container);
            if (stays(container)) {
                total.add(requests);
                staying.add(requests);
                initPeak.raiseTo(staying);
            } else {
                initPeak.raiseTo(requests.add(staying));
            }
        }
        total.raiseTo(initPeak);
        applyPodLevel(podSpec, total);
        total.add(ResourceAmounts.of(podSpec.path("overhead")));
        return total.toResources();
    }

    /** Whether an init container runs on beside the others (a sidecar). */
    static boolean stays(JsonNode initContainer) {
        return Trees.text(initContainer, "restartPolicy").equals("Always");
    }

    private static ResourceAmounts requests(JsonNode container) {
        return ResourceAmounts.of(Json.at(container, "resources", "requests"))
                .addMissing(ResourceAmounts.of(Json.at(container, "resources", "limits")));
    }

    private static void applyPodLevel(JsonNode podSpec, ResourceAmounts total) {
        total.replaceWith(
                ResourceAmounts.of(Json.at(podSpec, "resources", "requests")).retain(PodRequests::allowedAtPodLevel));
        total.addMissing(
                ResourceAmounts.of(Json.at(podSpec, "resources", "limits")).retain(PodRequests::allowedAtPodLevel));
    }

    private static boolean allowedAtPodLevel(String name) {
        return name.equals(ResourceAmounts.CPU) || name.equals(ResourceAmounts.MEMORY) || name.startsWith("hugepages-");
    }
}
