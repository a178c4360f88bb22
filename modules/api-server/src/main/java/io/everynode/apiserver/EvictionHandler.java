package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * The subresource eviction of Pods (pkg/registry/core/pod/storage/eviction.go): deletes the Pod and notes on it that it
 * was evicted. Works for ordinary and for daemon Pods.
 */
final class EvictionHandler implements PostedAction {

    private final Writes writes;
    private final Bodies bodies;
    private final Executor executor;

    EvictionHandler(Writes writes, Bodies bodies, Executor executor) {
        this.writes = writes;
        this.bodies = bodies;
        this.executor = executor;
    }

    @Override
    public CompletionStage<HttpResponse> post(Call call, ResourcePath path) {
        WriteOptions options = WriteOptions.parse("CreateOptions", call.query());
        return bodies.read(call)
                .thenComposeAsync(
                        body -> {
                            Outcome.Done<ObjectNode> eviction = decode(call, body, options);
                            checkTarget(path, eviction.value());
                            return evict(call, path, deletion(eviction.value(), call.query()))
                                    .thenApply(
                                            result -> Answers.withWarnings(answer(call, result), eviction.warnings()));
                        },
                        executor);
    }

    private static Outcome.Done<ObjectNode> decode(Call call, byte[] body, WriteOptions options) {
        Outcome<ObjectNode> decoded = ObjectDecoder.decodeAction(
                ActionSubresource.EVICTION, call.mediaType(), body, options.fieldValidation());
        if (decoded instanceof Outcome.Done<ObjectNode> done) {
            return done;
        }
        throw new ApiFailure(((Outcome.Refused<ObjectNode>) decoded).status());
    }

    private static void checkTarget(ResourcePath path, ObjectNode eviction) {
        WriteHandler.placeInNamespace(path, eviction);
        if (!Json.text(eviction, "metadata", "name").equals(path.name())) {
            throw new ApiFailure(ApiStatus.badRequest("name in URL does not match name in Eviction object"));
        }
    }

    private static DeleteOptions deletion(ObjectNode eviction, Query query) {
        JsonNode options = eviction.path("deleteOptions");
        return DeleteOptions.of(options instanceof ObjectNode given ? given : Json.object(), query);
    }

    /**
     * PodDisruptionBudgets are not served yet. Once they are, this is where they are asked, unless the Pod is pending,
     * has ended or is being deleted already: such a Pod is evicted in any case.
     */
    private CompletionStage<WriteResult> evict(Call call, ResourcePath path, DeleteOptions options) {
        ObjectWrite evict = new ObjectWrite.Evict(
                new Precondition(options.uid(), 0),
                options.gracePeriodSeconds(),
                options.propagation(),
                new Disruption(Disruption.EVICTION_API, "Eviction API: evicting", false));
        ResourcePath pod = new ResourcePath(path.kind(), path.namespace(), path.name(), "");
        return writes.write(call, pod, path.name(), evict, options.resourceVersion(), options.dryRun());
    }

    private static HttpResponse answer(Call call, WriteResult result) {
        if (result instanceof WriteResult.Refused refused) {
            throw new ApiFailure(refused.status());
        }
        return Answers.created(call);
    }
}
