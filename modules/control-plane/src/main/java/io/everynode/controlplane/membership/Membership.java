package io.everynode.controlplane.membership;

import io.everynode.controlplane.journal.JournalDatabase;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.journal.MemberFence;
import io.everynode.controlplane.journal.MemberFenced;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This JVM as a member: how it gets into the cluster, its row in the database, what it does before it takes over from a
 * lost member, and how it learns that it is lost itself. Make it before shards and singletons are started; safe for
 * several threads.
 */
public final class Membership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);

    /** The phase of a clean end after shards were handed over and before the others see this member leave. */
    private static final String HANDED_OVER = "everynode-handed-over";

    private final ActorSystem<Void> system;
    private final JournalDatabase database;
    private final String member;
    private final ExecutorService executor;
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    private final Optional<MemberThread> thread;
    private volatile boolean leaving;

    /** @param member this JVM's id in the database */
    public Membership(ActorSystem<Void> system, JournalDatabase database, ClusterSettings settings, String member) {
        this.system = system;
        this.database = database;
        this.member = member;
        this.executor = Executors.newSingleThreadExecutor(task -> {
            Thread named = new Thread(task, "everynode-fencing");
            named.setDaemon(true);
            return named;
        });
        MembershipExtension extension = MembershipExtension.of(Adapter.toClassic(system));
        Optional<MemberFence> fence = database.fence();
        if (fence.isPresent()) {
            MemberThread own = new MemberThread(system, database, fence.get(), settings, member, this::lost);
            this.thread = Optional.of(own);
            ActorRef<Object> gate = system.systemActorOf(
                    TakeoverGate.create(inView -> fenceAllBut(fence.get(), inView), executor, this::lost),
                    "takeover-gate",
                    Props.empty());
            extension.install(member, () -> TakeoverGate.pass(gate), new LeaseTable(database.dataSource()));
        } else {
            this.thread = Optional.empty();
            extension.install(member, () -> CompletableFuture.completedFuture(true), LeaseTable.alone());
        }
        Cluster cluster = Cluster.get(Adapter.toClassic(system));
        cluster.registerOnMemberRemoved(() -> lost("the cluster went on without this member"));
        CoordinatedShutdown.get(system)
                .addTask(
                        HANDED_OVER,
                        "member-row",
                        () -> CompletableFuture.supplyAsync(() -> {
                            if (leaving && extension.shards().isEmpty()) {
                                left();
                            }
                            return Done.getInstance();
                        }));
        system.getWhenTerminated().thenRun(() -> lost("the actors have ended"));
    }

    /** Tells others through the database that this JVM is there, before it joins them. */
    public void announce() {
        thread.ifPresent(MemberThread::start);
    }

    /**
     * Gets into the cluster: through the database, or alone if nobody shares it. Returns at once, and tries for ever.
     */
    public void join() {
        Cluster cluster = Cluster.get(Adapter.toClassic(system));
        if (thread.isEmpty()) {
            cluster.join(cluster.selfAddress());
        }
        thread.ifPresent(MemberThread::join);
    }

    /** Why this JVM is in no cluster yet, for people. */
    public Optional<String> waitingFor() {
        return thread.flatMap(MemberThread::waitingFor);
    }

    /** Tells the other members and operators where this JVM's API is reached. */
    public void serves(String apiAddress) {
        thread.ifPresent(own -> own.serves(apiAddress));
    }

    /**
     * Completes, with a reason for people, when this JVM is shut out: fenced, downed or removed by the others, or when
     * its actors ended without {@link #leave}. It must end at once; started again it comes back as another member.
     */
    public CompletionStage<String> lost() {
        return lost;
    }

    /** From now on the end of this member is wanted. */
    public void leave() {
        leaving = true;
    }

    /**
     * This member writes no more, as its actors have ended: nobody has to fence it. Not to be called by a member that
     * was lost.
     */
    public void left() {
        thread.ifPresent(own -> own.stop(!lost.isDone()));
    }

    @Override
    public void close() {
        leave();
        thread.ifPresent(own -> own.stop(false));
        executor.shutdownNow();
    }

    private void lost(String reason) {
        if (!leaving && lost.complete(reason)) {
            log.error("This member ({}) ends: {}", member, reason);
            system.terminate();
        }
    }

    private void fenceAllBut(MemberFence fence, Set<String> inView) {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(true);
            if (MemberTable.fenced(connection, member)) {
                throw new MemberFenced("it was fenced");
            }
            if (!MemberTable.up(connection, member)) {
                throw new JournalUnavailable("the row of this member is missing", null);
            }
            for (String other : MemberTable.othersUp(connection, member)) {
                if (!inView.contains(other)) {
                    log.warn("Fencing member {}, which the cluster has lost", other);
                    fence.fence(other, "lost by the cluster");
                    MemberTable.remove(connection, other);
                }
            }
        } catch (SQLException failure) {
            throw new JournalUnavailable("members cannot be fenced: " + failure.getMessage(), failure);
        }
    }
}
