package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Where a node's kubelet listens (pkg/kubelet/client/kubelet_client.go, NodeConnectionInfoGetter). */
record KubeletEndpoint(String host, int port) {

    private static final int DEFAULT_PORT = 10250;

    /**
     * From a Node's status.
     *
     * @param addressTypes the preferred one first
     */
    static Outcome<KubeletEndpoint> of(JsonNode node, List<String> addressTypes) {
        int port = Json.at(node, "status", "daemonEndpoints", "kubeletEndpoint", "Port")
                .asInt(0);
        JsonNode addresses = Json.at(node, "status", "addresses");
        for (String type : addressTypes) {
            for (JsonNode address : addresses) {
                if (Json.text(address, "type").equals(type)
                        && !Json.text(address, "address").isEmpty()) {
                    return Outcome.done(
                            new KubeletEndpoint(Json.text(address, "address"), port > 0 ? port : DEFAULT_PORT));
                }
            }
        }
        List<String> known = new ArrayList<>();
        addresses.forEach(address -> known.add(Json.text(address, "type") + ":" + Json.text(address, "address")));
        return Outcome.refused(new ApiStatus(500, "", "no preferred addresses found; known addresses: " + known, null));
    }

    /** As in a URL. */
    String authority() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
