package io.everynode.controlplane.runtime;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.entity.QuotaKeeper;
import io.everynode.core.admission.NamespaceQuotas;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/**
 * Asks a {@link QuotaKeeper} before something is written that takes of what it keeps: before an object is created in a
 * namespace any of whose ResourceQuotas counts such objects. Thread-safe.
 */
final class QuotaAdmission {

    private final ClusterSharding sharding;
    private final Clock clock;

    QuotaAdmission(ClusterSharding sharding, Clock clock) {
        this.sharding = sharding;
        this.clock = clock;
    }

    /**
     * Has the object created if the quotas allow it, else refuses with 403.
     *
     * @param deadlineMillis of the command that creates it
     */
    CompletionStage<WriteResult> within(
            CatalogVersion version,
            WriteRequest request,
            String name,
            ObjectWrite.Create create,
            long deadlineMillis,
            Supplier<CompletionStage<WriteResult>> creation) {
        NamespaceQuotas quotas = version.quotas().in(request.namespace());
        if (quotas.isEmpty()) {
            return creation.get();
        }
        QuotaCharge charge = QuotaCharge.of(request.kind(), create.object());
        if (!quotas.matter(charge)) {
            return creation.get();
        }
        return claim(
                request.namespace(),
                create.uid(),
                charge,
                deadlineMillis,
                creation,
                refusal -> CompletableFuture.completedFuture(
                        new WriteResult.Refused(ApiStatus.forbidden(request.kind(), name, refusal))));
    }

    /**
     * Writes once the namespace's keeper lets it pass.
     *
     * @param of a namespace, or {@link QuotaKeeper#ADDRESSES}
     * @param one names what is to come of it
     * @param refused what to do instead, for the keeper's words
     */
    CompletionStage<WriteResult> claim(
            String of,
            String one,
            QuotaCharge charge,
            long deadlineMillis,
            Supplier<CompletionStage<WriteResult>> write,
            Function<String, CompletionStage<WriteResult>> refused) {
        List<String> id = List.of(one);
        EntityRef<QuotaKeeper.Message> keeper = QuotaKeeper.of(sharding, of);
        long left = Math.max(1, deadlineMillis - clock.millis());
        CompletionStage<QuotaKeeper.Claimed> claimed = keeper.ask(
                replyTo -> new QuotaKeeper.Claim(id, charge, deadlineMillis, true, replyTo), Duration.ofMillis(left));
        return Answers.plain(claimed).thenCompose(answer -> {
            if (answer.granted().isEmpty()) {
                return refused.apply(answer.refusal());
            }
            return created(write).whenComplete((done, failure) -> {
                // When nobody knows what came of it, it is held until nothing can come of it any more.
                if (failure == null && !unknown(done)) {
                    keeper.tell(new QuotaKeeper.Settled(id));
                }
            });
        });
    }

    private static CompletionStage<WriteResult> created(Supplier<CompletionStage<WriteResult>> creation) {
        try {
            return creation.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean unknown(WriteResult result) {
        return result instanceof WriteResult.Refused refused && refused.status().code() >= 500;
    }
}
