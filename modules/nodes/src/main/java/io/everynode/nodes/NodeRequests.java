package io.everynode.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.core.event.Caller;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The requests of a hollow node; the same that its kubelet would send over HTTP. Pure. */
final class NodeRequests {

    /** A kubelet's nodeLeaseDurationSeconds. */
    private static final int LEASE_SECONDS = 40;

    /** As the API prints times with microseconds. */
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private NodeRequests() {}

    static WriteRequest register(HollowNode node, String uid, Instant now, Instant deadline) {
        return request(
                node,
                Kinds.NODE,
                "",
                node.name(),
                new ObjectWrite.Create(node.registration(now), uid),
                "node joins",
                deadline);
    }

    static WriteRequest nodeStatus(HollowNode node, ObjectNode status, String why, Instant deadline) {
        return request(node, Kinds.NODE, "", node.name(), statusPatch(status, Precondition.NONE), why, deadline);
    }

    static WriteRequest podStatus(HollowNode node, PodFacts pod, ObjectNode status, String why, Instant deadline) {
        ObjectWrite patch = statusPatch(status, new Precondition(pod.uid(), 0));
        return request(node, Kinds.POD, pod.namespace(), pod.name(), patch, why, deadline);
    }

    static WriteRequest podEnded(HollowNode node, PodFacts pod, Instant deadline) {
        ObjectWrite delete =
                new ObjectWrite.Delete(new Precondition(pod.uid(), 0), 0L, ObjectWrite.Propagation.DEFAULT);
        return request(node, Kinds.POD, pod.namespace(), pod.name(), delete, "containers ended", deadline);
    }

    /** A node's Lease as a kubelet makes it (component-helpers/apimachinery/lease, pkg/kubelet). */
    static WriteRequest makeLease(HollowNode node, String nodeUid, Instant now, Instant deadline) {
        ObjectNode lease =
                Json.object().put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        lease.putObject("metadata")
                .put("name", node.name())
                .put("namespace", LeaseRenewal.NAMESPACE)
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
        return request(
                node,
                Kinds.LEASE,
                LeaseRenewal.NAMESPACE,
                node.name(),
                new ObjectWrite.Create(lease, ""),
                "node lives",
                deadline);
    }

    static WriteRequest renewLease(HollowNode node, Instant now, Instant deadline) {
        ObjectNode body = Json.object();
        body.putObject("spec").put("renewTime", micros(now));
        ObjectWrite patch = new ObjectWrite.Patch("", PatchType.MERGE, body, FieldValidation.IGNORE, Precondition.NONE);
        return request(node, Kinds.LEASE, LeaseRenewal.NAMESPACE, node.name(), patch, "node lives", deadline);
    }

    private static String micros(Instant now) {
        return MICROS.format(now);
    }

    private static ObjectWrite statusPatch(ObjectNode status, Precondition precondition) {
        ObjectNode body = Json.object();
        body.set("status", status);
        return new ObjectWrite.Patch("status", PatchType.STRATEGIC, body, FieldValidation.IGNORE, precondition);
    }

    private static WriteRequest request(
            HollowNode node,
            Kind kind,
            String namespace,
            String name,
            ObjectWrite write,
            String why,
            Instant deadline) {
        Caller caller = new Caller("system:node:" + node.name(), "hollow-node");
        return new WriteRequest(kind, namespace, name, write, 0, false, caller, "hollow node: " + why, deadline);
    }
}
