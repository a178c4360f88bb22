package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;

/**
 * The subresource eviction of Pods (pkg/registry/core/pod/storage/eviction.go): deletes the Pod and notes on it that it
 * was evicted. Works for ordinary and for daemon Pods.
 */
final class EvictionAction implements PostedAction {

    @Override
    public ActionSubresource subresource() {
        return ActionSubresource.EVICTION;
    }

    /** PodDisruptionBudgets are asked by the control plane before this is done. */
    @Override
    public Asked asked(ResourcePath path, ObjectNode eviction, Query query, WriteOptions ignored) {
        WriteHandler.placeInNamespace(path, eviction);
        if (!Json.text(eviction, "metadata", "name").equals(path.name())) {
            throw new ApiFailure(ApiStatus.badRequest("name in URL does not match name in Eviction object"));
        }
        JsonNode given = eviction.path("deleteOptions");
        DeleteOptions options = DeleteOptions.of(given instanceof ObjectNode fields ? fields : Json.object(), query);
        ObjectWrite evict = new ObjectWrite.Evict(
                new Precondition(options.uid(), 0),
                options.gracePeriodSeconds(),
                options.propagation(),
                new Disruption(Disruption.EVICTION_API, "Eviction API: evicting", false));
        return new Asked(path.name(), evict, options.resourceVersion(), options.dryRun());
    }
}
