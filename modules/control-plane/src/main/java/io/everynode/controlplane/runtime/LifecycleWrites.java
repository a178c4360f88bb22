package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.LeaseKeeper;
import io.everynode.core.event.Caller;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Timestamps;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The writes of ordinary Pods on nodes in trouble, as any client could send them. */
public final class LifecycleWrites {

    public static final Caller EVICTION = Caller.controller("taint-eviction-controller");

    private static final Duration WRITE_LIFE = Duration.ofSeconds(10);

    private LifecycleWrites() {}

    /** Makes the Pod, at just this version, not ready. */
    public static WriteRequest notReady(StoredObject pod, Instant now) {
        ObjectNode condition =
                Json.object().put("type", "Ready").put("status", "False").put("lastTransitionTime", seconds(now));
        return write(pod, patch(pod, condition), pod.resourceVersion(), LeaseKeeper.CALLER, now);
    }

    /** Deletes with the Pod's own grace, after {@link #evictionNotice} (tainteviction, addConditionAndDeletePod). */
    public static WriteRequest evict(StoredObject pod, Instant now) {
        ObjectWrite delete =
                new ObjectWrite.Delete(new Precondition(pod.uid(), 0), null, ObjectWrite.Propagation.BACKGROUND);
        return write(pod, delete, 0, EVICTION, now);
    }

    /** Says why the Pod is about to go; empty when it says so already. */
    public static Optional<WriteRequest> evictionNotice(StoredObject pod, Instant now) {
        for (var condition : Json.at(pod.tree(), "status", "conditions")) {
            if (Json.text(condition, "type").equals(Disruption.CONDITION)
                    && Json.text(condition, "reason").equals(Disruption.TAINT_MANAGER)) {
                return Optional.empty();
            }
        }
        ObjectNode condition = Json.object()
                .put("type", Disruption.CONDITION)
                .put("status", "True")
                .put("reason", Disruption.TAINT_MANAGER)
                .put("message", "Taint manager: deleting due to NoExecute taint")
                .putNull("lastProbeTime")
                .put("lastTransitionTime", seconds(now));
        return Optional.of(write(pod, patch(pod, condition), 0, EVICTION, now));
    }

    private static ObjectWrite patch(StoredObject pod, ObjectNode condition) {
        ObjectNode body = Json.object();
        body.putObject("status").putArray("conditions").add(condition);
        return new ObjectWrite.Patch(
                "status", PatchType.STRATEGIC, body, FieldValidation.IGNORE, new Precondition(pod.uid(), 0));
    }

    private static WriteRequest write(StoredObject pod, ObjectWrite write, long version, Caller caller, Instant now) {
        return new WriteRequest(
                Kinds.POD,
                pod.namespace(),
                pod.name(),
                write,
                version,
                false,
                caller,
                "journal " + pod.resourceVersion(),
                now.plus(WRITE_LIFE));
    }

    private static String seconds(Instant now) {
        return Timestamps.seconds(now);
    }
}
