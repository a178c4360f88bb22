package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a Pod asks of its node, parsed once. Immutable.
 *
 * @param priority {@code spec.priority}, 0 when not set
 */
public record PodRequirements(
        NodeRequirements node, List<Toleration> tolerations, Resources requests, List<HostPort> ports, int priority) {

    public PodRequirements {
        node = node == null ? NodeRequirements.ANY : node;
        tolerations = Trees.copy(tolerations);
        requests = requests == null ? Resources.ZERO : requests;
        ports = Trees.copy(ports);
    }

    /**
     * Of a Pod template ({@code metadata} and {@code spec}); a DaemonSet's needs its {@link DaemonTolerations} first.
     */
    public static PodRequirements ofTemplate(JsonNode podTemplateSpec) {
        return ofSpec(podTemplateSpec.path("spec"));
    }

    public static PodRequirements ofPod(JsonNode pod) {
        return ofSpec(pod.path("spec"));
    }

    private static PodRequirements ofSpec(JsonNode spec) {
        return new PodRequirements(
                NodeRequirements.of(spec),
                Toleration.listOf(spec.path("tolerations")),
                Resources.requestsOf(spec),
                HostPorts.of(spec),
                spec.path("priority").asInt(0));
    }
}
