package io.everynode.controlplane.membership;

import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.JournalDatabase;
import io.everynode.controlplane.journal.MemberFence;
import io.everynode.controlplane.journal.MemberFenced;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a connection of its own that renews this member's row every second and, with what it sees while it
 * does: gets this JVM into a cluster, finds out that it is fenced, and fences a writer that everybody waits for and
 * that is not reachable. It does nothing else, so that a heartbeat is late only when the JVM or the database is.
 */
final class MemberThread {
    private static final Logger log = LoggerFactory.getLogger(MemberThread.class);

    private static final Duration BEAT = Duration.ofSeconds(1);
    private static final Duration BEAT_WHILE_JOINING = Duration.ofMillis(300);

    /** Whoever leaves the journal's lock idle for longer is frozen, or cut off from the database. */
    private static final Duration IDLE_WRITER = Duration.ofSeconds(2);

    /** A look at the others that comes later than this after the one before does not continue it. */
    private static final Duration GAP = Duration.ofSeconds(2);

    private static final Duration ASK_AGAIN = Duration.ofSeconds(10);
    private static final Duration JOINING_PATIENCE = Duration.ofSeconds(60);
    private static final int NETWORK_TIMEOUT_MILLIS = 5_000;

    private final Cluster cluster;
    private final JournalDatabase database;
    private final MemberFence fence;
    private final ClusterSettings settings;
    private final String member;
    private final String address;
    private final Consumer<String> lost;
    private final Thread thread = new Thread(this::run, "everynode-member");

    private volatile boolean stopping;
    private volatile boolean removeRow;
    private volatile String apiAddress = "";
    private volatile String waitingFor = "its own catalog";
    private volatile boolean forming;
    private Connection connection;
    private boolean failing;
    private long lookingSince;
    private long lookedLast;
    private List<String> asked = List.of();
    private long askedAt;
    private long joiningSince;

    MemberThread(
            ActorSystem<Void> system,
            JournalDatabase database,
            MemberFence fence,
            ClusterSettings settings,
            String member,
            Consumer<String> lost) {
        this.cluster = Cluster.get(Adapter.toClassic(system));
        this.database = database;
        this.fence = fence;
        this.settings = settings;
        this.member = member;
        this.address = cluster.selfAddress().toString();
        this.lost = lost;
        thread.setDaemon(true);
    }

    /** From now on this member has a row, and finds out when it is fenced. */
    void start() {
        thread.start();
    }

    void join() {
        forming = true;
        waitingFor = "the database";
        LockSupport.unpark(thread);
    }

    void serves(String newApiAddress) {
        apiAddress = newApiAddress;
        LockSupport.unpark(thread);
    }

    Optional<String> waitingFor() {
        return Optional.of(waitingFor).filter(reason -> !reason.isEmpty());
    }

