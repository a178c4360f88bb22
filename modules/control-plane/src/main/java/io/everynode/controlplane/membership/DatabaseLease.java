package io.everynode.controlplane.membership;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.ExecutionContext;

/**
 * A lease in the database, for the split-brain resolver of two members (configured as
 * {@code everynode.database-lease}): whoever gets it goes on. It is renewed while it is held and ends by the database's
 * clock when its holder cannot renew it, or is fenced.
 *
 * <p>Who is refused asks for somewhat longer than a lease lasts, as its holder may have died with it. While the
 * database does not answer nobody is refused: a no means that this member gives itself up.
 */
public final class DatabaseLease extends Lease {
    private static final Logger log = LoggerFactory.getLogger(DatabaseLease.class);
    private static final Duration ASK_AGAIN = Duration.ofMillis(300);

    private final LeaseSettings settings;
    private final ExtendedActorSystem system;
    private final MembershipExtension membership;
    private final ExecutionContext blocking;
    private final Duration time;
    private final Duration interval;
    private volatile long heldUntil;
    private volatile boolean wanted;
    private Cancellable renewals = Cancellable.alreadyCancelled();

    public DatabaseLease(LeaseSettings settings, ExtendedActorSystem system) {
        this.settings = settings;
        this.system = system;
        this.membership = MembershipExtension.of(system);
        this.blocking = system.dispatchers().lookup("pekko.actor.default-blocking-io-dispatcher");
        this.time = settings.leaseConfig().getDuration("heartbeat-timeout");
        this.interval = settings.leaseConfig().getDuration("heartbeat-interval");
        this.heldUntil = System.nanoTime();
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    @Override
    public CompletionStage<Boolean> acquire() {
        wanted = true;
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        blocking.execute(() -> ask(answer, System.nanoTime()));
        return answer;
    }

    /** Losing it is told by {@link #checkLease} only; the resolver asks there. */
    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
        return acquire();
    }

    /** @param since when the database answered for the first time, or before */
    private void ask(CompletableFuture<Boolean> answer, long since) {
        long from = since;
        try {
            if (take()) {
                renew();
                answer.complete(true);
                return;
            }
            if (System.nanoTime() - from > time.plusSeconds(1).toNanos()) {
                answer.complete(false);
                return;
            }
        } catch (SQLException | RuntimeException failure) {
            log.warn("The lease {} cannot be asked for: {}", settings.leaseName(), failure.toString());
            from = System.nanoTime();
        }
        long next = from;
        system.scheduler().scheduleOnce(ASK_AGAIN, () -> ask(answer, next), blocking);
    }

    private boolean take() throws SQLException {
        // Counted from before the question, so that this side's end is never later than the database's.
        long before = System.nanoTime();
        boolean taken = membership.leases().join().take(settings.leaseName(), membership.member(), time);
        if (taken) {
            heldUntil = before + time.toNanos();
        }
        return taken;
    }

    private synchronized void renew() {
        renewals.cancel();
        renewals = system.scheduler().scheduleWithFixedDelay(interval, interval, this::renewOnce, blocking);
    }

    private void renewOnce() {
        try {
            if (wanted && !take()) {
                log.warn("The lease {} was lost", settings.leaseName());
                release();
            }
        } catch (SQLException | RuntimeException failure) {
            log.warn("The lease {} cannot be renewed: {}", settings.leaseName(), failure.toString());
        }
    }

    @Override
    public synchronized CompletionStage<Boolean> release() {
        wanted = false;
        renewals.cancel();
        heldUntil = System.nanoTime();
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        membership.leases().join().free(settings.leaseName(), membership.member());
                        return true;
                    } catch (SQLException failure) {
                        log.warn("The lease {} ends by its time: {}", settings.leaseName(), failure.toString());
                        return false;
                    }
                },
                blocking::execute);
    }

    @Override
    public boolean checkLease() {
        return wanted && System.nanoTime() - heldUntil < 0;
    }
}
