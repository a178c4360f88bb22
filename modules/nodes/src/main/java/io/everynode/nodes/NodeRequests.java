package io.everynode.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.api.NodeWrite;
import io.everynode.objects.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The writes of a hollow node whose bodies are more than its status. Pure. */
final class NodeRequests {

    /** Where the Leases of nodes are. */
    private static final String LEASE_NAMESPACE = "kube-node-lease";

    /** A kubelet's nodeLeaseDurationSeconds. */
    private static final int LEASE_SECONDS = 40;

    /** As the API prints times with microseconds. */
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private NodeRequests() {}

    static NodeWrite register(HollowNode node, String uid, Instant now) {
        return new NodeWrite.Register(node.name(), node.registration(now), uid);
    }

    static NodeWrite podStatus(HollowNode node, PodFacts pod, ObjectNode status, String why) {
        return new NodeWrite.PodStatus(node.name(), pod.namespace(), pod.name(), pod.uid(), status, why);
    }

    static NodeWrite podEnded(HollowNode node, PodFacts pod) {
        return new NodeWrite.PodEnded(node.name(), pod.namespace(), pod.name(), pod.uid());
    }

    /** A node's Lease as a kubelet makes it (component-helpers/apimachinery/lease, pkg/kubelet). */
    static NodeWrite makeLease(HollowNode node, String nodeUid, Instant now) {
        ObjectNode lease =
                Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata")
                .put("name", node.name())
                .put("namespace", LEASE_NAMESPACE)
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", node.name())
                .put("uid", nodeUid);
        lease.putObject("spec")
                .put("holderIdentity", node.name())
                .put("leaseDurationSeconds", LEASE_SECONDS)
                .put("renewTime", micros(now));
        return new NodeWrite.MakeLease(node.name(), lease);
    }

    static NodeWrite renewLease(HollowNode node, Instant now) {
        ObjectNode body = Json.object();
        body.putObject("spec").put("renewTime", micros(now));
        return new NodeWrite.RenewLease(node.name(), body);
    }

    private static String micros(Instant now) {
        return MICROS.format(now);
    }
}
