package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.LeaseKeeper;
import io.everynode.core.event.Caller;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The writes of ordinary Pods on nodes in trouble, as any client could send them. Thread-safe. */
final class LifecycleWrites {

    static final Caller EVICTION = Caller.controller("taint-eviction-controller");

    private static final Duration WRITE_LIFE = Duration.ofSeconds(10);

    private final ControlPlane controlPlane;
    private final Clock clock;

    LifecycleWrites(ControlPlane controlPlane, Clock clock) {
        this.controlPlane = controlPlane;
        this.clock = clock;
    }

    /** Makes the Pod, at just this version, not ready. */
    CompletionStage<WriteResult> notReady(StoredObject pod) {
        ObjectNode condition =
                Json.object().put("type", "Ready").put("status", "False").put("lastTransitionTime", now());
        return write(pod, patch(pod, condition), pod.resourceVersion(), LeaseKeeper.CALLER);
    }

    /** Says why, then deletes with the Pod's own grace (tainteviction, addConditionAndDeletePod). */
    CompletionStage<WriteResult> evict(StoredObject pod) {
        ObjectWrite delete =
                new ObjectWrite.Delete(new Precondition(pod.uid(), 0), null, ObjectWrite.Propagation.BACKGROUND);
        return marked(pod)
                .thenCompose(marked -> marked instanceof WriteResult.Refused
                        ? CompletableFuture.completedFuture(marked)
                        : write(pod, delete, 0, EVICTION));
    }

    private CompletionStage<WriteResult> marked(StoredObject pod) {
        for (var condition : Json.at(pod.tree(), "status", "conditions")) {
            if (Json.text(condition, "type").equals(Disruption.CONDITION)
                    && Json.text(condition, "reason").equals(Disruption.TAINT_MANAGER)) {
                return CompletableFuture.completedFuture(null);
            }
        }
        ObjectNode condition = Json.object()
                .put("type", Disruption.CONDITION)
                .put("status", "True")
                .put("reason", Disruption.TAINT_MANAGER)
                .put("message", "Taint manager: deleting due to NoExecute taint")
                .putNull("lastProbeTime")
                .put("lastTransitionTime", now());
        return write(pod, patch(pod, condition), 0, EVICTION);
    }

    private static ObjectWrite patch(StoredObject pod, ObjectNode condition) {
        ObjectNode body = Json.object();
        body.putObject("status").putArray("conditions").add(condition);
        return new ObjectWrite.Patch(
                "status", PatchType.STRATEGIC, body, FieldValidation.IGNORE, new Precondition(pod.uid(), 0));
    }

    private CompletionStage<WriteResult> write(StoredObject pod, ObjectWrite write, long version, Caller caller) {
        return controlPlane.write(new WriteRequest(
                Kinds.POD,
                pod.namespace(),
                pod.name(),
                write,
                version,
                false,
                caller,
                "journal " + pod.resourceVersion(),
                clock.instant().plus(WRITE_LIFE)));
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
