package io.everynode.apiserver;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.objects.ApiStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds the catalog that a read is answered from, by its resourceVersion. */
final class ReadVersions {

    private static final String LIST_EXPIRED = "The resourceVersion for the provided list is too old.";

    private final ControlPlane controlPlane;

    ReadVersions(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    /** None: the newest that was acknowledged anywhere; 0: what is at hand; else one at least as new. */
    CompletionStage<Catalog> notOlderThan(long version) {
        if (version == 0) {
            return CompletableFuture.completedFuture(controlPlane.catalog());
        }
        if (version > 0) {
            Catalog here = controlPlane.catalog();
            if (here.resourceVersion() >= version) {
                return CompletableFuture.completedFuture(here);
            }
        }
        return controlPlane.currentCatalog().thenApply(current -> {
            if (current.resourceVersion() < version) {
                throw new ApiFailure(StatusResponses.tooLargeVersion(version, current.resourceVersion()));
            }
            return current;
        });
    }

    /**
     * What a version means beside a limit, without a match: upstream then reads that very version, which it keeps for
     * minutes. Here it can be told as long as the changes since are held; where they are not, a newer one does.
     */
    CompletionStage<Catalog> exactlyIfHeld(long version) {
        if (version <= 0) {
            return notOlderThan(version);
        }
        return remembered(version)
                .thenCompose(held -> held.map(CompletableFuture::completedFuture)
                        .orElseGet(() -> notOlderThan(version).toCompletableFuture()));
    }

    /** That version, if it is held, also when what tells it is only coming in after a start. */
    CompletionStage<Optional<Catalog>> remembered(long version) {
        Optional<Catalog> held = controlPlane.held(version);
        return held.isPresent()
                ? CompletableFuture.completedFuture(held)
                : controlPlane.remembered(version).thenApply(come -> controlPlane.held(version));
    }

    /** That very version, if it is still held. */
    CompletionStage<Catalog> exactly(long version) {
        return remembered(version)
                .thenCompose(
                        held -> held.map(CompletableFuture::completedFuture).orElseGet(() -> notHeld(version)));
    }

    private CompletableFuture<Catalog> notHeld(long version) {
        if (version <= controlPlane.catalog().resourceVersion()) {
            return CompletableFuture.failedFuture(new ApiFailure(ApiStatus.expired(LIST_EXPIRED)));
        }
        return controlPlane.currentCatalog().toCompletableFuture().thenApply(current -> {
            if (current.resourceVersion() < version) {
                throw new ApiFailure(StatusResponses.tooLargeVersion(version, current.resourceVersion()));
            }
            return controlPlane.held(version).orElseThrow(() -> new ApiFailure(ApiStatus.expired(LIST_EXPIRED)));
        });
    }
}
