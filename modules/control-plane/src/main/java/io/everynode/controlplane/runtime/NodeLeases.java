package io.everynode.controlplane.runtime;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.RenewedLease;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.Heartbeats;
import io.everynode.controlplane.entity.KeepersHere;
import io.everynode.controlplane.entity.LeaseKeeper;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;

/**
 * Takes renewals of node Leases to their keepers instead of the journal, and tells the keepers of every other sign of
 * life (invariant I8): by a message, or at once where the keeper runs in this JVM. Thread-safe.
 */
final class NodeLeases {

    /** A renewal that no keeper takes in this time fails; a kubelet then tries again. */
    private static final Duration KEEPER_PATIENCE = Duration.ofSeconds(5);

    /** A read does without the newest renewal when its keeper is silent. */
    private static final Duration READ_PATIENCE = Duration.ofSeconds(1);

    private final ClusterSharding sharding;
    private final KeepersHere here;
    private final Supplier<CatalogVersion> catalog;
    private final Clock clock;

    NodeLeases(ClusterSharding sharding, KeepersHere here, Supplier<CatalogVersion> catalog, Clock clock) {
        this.sharding = sharding;
        this.here = here;
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * Renews, when the write does no more than that; the answer is the Lease at its unchanged version with the new
     * time. Null when the write is another one.
     *
     * @param lease as the catalog has it; the request's resourceVersion, if any, is its own
     */
    CompletionStage<WriteResult> renew(WriteRequest request, StoredObject lease) {
        if (!LeaseRenewal.isNodeLease(request.kind(), request.namespace()) || request.dryRun()) {
            return null;
        }
        Heartbeats heartbeats = here.of(lease.name());
        // The keeper's few nodes are searched sooner than all of the catalog.
        boolean exists = heartbeats != null && heartbeats.knows(lease.name())
                || catalog.get().node(lease.name()).exists();
        if (!exists) {
            return null;
        }
        RenewedLease.Renewable renewable = new RenewedLease.Renewable(lease);
        String plain = LeaseRenewal.plain(request.write(), lease.uid(), renewable::time);
        String time = plain != null ? plain : LeaseRenewal.of(lease.tree(), request.write(), clock.instant());
        if (time == null) {
            return null;
        }
        if (heartbeats != null) {
            heartbeats.heard(lease.name(), new LeaseKeeper.Kept(lease.uid(), time));
            return CompletableFuture.completedFuture(renewed(renewable, time));
        }
        CompletionStage<LeaseKeeper.Kept> kept = keeper(lease.name())
                .ask(replyTo -> new LeaseKeeper.Renew(lease.name(), lease.uid(), time, replyTo), KEEPER_PATIENCE);
        return Answers.plain(kept).thenApply(done -> renewed(renewable, time));
    }

    private static WriteResult renewed(RenewedLease.Renewable lease, String time) {
        return new WriteResult.Stored(lease.renewed(time), List.of());
    }

    /** As {@link io.everynode.controlplane.ControlPlane#renewLeases}. */
    List<String> renew(List<String> nodes, Instant at) {
        CatalogVersion version = catalog.get();
        String time = LeaseRenewal.timeOf(at);
        List<String> others = new ArrayList<>();
        for (String node : nodes) {
            StoredObject lease =
                    version.get(Kinds.LEASE, LeaseRenewal.NAMESPACE, node).orElse(null);
            if (lease == null) {
                others.add(node);
            } else {
                heard(node, lease.uid(), time);
            }
        }
        return others;
    }

    /** To be called after each journaled write that was stored. */
    void written(WriteRequest request, WriteResult result) {
        if (!(result instanceof WriteResult.Stored stored)) {
            return;
        }
        StoredObject object = stored.object();
        if (request.kind().equals(Kinds.NODE) && request.write().ofStatus()) {
            heard(object.name(), "", "");
        } else if (LeaseRenewal.isNodeLease(request.kind(), request.namespace()) && carriesTime(request.write())) {
            heard(object.name(), object.uid(), Json.text(object.tree(), "spec", "renewTime"));
        }
    }

    /** @param leaseUid "" when it was not by its Lease */
    private void heard(String node, String leaseUid, String time) {
        Heartbeats heartbeats = here.of(node);
        if (heartbeats == null) {
            keeper(node).tell(new LeaseKeeper.Heard(node, leaseUid, time));
        } else {
            heartbeats.heard(node, leaseUid.isEmpty() ? null : new LeaseKeeper.Kept(leaseUid, time));
        }
    }

    /** A label put on a Lease by somebody is no sign of life. */
    private static boolean carriesTime(ObjectWrite write) {
        return !(write instanceof ObjectWrite.Patch patch)
                || !patch.body().isObject()
                || patch.body().path("spec").has("renewTime");
    }

    /** The object with the newest renewal, if it is a node's Lease; else the object. */
    CompletionStage<StoredObject> newest(StoredObject object) {
        if (!LeaseRenewal.isNodeLease(object.kind(), object.namespace())) {
            return CompletableFuture.completedFuture(object);
        }
        Heartbeats heartbeats = here.of(object.name());
        if (heartbeats != null) {
            return CompletableFuture.completedFuture(later(object, heartbeats.newest(object.name())));
        }
        CompletionStage<LeaseKeeper.Kept> asked =
                keeper(object.name()).ask(replyTo -> new LeaseKeeper.Newest(object.name(), replyTo), READ_PATIENCE);
        return Answers.plain(asked).handle((kept, failure) -> failure != null ? object : later(object, kept));
    }

    /** Times of this kind have one width, so that the later one is the greater text. */
    private static StoredObject later(StoredObject lease, LeaseKeeper.Kept kept) {
        RenewedLease.Renewable renewable = new RenewedLease.Renewable(lease);
        return kept.leaseUid().equals(lease.uid()) && kept.renewTime().compareTo(renewable.time()) > 0
                ? renewable.renewed(kept.renewTime())
                : lease;
    }

    private EntityRef<LeaseKeeper.Message> keeper(String node) {
        return sharding.entityRefFor(LeaseKeeper.KEY, LeaseKeeper.of(node));
    }
}
