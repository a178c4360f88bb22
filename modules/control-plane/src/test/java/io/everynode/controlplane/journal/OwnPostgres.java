package io.everynode.controlplane.journal;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A PostgreSQL of one test's own, to be killed, frozen and starved. */
public final class OwnPostgres implements AutoCloseable {
    static {
        TestLogs.quiet();
    }

    private static final String USER = "everynode";

    private final Path data;
    private final EmbeddedPostgres server;
    private final List<String> command = new ArrayList<>();
    private final int port;

    public OwnPostgres(Path data) throws IOException {
        this(data, Map.of());
    }

    /** @param settings as in postgresql.conf */
    public OwnPostgres(Path data, Map<String, String> settings) throws IOException {
        this.data = data;
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false);
        settings.forEach(builder::setServerConfig);
        this.server = builder.start();
        this.port = server.getPort();
        ProcessHandle.Info started = processes().findFirst().orElseThrow().info();
        command.add(started.command().orElseThrow());
        command.addAll(List.of(started.arguments().orElseThrow()));
        execute("CREATE ROLE " + USER + " LOGIN PASSWORD 'secret'");
        execute("CREATE DATABASE journal OWNER " + USER);
    }

    /** By a user that is no superuser, as its limits would not hold for one. */
    public DatabaseSettings settings() {
        return settings("localhost", "");
    }

    /** @param parameters of the URL, with the question mark before them */
    public DatabaseSettings settings(String host, String parameters) {
        return new DatabaseSettings(
                DatabaseSettings.Kind.POSTGRES,
                "jdbc:postgresql://" + host + ":" + port + "/journal" + parameters,
                USER,
                "secret");
    }

    /** From now on no new session of the journal's user is without TLS. */
    public void refusePlain() throws IOException {
        Path rules = data.resolve("pg_hba.conf");
        Files.writeString(rules, "hostnossl all " + USER + " all reject\n" + Files.readString(rules));
        execute("SELECT pg_reload_conf()");
    }

    /** The first column of what is found, as text. */
    public List<String> ask(String sql) {
        List<String> answers = new ArrayList<>();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                answers.add(found.getString(1));
            }
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
        return answers;
    }

    /** As the superuser, in the journal's database if that is there. */
    public void execute(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    public void executeInJournal(String sql) {
        try (Connection connection = server.getDatabase("postgres", "journal").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    /** No new session for the journal's user, and the end of those it has: SQLSTATE 53300. */
    public void takeConnections() {
        execute("ALTER ROLE " + USER + " CONNECTION LIMIT 0");
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + USER + "'");
    }

    public void giveConnections() {
        execute("ALTER ROLE " + USER + " CONNECTION LIMIT -1");
    }

    /** SIGKILL to all of its processes. */
    public void kill() throws IOException {
        List<ProcessHandle> all = processes().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    /** Again as it was started; the library would not start a second one on these data in one JVM. */
    public void restart() throws IOException {
        List<String> again = new ArrayList<>(command);
        if (System.getProperty("user.name").equals("root")) {
            // PostgreSQL refuses to run as root; in a user namespace it does not see that it does.
            again.addAll(0, List.of("unshare", "-U"));
        }
        Path output = data.resolveSibling("postgres.log");
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        new ProcessBuilder(again)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> {
                    execute("SELECT 1");
                    return true;
                });
    }

    public void freeze() throws IOException {
        signal("-STOP");
    }

    public void thaw() throws IOException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException {
        String[] command = Stream.concat(
                        Stream.of("kill", signal), processes().map(process -> Long.toString(process.pid())))
                .toArray(String[]::new);
        new ProcessBuilder(command).inheritIO().start().onExit().join();
    }

    /** What the library has started ends once this runs. */
    private Stream<ProcessHandle> processes() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants());
    }

    @Override
    public void close() throws IOException {
        thaw();
        server.close();
    }
}
