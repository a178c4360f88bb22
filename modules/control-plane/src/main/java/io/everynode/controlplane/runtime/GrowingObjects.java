package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.ServiceAddresses;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.QuotaKeeper;
import io.everynode.core.admission.Amount;
import io.everynode.core.admission.QuotaCharge;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Updates by which a Service or a claim takes more than before: of the namespace's quotas, as upstream's evaluators of
 * these two kinds count them (pkg/quota/v1/evaluator/core), or another cluster address. What an update leads to is
 * found out from the object as the catalog has it; it is carried out only while the object is that one. Thread-safe.
 */
final class GrowingObjects {

    /** So often somebody else may be faster before the client is told. */
    private static final int MOST_TRIES = 10;

    private static final Duration LIFE = Duration.ofSeconds(30);

    private final QuotaAdmission keepers;
    private final Clock clock;

    GrowingObjects(QuotaAdmission keepers, Clock clock) {
        this.keepers = keepers;
        this.clock = clock;
    }

    static boolean concerns(WriteRequest request) {
        return (request.kind().equals(Kinds.SERVICE) || request.kind().equals(Kinds.PERSISTENT_VOLUME_CLAIM))
                && !request.write().ofStatus()
                && !(request.write() instanceof ObjectWrite.Delete);
    }

    /**
     * @param update carries it out, only while the object is at this version when told so
     * @param again looks at the newest object and begins anew
     */
    CompletionStage<WriteResult> within(
            CatalogVersion version,
            WriteRequest request,
            StoredObject object,
            int tried,
            Function<Boolean, CompletionStage<WriteResult>> update,
            Function<Integer, CompletionStage<WriteResult>> again) {
        ObjectChange change = EntityWrites.tried(request, object, clock.instant());
        if (!(change instanceof ObjectChange.Stored stored)) {
            return update.apply(false);
        }
        ApiStatus fixed = fixedSize(version, request, object.tree(), stored.object());
        if (fixed != null) {
            return refused(fixed);
        }
        QuotaCharge more =
                QuotaCharge.of(request.kind(), stored.object()).beyond(QuotaCharge.of(request.kind(), object.tree()));
        List<String> addresses = new ArrayList<>(ServiceAddresses.of(stored.object()));
        addresses.removeAll(ServiceAddresses.of(object.tree()));
        QuotaCharge newAddresses = request.kind().equals(Kinds.SERVICE) ? ServiceAddresses.charge(addresses) : null;
        boolean counted =
                more != null && version.quotas().in(request.namespace()).matter(more);
        if (!counted && newAddresses == null) {
            return update.apply(false);
        }
        long deadline = Math.min(
                request.deadline().toEpochMilli(), clock.instant().plus(LIFE).toEpochMilli());
        String id = UUID.randomUUID().toString();
        CompletionStage<WriteResult> result = newAddresses == null
                ? withinQuotas(request, counted ? more : null, id, deadline, update)
                : keepers.claim(
                        QuotaKeeper.ADDRESSES,
                        id,
                        newAddresses,
                        deadline,
                        () -> withinQuotas(request, counted ? more : null, id, deadline, update),
                        refusal -> refused(AddressAdmission.taken(request.name(), addresses)));
        return result.thenCompose(done -> {
            boolean faster = done instanceof WriteResult.Refused refused
                    && refused.status().reason().equals("Conflict")
                    && request.resourceVersion() == 0
                    && tried < MOST_TRIES;
            return faster ? again.apply(tried + 1) : CompletableFuture.completedFuture(done);
        });
    }

    /** Why a claim may not grow (plugin/pkg/admission/storage/persistentvolume/resize); null when it may. */
    private static ApiStatus fixedSize(CatalogVersion version, WriteRequest request, JsonNode before, JsonNode after) {
        Amount size = Amount.of(Json.at(after, "spec", "resources", "requests", "storage"));
        if (!request.kind().equals(Kinds.PERSISTENT_VOLUME_CLAIM)
                || !size.above(Amount.of(Json.at(before, "spec", "resources", "requests", "storage")))) {
            return null;
        }
        boolean grows = version.get(Kinds.STORAGE_CLASS, "", Json.text(after, "spec", "storageClassName"))
                .filter(found -> found.tree().path("allowVolumeExpansion").asBoolean())
                .isPresent();
        return grows
                ? null
                : ApiStatus.forbidden(
                        request.kind(),
                        request.name(),
                        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc"
                                + " must support resize");
    }

    private CompletionStage<WriteResult> withinQuotas(
            WriteRequest request,
            QuotaCharge more,
            String id,
            long deadline,
            Function<Boolean, CompletionStage<WriteResult>> update) {
        return more == null
                ? update.apply(true)
                : keepers.claim(
                        request.namespace(),
                        id,
                        more,
                        deadline,
                        () -> update.apply(true),
                        refusal -> refused(ApiStatus.forbidden(request.kind(), request.name(), refusal)));
    }

    private static CompletionStage<WriteResult> refused(ApiStatus status) {
        return CompletableFuture.completedFuture(new WriteResult.Refused(status));
    }
}
