package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * Updates that depend on what they make of the object, which only its entity can tell: they are tried without effect,
 * looked at, and then done if the object is still the same version. When somebody was faster it is all done again.
 */
final class CheckedWrites {

    /** So often somebody else may be faster before the client is told. */
    private static final int MOST_TRIES = 5;

    /** From the object before (null when it is not there) and after to a refusal. */
    @FunctionalInterface
    interface Check extends BiFunction<ObjectNode, ObjectNode, Optional<ApiStatus>> {}

    private final ControlPlane controlPlane;

    CheckedWrites(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    CompletionStage<WriteResult> write(WriteRequest request, Check check) {
        return attempt(request, check, 1);
    }

    private CompletionStage<WriteResult> attempt(WriteRequest request, Check check, int tried) {
        return controlPlane.currentCatalog().thenCompose(catalog -> {
            Optional<StoredObject> before = catalog.get(request.kind(), request.namespace(), request.name());
            long version = request.resourceVersion() != 0
                    ? request.resourceVersion()
                    : before.map(StoredObject::resourceVersion).orElse(0L);
            return controlPlane
                    .write(at(request, request.write(), version, true))
                    .thenCompose(result -> result instanceof WriteResult.DryRun dry
                            ? done(request, check, before, version, dry)
                            : CompletableFuture.completedFuture(result))
                    .thenCompose(result -> tried < MOST_TRIES && wasFaster(request, before, result)
                            ? attempt(request, check, tried + 1)
                            : CompletableFuture.completedFuture(result));
        });
    }

    private static boolean wasFaster(WriteRequest request, Optional<StoredObject> before, WriteResult result) {
        if (!(result instanceof WriteResult.Refused refused)) {
            return false;
        }
        String reason = refused.status().reason();
        return before.isEmpty()
                ? reason.equals("AlreadyExists")
                : reason.equals("Conflict") && request.resourceVersion() == 0;
    }

    private CompletionStage<WriteResult> done(
            WriteRequest request, Check check, Optional<StoredObject> before, long version, WriteResult.DryRun dry) {
        ObjectNode was = before.map(StoredObject::tree).orElse(null);
        Optional<ApiStatus> refusal = check.apply(was, dry.object());
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(new WriteResult.Refused(refusal.get()));
        }
        if (request.dryRun()) {
            return CompletableFuture.completedFuture(dry);
        }
        if (before.isPresent()) {
            return controlPlane.write(at(request, request.write(), version, false));
        }
        // What was looked at is made, so that nothing else that came meanwhile is changed.
        ObjectWrite create =
                new ObjectWrite.Create(dry.object(), UUID.randomUUID().toString());
        return controlPlane
                .write(at(request, create, 0, false))
                .thenApply(result -> result.asCreated().warned(dry.warnings()));
    }

    private static WriteRequest at(WriteRequest request, ObjectWrite write, long version, boolean dryRun) {
        return new WriteRequest(
                request.kind(),
                request.namespace(),
                request.name(),
                write,
                version,
                dryRun,
                request.caller(),
                request.cause(),
                request.deadline());
    }
}
