package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.ServiceAddresses;
import io.everynode.controlplane.entity.QuotaKeeper;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.rules.ObjectRules;
import io.everynode.objects.rules.WriteContext;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * No two Services get the same cluster address: one keeper in the cluster is asked before a Service is made. An address
 * that the Service does not name follows from its UID, so another UID is another address. Thread-safe.
 */
final class AddressAdmission {

    /** So many addresses in a row are never taken unless nearly all are. */
    private static final int MOST_TRIES = 32;

    private final QuotaAdmission keepers;
    private final Clock clock;

    AddressAdmission(QuotaAdmission keepers, Clock clock) {
        this.keepers = keepers;
        this.clock = clock;
    }

    /**
     * @param deadlineMillis of the command that creates it
     * @param creation creates it, maybe with another UID
     */
    CompletionStage<WriteResult> within(
            WriteRequest request,
            String name,
            ObjectWrite.Create create,
            long deadlineMillis,
            Function<ObjectWrite.Create, CompletionStage<WriteResult>> creation) {
        return request.kind().equals(Kinds.SERVICE)
                ? tried(name, create, deadlineMillis, creation, 1)
                : creation.apply(create);
    }

    private CompletionStage<WriteResult> tried(
            String name,
            ObjectWrite.Create create,
            long deadlineMillis,
            Function<ObjectWrite.Create, CompletionStage<WriteResult>> creation,
            int tried) {
        Outcome<ObjectNode> made =
                ObjectRules.create(Kinds.SERVICE, create.object(), new WriteContext(clock.instant(), create.uid(), ""));
        List<String> addresses = made instanceof Outcome.Done<ObjectNode> done
                ? ServiceAddresses.of(done.value())
                // What is wrong with it is said where it would be made.
                : List.of();
        QuotaCharge charge = ServiceAddresses.charge(addresses);
        if (charge == null) {
            return creation.apply(create);
        }
        boolean own = !ServiceAddresses.of(create.object()).isEmpty()
                || !create.object().path("spec").path("clusterIP").asText("").isEmpty();
        return keepers.claim(
                QuotaKeeper.ADDRESSES,
                UUID.randomUUID().toString(),
                charge,
                deadlineMillis,
                () -> creation.apply(create),
                refusal -> own || tried >= MOST_TRIES
                        ? CompletableFuture.completedFuture(new WriteResult.Refused(taken(name, addresses)))
                        : tried(name, another(create), deadlineMillis, creation, tried + 1));
    }

    private static ObjectWrite.Create another(ObjectWrite.Create create) {
        return new ObjectWrite.Create(create.object(), UUID.randomUUID().toString());
    }

    /** As pkg/registry/core/service/storage/alloc.go words it. */
    static ApiStatus taken(String name, List<String> addresses) {
        return ApiStatus.invalid(
                Kinds.SERVICE,
                name,
                List.of(new ApiStatus.Cause(
                        "FieldValueInvalid",
                        "Invalid value: [\"" + String.join("\",\"", addresses) + "\"]: failed to allocate IP "
                                + addresses.get(0) + ": provided IP is already allocated",
                        "spec.clusterIPs")));
    }
}
