package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.ChangeListener;
import io.everynode.core.admission.PodAccount;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets the first Pods of a new namespace wait for its ServiceAccount {@code default}, which comes a moment after the
 * namespace. Thread-safe.
 */
final class NewAccounts implements ChangeListener {

    /** About as long as upstream's admission goes on looking for it. */
    static final long PATIENCE_MILLIS = 1_500;

    /** By namespace; only while somebody waits. */
    private final ConcurrentHashMap<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

    /**
     * Completes when the namespace gets its account, or after {@value #PATIENCE_MILLIS} ms at the most.
     *
     * @param there whether the catalog shows it
     */
    CompletionStage<Void> arrival(String namespace, BooleanSupplier there) {
        CompletableFuture<Void> arrival = awaited.computeIfAbsent(
                namespace,
                any -> new CompletableFuture<Void>().completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        arrival.whenComplete((done, failure) -> awaited.remove(namespace, arrival));
        if (there.getAsBoolean()) {
            // It came before anybody listened.
            arrival.complete(null);
        }
        return arrival;
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        if (awaited.isEmpty()) {
            return;
        }
        for (Change change : changes) {
            if (change.type() == Change.Type.ADDED
                    && change.object().kind().equals(Kinds.SERVICE_ACCOUNT)
                    && change.object().name().equals(PodAccount.DEFAULT)) {
                CompletableFuture<Void> arrival = awaited.get(change.object().namespace());
                if (arrival != null) {
                    // Not on the publisher's thread: what follows sends writes.
                    arrival.completeAsync(() -> null);
                }
            }
        }
    }
}