    /** Ends the thread; once it has ended, nothing here uses the database. */
    void stop(boolean withoutTrace) {
        removeRow |= withoutTrace;
        stopping = true;
        LockSupport.unpark(thread);
        if (thread.isAlive()) {
            try {
                thread.join(NETWORK_TIMEOUT_MILLIS + 1_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        while (!stopping) {
            long began = System.nanoTime();
            try {
                beat();
                failing = false;
            } catch (SQLException | RuntimeException failure) {
                failed(failure);
            }
            Duration pause = waitingFor.isEmpty() ? BEAT : BEAT_WHILE_JOINING;
            long end = began + pause.toNanos();
            for (long left = end - System.nanoTime(); left > 0 && !stopping; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
        farewell();
    }

    private void failed(Exception failure) {
        if (failure instanceof MemberFenced) {
            lost.accept(failure.getMessage());
        } else if (!failing) {
            log.warn("The row of this member cannot be renewed: {}", failure.toString());
        }
        failing = true;
        lookedLast = 0;
        disconnect();
    }

    private void disconnect() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException alreadyBroken) {
                log.debug("A connection ended", alreadyBroken);
            }
            connection = null;
        }
    }

    private void farewell() {
        try {
            if (removeRow) {
                if (connection == null) {
                    connect();
                }
                MemberTable.remove(connection, member);
            }
        } catch (SQLException failure) {
            log.warn("The row of this member stays, until others fence it: {}", failure.toString());
        }
        disconnect();
    }

    private void connect() throws SQLException {
        connection = database.session();
        Executor inThread = Runnable::run;
        connection.setNetworkTimeout(inThread, NETWORK_TIMEOUT_MILLIS);
    }

    private void beat() throws SQLException {
        if (connection == null) {
            connect();
        }
        connection.setAutoCommit(true);
        switch (MemberTable.renew(connection, member, apiAddress)) {
            case FENCED -> lost.accept("it was fenced");
            case MISSING -> {
                MemberTable.register(connection, member, address, FormatGate.role(EventTypes.READABLE_FORMAT));
                if (waitingFor.isEmpty()) {
                    MemberTable.up(connection, member);
                }
                getIn();
            }
            case DONE -> {
                getIn();
                fenceIdleWriter();
            }
        }
    }

    private void getIn() throws SQLException {
        if (waitingFor.isEmpty()) {
            return;
        }
        MemberStatus status = cluster.selfMember().status();
        if (status.equals(MemberStatus.up())) {
            MemberTable.up(connection, member);
            waitingFor = "";
        } else if (status.equals(MemberStatus.removed()) && forming && !cluster.isTerminated()) {
            look();
        } else if (status.equals(MemberStatus.joining()) || status.equals(MemberStatus.weaklyUp())) {
            waitingFor = "the members that are to let this one in";
            giveUpJoining();
        }
    }

    /** The members that let this one in may be gone before it was up. */
    private void giveUpJoining() {
        long now = System.nanoTime();
        joiningSince = joiningSince == 0 ? now : joiningSince;
        if (now - joiningSince > JOINING_PATIENCE.toNanos()) {
            lost.accept("it was let in and did not come up within " + JOINING_PATIENCE.toSeconds() + " s");
        }
    }

    private void look() throws SQLException {
        List<Formation.Other> others = MemberTable.others(connection, member);
        long now = System.nanoTime();
        boolean continued = lookedLast != 0 && now - lookedLast < GAP.toNanos();
        if (!continued || Formation.somebodyAlive(others, address, settings.aliveFor())) {
            lookingSince = now;
        }
        lookedLast = now;
        Formation.Step step = next(others);
        if (step instanceof Formation.Step.Found) {
            step = found();
        }
        if (step instanceof Formation.Step.Join join) {
            waitingFor = "an answer of the members " + join.addresses();
            ask(join.addresses());
        } else if (step instanceof Formation.Step.Wait wait) {
            waitingFor = wait.reason();
            ask(List.of());
        }
    }

    private Formation.Step next(List<Formation.Other> others) {
        return Formation.next(others, address, settings.aliveFor(), Duration.ofNanos(System.nanoTime() - lookingSince));
    }

    /** @param alive those that the database tells of; seed nodes may be of an earlier version, without a row */
    private void ask(List<String> alive) {
        List<String> addresses = Stream.concat(alive.stream(), settings.seedNodes().stream())
                .filter(other -> !other.equals(address))
                .distinct()
                .toList();
        long now = System.nanoTime();
        boolean same = addresses.equals(asked);
        if (addresses.isEmpty() || same && now - askedAt < ASK_AGAIN.toNanos()) {
            return;
        }
        if (!same) {
            log.info("Asking {} to let this member in", addresses);
        }
        asked = addresses;
        askedAt = now;
        List<Address> seeds =
                addresses.stream().map(AddressFromURIString::parse).toList();
        cluster.joinSeedNodes(seeds);
    }

    /** Only one JVM at a time is here; what it decides on is what it sees now. */
    private Formation.Step found() throws SQLException {
        connection.setAutoCommit(false);
        try {
            if (!MemberTable.lockFounding(connection)) {
                return new Formation.Step.Wait("another JVM that founds the cluster");
            }
            Formation.Step step = next(MemberTable.others(connection, member));
            if (!(step instanceof Formation.Step.Found found)) {
                return step;
            }
            for (String other : found.fenced()) {
                log.warn("Fencing member {}, which was heard no more when a cluster was founded", other);
                fence.fence(other, "heard no more when a cluster was founded");
                MemberTable.remove(connection, other);
            }
            MemberTable.removeLostJoiners(connection);
            if (MemberTable.fenced(connection, member)) {
                throw new MemberFenced("it was fenced");
            }
            if (!MemberTable.up(connection, member)) {
                return new Formation.Step.Wait("its own row");
            }
            connection.commit();
            log.info("Founding a cluster");
            forming = false;
            cluster.join(cluster.selfAddress());
            return step;
        } finally {
            // Without effect after the commit.
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private void fenceIdleWriter() throws SQLException {
        Optional<String> writer = MemberTable.idleWriter(connection, MemberFence.JOURNAL_LOCK, IDLE_WRITER);
        if (writer.isPresent() && !writer.get().equals(member) && waitingFor.isEmpty() && !reachable(writer.get())) {
            log.warn("Fencing member {}, which holds the journal and cannot be reached", writer.get());
            fence.fence(writer.get(), "held the journal and could not be reached");
        }
    }

    /** Whether it may be one that this JVM sees; those of an earlier version do not tell their ids. */
    private boolean reachable(String id) {
        Set<Member> unreachable = cluster.state().getUnreachable();
        boolean may = false;
        for (Member other : cluster.state().getMembers()) {
            Optional<String> its = PekkoSettings.member(other.getRoles());
            may |= its.isEmpty() || its.get().equals(id) && !unreachable.contains(other);
        }
        return may;
    }
}
