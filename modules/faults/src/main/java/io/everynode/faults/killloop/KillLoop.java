package io.everynode.faults.killloop;

import io.everynode.faults.cluster.ClusterApi;
import io.everynode.faults.cluster.Doors;
import io.everynode.faults.cluster.ServerProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Kills a server on H2 with SIGKILL again and again while clients write, and looks each time it came back whether
 * everything that was acknowledged is there (invariant I3), and whether its starts take longer and longer.
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
    private final Ledger ledger = new Ledger();
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
                wrong.addAll(ledger.settle(api.get(Load.PATH).body()));
                Load load = Load.start(api, ledger);
                ledger.awaitAcknowledged(ledger.acknowledged() + 1 + chance.nextInt(writes), WRITE_PATIENCE);
                server.destroyForcibly();
                wrong.addAll(load.awaitEnd());
            } finally {
                server.destroyForcibly().waitFor();
            }
            if (loop % 10 == 0 || loop == loops) {
                System.out.printf(
                        "loop %d: %d writes acknowledged, start %d ms, journal %d KiB%n",
                        loop, ledger.acknowledged(), starts.get(loop - 1), journalKib());
            }
        }
        if (ledger.acknowledged() < starts.size()) {
            wrong.add("there were loops without an acknowledged write");
        }
        judgeStarts();
        wrong.forEach(line -> System.out.println("FAILED " + line));
        System.out.printf(
                "{\"loops\":%d,\"acknowledged\":%d,\"startMedianMillisFirstQuarter\":%d,"
                        + "\"startMedianMillisLastQuarter\":%d,\"journalKiB\":%d,\"broken\":%d}%n",
                starts.size(), ledger.acknowledged(), firstQuarter(), lastQuarter(), journalKib(), wrong.size());
        return wrong.isEmpty() ? 0 : 1;
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
