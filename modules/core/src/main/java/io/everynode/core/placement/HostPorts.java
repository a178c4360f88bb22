package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The node ports that a Pod claims. */
final class HostPorts {

    private HostPorts() {}

    /**
     * The ports of all containers and of the init containers that stay (restartPolicy Always), without repetitions, in
     * the order of the spec. With hostNetwork every container port is one of the node, also where the template has no
     * hostPort: the API server fills it in only when the Pod is created.
     */
    static List<HostPort> of(JsonNode podSpec) {
        boolean hostNetwork = podSpec.path("hostNetwork").asBoolean(false);
        List<HostPort> ports = new ArrayList<>();
        for (JsonNode container : podSpec.path("initContainers")) {
            if (PodRequests.stays(container)) {
                addPorts(container, hostNetwork, ports);
            }
        }
        for (JsonNode container : podSpec.path("containers")) {
            addPorts(container, hostNetwork, ports);
        }
        return ports;
    }

    private static void addPorts(JsonNode container, boolean hostNetwork, List<HostPort> ports) {
        for (JsonNode port : container.path("ports")) {
            int number = port.path("hostPort").asInt(0);
            if (number == 0 && hostNetwork) {
                number = port.path("containerPort").asInt(0);
            }
            HostPort claim = new HostPort(Trees.text(port, "hostIP"), Trees.text(port, "protocol"), number);
            if (number > 0 && !ports.contains(claim)) {
                ports.add(claim);
            }
        }
    }
}
