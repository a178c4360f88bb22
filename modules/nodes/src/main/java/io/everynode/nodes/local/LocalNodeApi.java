package io.everynode.nodes.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.event.Caller;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeApi;
import io.everynode.nodes.api.NodeWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The API of the control plane in this JVM: the commands that a request over HTTP would become, as user
 * {@code system:node:NAME}.
 */
public final class LocalNodeApi implements NodeApi {

    private final ControlPlane controlPlane;
    private final HollowLoop loop;
    private final Duration retryAfter;
    private Listener listener;
    private LocalWatch watch;

    /** @param retryAfter pause before it lists again */
    public LocalNodeApi(ControlPlane controlPlane, HollowLoop loop, Duration retryAfter) {
        this.controlPlane = controlPlane;
        this.loop = loop;
        this.retryAfter = retryAfter;
    }

    @Override
    public CompletionStage<NodeAnswer> send(NodeWrite write, Duration patience) {
        return controlPlane.write(request(write, loop.now().plus(patience))).thenApply(LocalNodeApi::answer);
    }

    private static NodeAnswer answer(WriteResult result) {
        if (result instanceof WriteResult.Refused refused) {
            ApiStatus.Details details = refused.status().details();
            return new NodeAnswer.Refused(
                    refused.status(), Duration.ofSeconds(details == null ? 0 : details.retryAfterSeconds()));
        }
        return result instanceof WriteResult.Stored stored
                ? new NodeAnswer.Stored(new LocalObject(stored.object()))
                : new NodeAnswer.Removed();
    }

    @Override
    public List<String> renewLeases(List<String> nodes, Instant at) {
        return controlPlane.renewLeases(nodes, at);
    }

    @Override
    public void watch(Listener to) {
        listener = to;
        watch = new LocalWatch(controlPlane, loop, retryAfter, to);
        watch.start();
    }

    @Override
    public void readPods(String node) {
        controlPlane.catalog().podsOnNode(node).forEach(pod -> listener.podSeen(new LocalObject(pod)));
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.stop();
        }
    }

    private static WriteRequest request(NodeWrite write, Instant deadline) {
        String node = write.node();
        if (write instanceof NodeWrite.Register register) {
            ObjectWrite create = new ObjectWrite.Create(register.object(), register.uid());
            return request(write, Kinds.NODE, "", node, create, deadline);
        }
        if (write instanceof NodeWrite.NodeStatus report) {
            return request(write, Kinds.NODE, "", node, statusPatch(report.status(), Precondition.NONE), deadline);
        }
        if (write instanceof NodeWrite.PodStatus report) {
            ObjectWrite patch = statusPatch(report.status(), new Precondition(report.uid(), 0));
            return request(write, Kinds.POD, report.namespace(), report.name(), patch, deadline);
        }
        if (write instanceof NodeWrite.PodEnded ended) {
            ObjectWrite delete =
                    new ObjectWrite.Delete(new Precondition(ended.uid(), 0), 0L, ObjectWrite.Propagation.DEFAULT);
            return request(write, Kinds.POD, ended.namespace(), ended.name(), delete, deadline);
        }
        ObjectWrite lease = write instanceof NodeWrite.MakeLease made
                ? new ObjectWrite.Create(made.lease(), "")
                : new ObjectWrite.Patch(
                        "",
                        PatchType.MERGE,
                        ((NodeWrite.RenewLease) write).patch(),
                        FieldValidation.IGNORE,
                        Precondition.NONE);
        return request(write, Kinds.LEASE, LeaseRenewal.NAMESPACE, node, lease, deadline);
    }

    private static ObjectWrite statusPatch(ObjectNode status, Precondition precondition) {
        ObjectNode body = Json.object();
        body.set("status", status);
        return new ObjectWrite.Patch("status", PatchType.STRATEGIC, body, FieldValidation.IGNORE, precondition);
    }

    private static WriteRequest request(
            NodeWrite write, Kind kind, String namespace, String name, ObjectWrite body, Instant deadline) {
        Caller caller = new Caller("system:node:" + write.node(), "hollow-node");
        return new WriteRequest(kind, namespace, name, body, 0, false, caller, "hollow node: " + write.why(), deadline);
    }
}
