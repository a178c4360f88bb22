package io.everynode.faults.chaos.run;

import io.everynode.faults.cluster.LocalDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What can be done to the embedded PostgreSQL beyond signals. Not thread-safe; each fault at most once at a time. */
final class DatabaseFaults {

    private static final int PRLIMIT_SECONDS = 10;
    private static final long HOG_PAUSE_MILLIS = 20;

    private final LocalDatabase database;
    private final Path directory;
    private final List<Connection> taken = new ArrayList<>();
    private Thread hog;

    /** @param directory of the database's files */
    DatabaseFaults(LocalDatabase database, Path directory) {
        this.database = database;
        this.directory = directory;
    }

    /** Ends all connections of others and takes each that comes free, until {@link #giveConnectionsBack}. */
    void takeConnections() {
        hog = new Thread(this::takeAll, "connections");
        hog.setDaemon(true);
        hog.start();
    }

    private void takeAll() {
        boolean terminated = false;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    taken.add(DriverManager.getConnection(database.url(), database.user(), database.password()));
                    if (!terminated) {
                        terminateOthers(taken.get(0));
                        terminated = true;
                    }
                } catch (SQLException full) {
                    TimeUnit.MILLISECONDS.sleep(HOG_PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            // Given back.
        }
    }

    private static void terminateOthers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
        }
    }

    void giveConnectionsBack() throws InterruptedException {
        if (hog == null) {
            return;
        }
        hog.interrupt();
        hog.join();
        hog = null;
        for (Connection connection : taken) {
            try {
                connection.close();
            } catch (SQLException e) {
                // Its server may have died in between.
            }
        }
        taken.clear();
    }

    /**
     * No process of it can write to a file from now on, as when the disk is full. PostgreSQL then cannot write its log,
     * ends all sessions and tries to recover, or ends.
     */
    void fillDisk() throws IOException, InterruptedException {
        limitFiles("0:");
    }

    /** It can write again; one that has ended must be started. */
    void freeDisk() throws IOException, InterruptedException {
        limitFiles("unlimited:");
    }

    /** The soft limit of each process, and so of those that they will make; the hard one stays. */
    private void limitFiles(String limit) throws IOException, InterruptedException {
        Path file = directory.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        long first = Long.parseLong(Files.readAllLines(file).get(0).strip());
        List<ProcessHandle> processes = ProcessHandle.of(first)
                .map(process ->
                        Stream.concat(Stream.of(process), process.descendants()).toList())
                .orElse(List.of());
        for (ProcessHandle process : processes) {
            // One that has just ended is of no interest.
            new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + limit)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(PRLIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
