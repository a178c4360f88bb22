package io.everynode.faults.killloop;

import io.everynode.faults.cluster.ClusterApi;
import io.everynode.faults.cluster.Doors;
import io.everynode.faults.cluster.ServerProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Kills a server on H2 with SIGKILL again and again while clients write, and looks each time it came back whether
 * everything that was acknowledged is there (invariant I3), what Secrets hold too, and whether its starts take longer
 * and longer; in the end, whether the keys of all deleted Secrets are destroyed.
 */
@Command(
        name = "kill-loop",
        description = "SIGKILL in a loop for a server on H2 under write load; exit code 1 when a write is lost.",
        mixinStandardHelpOptions = true)
final class KillLoop implements Callable<Integer> {

    private static final Duration START_PATIENCE = Duration.ofSeconds(120);

    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(60);

    /** Of fewer loops the first and last quarters are too small to compare. */
    private static final int LOOPS_TO_COMPARE = 40;

    private static final double LONGEST_GROWTH = 1.25;

    @Option(names = "--loops", defaultValue = "200", description = "How often (default: ${DEFAULT-VALUE}).")
    private int loops;

    @Option(names = "--seed", defaultValue = "1", description = "Of the numbers of writes between two kills.")
    private long seed;

    @Option(names = "--writes", defaultValue = "300", description = "Most writes acknowledged between two kills.")
    private int writes;

    @Option(names = "--directory", required = true, description = "For data; must not exist.")
    private Path directory;

    private Doors doors;
    private final Ledger configMaps = Ledger.ofConfigMaps();
    private final Ledger secrets = Ledger.ofSecrets();
    private final List<Long> starts = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KillLoop()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        Files.createDirectory(directory);
        int port = freePort();
        doors = Doors.closed(directory.resolve("pki"));
        ClusterApi api = ClusterApi.of(doors.kubeconfig(directory, doors.address(port)));
        Random chance = new Random(seed);
        System.out.println("seed " + seed + ", " + loops + " loops");
        for (int loop = 1; loop <= loops && wrong.isEmpty(); loop++) {
            Process server = start(port);
            try {
                starts.add(awaitReady(server, api));
                settle(api);
                Load load = Load.start(api, configMaps, secrets);
                configMaps.awaitAcknowledged(configMaps.acknowledged() + 1 + chance.nextInt(writes), WRITE_PATIENCE);
                server.destroyForcibly();
                wrong.addAll(load.awaitEnd());
            } finally {
                server.destroyForcibly().waitFor();
            }
            if (loop % 10 == 0 || loop == loops) {
                System.out.printf(
                        "loop %d: %d writes acknowledged, start %d ms, journal %d KiB%n",
                        loop, configMaps.acknowledged() + secrets.acknowledged(), starts.get(loop - 1), journalKib());
            }
        }
        if (configMaps.acknowledged() < starts.size()) {
            wrong.add("there were loops without an acknowledged write");
        }
        if (wrong.isEmpty()) {
            judgeKeys(port, api);
        }
        judgeStarts();
        wrong.forEach(line -> System.out.println("FAILED " + line));
        System.out.printf(
                "{\"loops\":%d,\"acknowledged\":%d,\"ofSecrets\":%d,\"secretsDeleted\":%d,\"startMedianMillisFirstQuarter\":%d,"
                        + "\"startMedianMillisLastQuarter\":%d,\"journalKiB\":%d,\"broken\":%d}%n",
                starts.size(),
                configMaps.acknowledged() + secrets.acknowledged(),
                secrets.acknowledged(),
                secrets.deleted().size(),
                firstQuarter(),
                lastQuarter(),
                journalKib(),
                wrong.size());
        return wrong.isEmpty() ? 0 : 1;
    }

    /** All that was acknowledged is there, and Secrets' values are read. */
    private void settle(ClusterApi api) throws IOException, InterruptedException {
        wrong.addAll(configMaps.settle(api.get(Load.CONFIG_MAPS).body()));
        wrong.addAll(secrets.settle(api.get(Load.SECRETS).body()));
    }

    /**
     * After one more start and a clean end: those that are there have a key, and the keys of the others are destroyed.
     */
    private void judgeKeys(int port, ClusterApi api) throws IOException, InterruptedException, TimeoutException {
        Process server = start(port);
        try {
            awaitReady(server, api);
            settle(api);
            server.destroy();
            if (!server.waitFor(START_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new TimeoutException("the server did not end after " + START_PATIENCE);
            }
        } finally {
            server.destroyForcibly().waitFor();
        }
        Set<String> keys = keys();
        secrets.deleted().stream()
                .filter(keys::contains)
                .forEach(uid -> wrong.add("the key of the Secret " + uid + ", which was deleted, is there"));
        secrets.living().stream()
                .filter(uid -> !keys.contains(uid))
                .forEach(uid -> wrong.add("the Secret " + uid + " has no key"));
        if (secrets.deleted().isEmpty() || secrets.living().isEmpty()) {
            System.out.println("no Secret was deleted, or none is left: too few writes to say something of keys");
        }
    }

    private Set<String> keys() throws IOException {
        Set<String> uids = new HashSet<>();
        try (Connection database = DriverManager.getConnection(
                        "jdbc:h2:file:" + directory.toAbsolutePath() + "/journal;IFEXISTS=TRUE", "everynode", "");
                Statement statement = database.createStatement();
                ResultSet found = statement.executeQuery("SELECT \"object_uid\" FROM \"secret_key\"")) {
            while (found.next()) {
                uids.add(found.getString(1));
            }
        } catch (SQLException e) {
            throw new IOException("the keys of Secrets cannot be read", e);
        }
        return uids;
    }

    private void judgeStarts() {
        if (wrong.isEmpty() && starts.size() >= LOOPS_TO_COMPARE && lastQuarter() > LONGEST_GROWTH * firstQuarter()) {
            wrong.add("starts grew from " + firstQuarter() + " to " + lastQuarter() + " ms");
        }
    }

    private long firstQuarter() {
        return median(starts.subList(0, (starts.size() + 3) / 4));
    }

    private long lastQuarter() {
        return median(starts.subList(starts.size() - (starts.size() + 3) / 4, starts.size()));
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private Process start(int port) throws IOException {
        List<String> arguments = List.of(
                "server",
                "--port",
                Integer.toString(port),
                "--data-dir",
                directory.toString(),
                "--hollow-nodes",
                "0",
                "--apply",
                "none");
        List<String> options = new ArrayList<>(List.of("-Xmx512m"));
        options.addAll(doors.jvmOptions());
        return new ProcessBuilder(ServerProgram.ofThisRepository().command(options, arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output.log").toFile()))
                .start();
    }

    /** Milliseconds from the start of the process. */
    private static long awaitReady(Process server, ClusterApi api)
            throws InterruptedException, TimeoutException, IOException {
        long begun = System.nanoTime();
        while (!api.isReady()) {
            if (!server.isAlive()) {
                throw new IOException("the server ended by itself with code " + server.exitValue());
            }
            if (System.nanoTime() - begun > START_PATIENCE.toNanos()) {
                throw new TimeoutException("the server was not ready after " + START_PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private long journalKib() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".mv.db"))
                            .mapToLong(file -> file.toFile().length())
                            .sum()
                    / 1024;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
