package io.everynode.nodes.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.api.NodeWrite;
import io.everynode.objects.Json;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;

/**
 * A request of the Kubernetes API. A node's writes have the form in which a kubelet sends them. Pure.
 *
 * @param path below the server's address, with its query
 * @param contentType "" without a body
 */
record ApiRequest(String method, String path, String contentType, byte[] body) {

    private static final String NODES = "/api/v1/nodes";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final String JSON = "application/json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String STRATEGIC = "application/strategic-merge-patch+json";

    /** @param path with its query */
    static ApiRequest get(String path) {
        return new ApiRequest("GET", path, "", new byte[0]);
    }

    static ApiRequest of(NodeWrite write) {
        if (write instanceof NodeWrite.Register register) {
            return request("POST", NODES, JSON, register.object());
        }
        if (write instanceof NodeWrite.NodeStatus report) {
            ObjectNode patch = Json.object();
            patch.set("status", report.status());
            return request("PATCH", NODES + "/" + report.node() + "/status", STRATEGIC, patch);
        }
        if (write instanceof NodeWrite.PodStatus report) {
            ObjectNode patch = Json.object();
            // A patch that names another UID is refused with 409.
            patch.putObject("metadata").put("uid", report.uid());
            patch.set("status", report.status());
            return request("PATCH", pod(report.namespace(), report.name()) + "/status", STRATEGIC, patch);
        }
        if (write instanceof NodeWrite.PodEnded ended) {
            ObjectNode options = Json.object()
                    .put("apiVersion", "v1")
                    .put("kind", "DeleteOptions")
                    .put("gracePeriodSeconds", 0);
            options.putObject("preconditions").put("uid", ended.uid());
            return request("DELETE", pod(ended.namespace(), ended.name()), JSON, options);
        }
        if (write instanceof NodeWrite.MakeLease made) {
            return request("POST", LEASES, JSON, made.lease());
        }
        NodeWrite.RenewLease renewed = (NodeWrite.RenewLease) write;
        return request("PATCH", LEASES + "/" + renewed.node(), MERGE, renewed.patch());
    }

    private static String pod(String namespace, String name) {
        return "/api/v1/namespaces/" + namespace + "/pods/" + name;
    }

    private static ApiRequest request(String method, String path, String type, ObjectNode body) {
        return new ApiRequest(method, path, type, Json.encode(body));
    }

    /** Its answer goes on for minutes. */
    boolean isWatch() {
        return path.contains("watch=1");
    }

    BodyPublisher publisher() {
        return body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
    }
}
