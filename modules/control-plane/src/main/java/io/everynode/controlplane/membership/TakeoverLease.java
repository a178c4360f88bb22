package io.everynode.controlplane.membership;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;

/**
 * What Pekko takes for the lease of each shard and singleton (configured as {@code everynode.takeover-lease}): not a
 * lease, but the point before each start at which lost members are fenced, see {@link TakeoverGate}. It is never lost,
 * as a member that others fence cannot write from then on, and ends.
 */
public final class TakeoverLease extends Lease {

    /** Is in the name of the lease of a shard, and not in that of a singleton. */
    private static final String SHARD = "-shard-";

    private final LeaseSettings settings;
    private final MembershipExtension membership;

    public TakeoverLease(LeaseSettings settings, ExtendedActorSystem system) {
        this.settings = settings;
        this.membership = MembershipExtension.of(system);
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    @Override
    public CompletionStage<Boolean> acquire() {
        if (settings.leaseName().contains(SHARD)) {
            membership.shards().add(settings.leaseName());
        }
        return membership.pass();
    }

    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
        return acquire();
    }

    @Override
    public CompletionStage<Boolean> release() {
        membership.shards().remove(settings.leaseName());
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public boolean checkLease() {
        return true;
    }
}
