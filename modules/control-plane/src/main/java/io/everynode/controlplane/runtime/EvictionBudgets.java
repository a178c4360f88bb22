package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.BudgetedPods;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.disruption.DisruptionBudget;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks the PodDisruptionBudgets before a Pod is evicted through the API (pkg/registry/core/pod/storage/eviction.go). A
 * disruption is taken off the budget's status at the version that was read, so that two evictions cannot both have the
 * last one. Thread-safe.
 */
final class EvictionBudgets {

    /** So often somebody else may be faster before the client is asked to come again. */
    private static final int MOST_TRIES = 20;

    private static final String SEVERAL =
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";

    private final Supplier<CatalogVersion> catalog;
    private final Supplier<CompletionStage<Long>> caughtUp;
    private final Function<WriteRequest, CompletionStage<WriteResult>> writer;
    private final Clock clock;

    /** @param writer writes to a budget */
    EvictionBudgets(
            Supplier<CatalogVersion> catalog,
            Supplier<CompletionStage<Long>> caughtUp,
            Function<WriteRequest, CompletionStage<WriteResult>> writer,
            Clock clock) {
        this.catalog = catalog;
        this.caughtUp = caughtUp;
        this.writer = writer;
        this.clock = clock;
    }

    static boolean concerns(WriteRequest request) {
        return request.kind().equals(Kinds.POD)
                && request.write() instanceof ObjectWrite.Evict evict
                && evict.disruption().reason().equals(Disruption.EVICTION_API);
    }

    /**
     * Evicts if the budgets allow it.
     *
     * @param pod as the catalog has it
     * @param eviction carries it out, if not 0 only while the Pod is at this resourceVersion
     */
    CompletionStage<WriteResult> evict(
            WriteRequest request, StoredObject pod, Function<Long, CompletionStage<WriteResult>> eviction) {
        CatalogVersion version = catalog.get();
        if (!version.budgets().any(pod.namespace())) {
            return eviction.apply(0L);
        }
        String phase = Json.text(pod.tree(), "status", "phase");
        if (pod.terminating() || !phase.equals("Running") && !phase.equals("Unknown")) {
            return eviction.apply(0L);
        }
        List<String> budgets = version.budgets().selecting(pod.namespace(), pod.labels());
        if (budgets.isEmpty()) {
            return eviction.apply(0L);
        }
        if (budgets.size() > 1) {
            // Upstream answers 500, though nothing is wrong with the server.
            return refused(ApiStatus.forbidden(Kinds.POD, pod.name(), SEVERAL));
        }
        String name = budgets.get(0);
        StoredObject budget =
                version.get(Kinds.POD_DISRUPTION_BUDGET, pod.namespace(), name).orElse(null);
        if (budget != null && !BudgetedPods.pod(pod).ready() && DisruptionBudget.freesUnhealthy(budget.tree())) {
            return eviction.apply(pod.resourceVersion()).thenApply(result -> unlessChanged(request, name, result));
        }
        return take(request, pod.name(), name, 1)
                .thenCompose(refusal -> refusal == null ? eviction.apply(0L) : refused(refusal));
    }

    /** The Pod may have become ready meanwhile. */
    private static WriteResult unlessChanged(WriteRequest request, String budget, WriteResult result) {
        boolean conflict = result instanceof WriteResult.Refused refused
                && refused.status().reason().equals("Conflict");
        return conflict && request.resourceVersion() == 0
                ? new WriteResult.Refused(DisruptionBudget.beingProcessed(budget))
                : result;
    }

    /** Null when the budget lets the Pod go. */
    private CompletionStage<ApiStatus> take(WriteRequest request, String pod, String name, int tried) {
        StoredObject budget = catalog.get()
                .get(Kinds.POD_DISRUPTION_BUDGET, request.namespace(), name)
                .orElse(null);
        if (budget == null) {
            return CompletableFuture.completedFuture(null);
        }
        Outcome<ObjectNode> taken = DisruptionBudget.take(budget.tree(), pod, clock.instant());
        if (taken instanceof Outcome.Refused<ObjectNode> refused) {
            // Perhaps only this JVM has not heard yet that more is allowed.
            return tried > 1
                    ? CompletableFuture.completedFuture(refused.status())
                    : caughtUp.get().thenCompose(version -> take(request, pod, name, tried + 1));
        }
        if (request.dryRun()) {
            return CompletableFuture.completedFuture(null);
        }
        ObjectNode next = ((Outcome.Done<ObjectNode>) taken).value();
        Json.child(next, "metadata").remove("resourceVersion");
        WriteRequest write = new WriteRequest(
                Kinds.POD_DISRUPTION_BUDGET,
                request.namespace(),
                name,
                new ObjectWrite.Replace("status", next, CleanupWrites.same(budget)),
                budget.resourceVersion(),
                false,
                request.caller(),
                request.cause(),
                request.deadline());
        return writer.apply(write).thenCompose(result -> {
            if (!(result instanceof WriteResult.Refused refused)) {
                return CompletableFuture.completedFuture(null);
            }
            if (!refused.status().reason().equals("Conflict")) {
                return CompletableFuture.completedFuture(refused.status());
            }
            return tried >= MOST_TRIES
                    ? CompletableFuture.completedFuture(DisruptionBudget.beingProcessed(name))
                    : caughtUp.get().thenCompose(version -> take(request, pod, name, tried + 1));
        });
    }

    private static CompletionStage<WriteResult> refused(ApiStatus status) {
        return CompletableFuture.completedFuture(new WriteResult.Refused(status));
    }
}
