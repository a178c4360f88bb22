package io.everynode.faults.cluster;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** A PostgreSQL of our own in a directory, which waits for the disk at each commit. Thread-safe. */
final class EmbeddedDatabase implements LocalDatabase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NAME = "postgres";

    private final Path directory;
    private final int port;
    private final Map<String, String> settings;
    private EmbeddedPostgres postgres;
    private boolean frozen;

    /** @param settings of the server, over the defaults */
    EmbeddedDatabase(Path directory, int port, Map<String, String> settings) {
        this.directory = directory;
        this.port = port;
        this.settings = Map.copyOf(settings);
    }

    @Override
    public synchronized void start() throws IOException {
        if (postgres != null && postmaster().isPresent()) {
            return;
        }
        if (postgres != null) {
            // Only gives the lock of the directory back.
            postgres.close();
        }
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(PATIENCE)
                // By default it would not wait for the disk.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on");
        settings.forEach(builder::setServerConfig);
        frozen = false;
        postgres = builder.start();
    }

    @Override
    public synchronized void kill() throws IOException {
        long[] pids = processes();
        Signals.sendToThose("KILL", pids);
        for (long pid : pids) {
            awaitEnd(pid);
        }
        frozen = false;
    }

    /** Where nothing collects dead processes they stay as entries without a program. */
    private static void awaitEnd(long pid) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (ProcessHandle.of(pid)
                .filter(process -> process.info().command().isPresent())
                .isPresent()) {
            if (System.nanoTime() > end) {
                throw new IOException("PostgreSQL's process " + pid + " does not end");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    @Override
    public synchronized void freeze() throws IOException {
        // The first one first, as it makes the others.
        Signals.send("STOP", postmaster().map(ProcessHandle::pid).orElseThrow(EmbeddedDatabase::notRunning));
        Signals.sendToThose("STOP", processes());
        frozen = true;
    }

    @Override
    public synchronized void thaw() throws IOException {
        Signals.sendToThose("CONT", processes());
        frozen = false;
    }

    @Override
    public synchronized void stop() throws IOException {
        if (postgres == null) {
            return;
        }
        if (frozen) {
            thaw();
        }
        postgres.close();
        postgres = null;
    }

    private static IOException notRunning() {
        return new IOException("PostgreSQL is not running");
    }

    /** It and all that it has forked; empty when it is not running. */
    private long[] processes() throws IOException {
        Optional<ProcessHandle> first = postmaster();
        return first.isEmpty()
                ? new long[0]
                : LongStream.concat(
                                LongStream.of(first.get().pid()),
                                first.get().descendants().mapToLong(ProcessHandle::pid))
                        .toArray();
    }

    private Optional<ProcessHandle> postmaster() throws IOException {
        return postmaster(directory);
    }

    /** The running server of a data directory. Its file stays when it was killed, and names nothing then. */
    static Optional<ProcessHandle> postmaster(Path directory) throws IOException {
        Path file = directory.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String[] lines = Files.readString(file).split("\n");
        return ProcessHandle.of(Long.parseLong(lines[0].strip()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info().command().orElse("").endsWith("postgres"));
    }

    @Override
    public String url() {
        return url("127.0.0.1", port);
    }

    @Override
    public String url(String host, int atPort) {
        return "jdbc:postgresql://" + host + ":" + atPort + "/" + NAME;
    }

    @Override
    public String user() {
        return NAME;
    }

    @Override
    public String password() {
        return NAME;
    }

    @Override
    public Optional<InetSocketAddress> address() {
        return Optional.of(new InetSocketAddress("127.0.0.1", port));
    }

    @Override
    public synchronized String state() {
        try {
            return postmaster().isEmpty() ? "down" : frozen ? "frozen" : "running";
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }
}
