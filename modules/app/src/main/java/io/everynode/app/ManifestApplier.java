package io.everynode.app;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.apply.FieldManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Creates the objects of manifests at the start. An object that is there already stays as it is: it may have been
 * changed since by somebody with kubectl.
 */
final class ManifestApplier {

    /** How long a start waits for an overloaded or starting control plane, for all manifests together. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration RETRY_AFTER = Duration.ofMillis(200);

    private final ControlPlane controlPlane;
    private final Instant end = Instant.now().plus(PATIENCE);

    ManifestApplier(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    /** In order; blocks until all are stored. */
    void apply(List<Manifest> manifests) throws StartFailure, InterruptedException {
        for (Manifest manifest : manifests) {
            apply(manifest);
        }
    }

    private void apply(Manifest manifest) throws StartFailure, InterruptedException {
        String uid = UUID.randomUUID().toString();
        while (true) {
            ApiStatus status = refusal(manifest, uid);
            if (status == null || status.reason().equals("AlreadyExists")) {
                return;
            }
            boolean passing = status.code() == 429 || status.code() >= 500;
            if (!passing || Instant.now().isAfter(end)) {
                throw new StartFailure("cannot apply " + manifest.source() + ": "
                        + status.message().replace('\n', ' '));
            }
            TimeUnit.MILLISECONDS.sleep(RETRY_AFTER.toMillis());
        }
    }

    /** Why the object is not stored; null when it is. */
    private ApiStatus refusal(Manifest manifest, String uid) throws StartFailure, InterruptedException {
        WriteRequest request = new WriteRequest(
                manifest.kind(),
                manifest.namespace(),
                manifest.name(),
                new ObjectWrite.Create(
                        FieldManager.created(
                                manifest.kind(), manifest.object(), FieldManager.CONTROL_PLANE, Instant.now()),
                        uid),
                0,
                false,
                new Caller("system:apply", "everynode"),
                "start: " + manifest.source(),
                Instant.now().plusSeconds(20));
        try {
            WriteResult result =
                    controlPlane.write(request).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return result instanceof WriteResult.Refused refused ? refused.status() : null;
        } catch (TimeoutException e) {
            throw new StartFailure("cannot apply " + manifest.source() + ": no answer within " + PATIENCE, e);
        } catch (ExecutionException e) {
            throw new StartFailure(
                    "cannot apply " + manifest.source() + ": " + StartFailure.firstLine(e.getCause()), e);
        }
    }
}
