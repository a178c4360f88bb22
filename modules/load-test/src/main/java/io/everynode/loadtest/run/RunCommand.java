package io.everynode.loadtest.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.client.ServerOptions;
import io.everynode.loadtest.plan.DaemonSetManifest;
import io.everynode.loadtest.plan.Phase;
import io.everynode.loadtest.report.PhaseResult;
import io.everynode.loadtest.report.ResultTable;
import io.everynode.loadtest.report.RunReport;
import io.everynode.loadtest.report.SizeResult;
import io.everynode.loadtest.times.CallTimes;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code run}: the life of one DaemonSet on many nodes, timed on watches; see docs/performance.md. */
@Command(
        name = "run",
        description = "Plays nodes against an API and times the life of a DaemonSet on them, as a watch tells it.",
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server;

    @Option(
            names = "--nodes",
            required = true,
            split = ",",
            paramLabel = "N",
            description = "Numbers of nodes, growing, such as 200,1000,5000: all phases run with each.")
    private List<Integer> nodes;

    @Option(
            names = "--warm-up",
            split = ",",
            paramLabel = "N",
            description =
                    "First so many nodes, several times such as 500,500, join, get Pods and go, with these phases "
                            + "and without figures: of programs that have seen nothing yet, their start is what would be measured.")
    private List<Integer> warmUps = List.of();

    @Option(
            names = "--phases",
            split = ",",
            paramLabel = "PHASE",
            description =
                    "Only these (join, create and delete are always there): update-100, update-10, undo, rest, join-one, "
                            + "labels-away, labels-back (default: all but rest).")
    private List<String> phases = List.of();

    @Option(
            names = "--in-server",
            description = "The server's own hollow nodes: those it has, or, when it has fewer, further ones that it "
                    + "is asked to play.")
    private boolean inServer;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "The DaemonSet (default: config/examples/02-fluentd-elasticsearch.yaml).")
    private Path manifest;

    @Option(
            names = "--joining",
            defaultValue = "1",
            paramLabel = "N",
            description = "Nodes that join one after another in join-one (default: ${DEFAULT-VALUE}).")
    private int joining;

    @Option(
            names = "--connections",
            defaultValue = "32",
            paramLabel = "N",
            description = "Requests under way at a time, for each address (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--lease-interval",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "Each played node renews its Lease so often; 0 for never (default: ${DEFAULT-VALUE}).")
    private double leaseSeconds;

    @Option(
            names = "--rest-seconds",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "How long the phase rest is (default: ${DEFAULT-VALUE}).")
    private int restSeconds;

    @Option(
            names = "--name-prefix",
            defaultValue = "load-",
            paramLabel = "TEXT",
            description = "What names of nodes begin with (default: ${DEFAULT-VALUE}).")
    private String prefix;

    @Option(
            names = "--server-pid",
            split = ",",
            paramLabel = "PID",
            description =
                    "Processes of the server and its database; with all that descend from them they are measured.")
    private List<Long> pids = List.of();

    @Option(
            names = "--journal",
            paramLabel = "JDBC-URL",
            description = "Everynode's database, to count rows and bytes; the password is taken from the environment, "
                    + "EVERYNODE_DATABASE_PASSWORD.")
    private String journal;

    @Option(
            names = "--journal-user",
            defaultValue = "everynode",
            paramLabel = "NAME",
            description = "User of --journal (default: ${DEFAULT-VALUE}).")
    private String journalUser;

    @Option(
            names = "--timeout",
            defaultValue = "1800",
            paramLabel = "SECONDS",
            description = "Give up when a phase takes longer (default: ${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Option(names = "--keep-nodes", description = "Leave the nodes in the API at the end.")
    private boolean keepNodes;

    @Option(names = "--label", defaultValue = "", paramLabel = "TEXT", description = "What curves call this run.")
    private String label;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures there, after each size.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadOptions options = options(server.access());
        Progress progress = new Progress(spec.commandLine().getErr());
        PrintWriter out = spec.commandLine().getOut();
        RunReport report = new RunReport(circumstances(options));
        warmUp(options, progress);
        List<PhaseResult> done = new ArrayList<>();
        int size = 0;
        try (ProcessMeter processes = pids.isEmpty() ? null : ProcessMeter.start(Path.of("/proc"), pids);
                JournalMeter rows = openJournal();
                LoadRun run = new LoadRun(options, processes, rows, progress)) {
            for (int next : options.sizes()) {
                size = next;
                run.run(size, phase -> {
                    done.add(phase);
                    progress.line(told(phase));
                });
                finish(new SizeResult(size, done), report, out);
                done.clear();
            }
        } catch (IOException | RuntimeException e) {
            report.failed(String.valueOf(e.getMessage()));
            finish(new SizeResult(size, done), report, out);
            throw e;
        }
        return 0;
    }

    private void warmUp(LoadOptions options, Progress progress) throws IOException, InterruptedException {
        for (int i = 0; i < warmUps.size(); i++) {
            progress.line("Warming up with " + warmUps.get(i) + " nodes");
            // Names of its own: what is late for a node that went must not meet one that came.
            LoadOptions warm = options.warmUp(warmUps.get(i), options.prefix() + "warm-" + (i + 1) + "-");
            try (LoadRun run = new LoadRun(warm, null, null, progress)) {
                run.run(warmUps.get(i), phase -> {});
            }
        }
    }

    /** Also of what was measured before a failure. */
    private void finish(SizeResult result, RunReport report, PrintWriter out) throws IOException {
        if (!result.phases().isEmpty()) {
            report.add(result);
            out.printf("%n%d nodes%n%n", result.nodes());
            out.print(ResultTable.phases(result));
            out.println();
            out.print(ResultTable.calls(result));
            out.flush();
        }
        if (json != null) {
            Files.writeString(json, report.toJson().toPrettyString() + "\n");
        }
    }

    private LoadOptions options(ClusterAccess access) throws IOException {
        Path file = manifest != null ? manifest : example();
        try {
            return new LoadOptions(
                    access,
                    inServer,
                    nodes,
                    Phase.plan(phases),
                    DaemonSetManifest.of(new YAMLMapper().readTree(Files.readString(file))),
                    joining,
                    prefix,
                    connections,
                    Duration.ofMillis(Math.round(leaseSeconds * 1000)),
                    Duration.ofSeconds(restSeconds),
                    Duration.ofSeconds(timeoutSeconds),
                    keepNodes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private JournalMeter openJournal() throws IOException {
        return journal == null
                ? null
                : JournalMeter.open(
                        journal, journalUser, System.getenv().getOrDefault("EVERYNODE_DATABASE_PASSWORD", ""));
    }

    private ObjectNode circumstances(LoadOptions options) throws IOException, InterruptedException {
        JsonNode version = new ApiClient(options.access(), CallTimes.NOBODY).get("version");
        ObjectNode all = Json.object()
                .put("label", label)
                .put("began", Instant.now().toString())
                .put("serverVersion", Json.text(version, "gitVersion"))
                .put("nodesPlayed", options.inServer() ? "in the server" : "outside")
                .put("daemonSet", options.manifest().name())
                .put("connections", options.connections())
                .put("leaseIntervalSeconds", leaseSeconds);
        warmUps.forEach(all.putArray("warmUps")::add);
        all.putObject("machine")
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("java", System.getProperty("java.runtime.version"));
        return all;
    }

    private static String told(PhaseResult phase) {
        return String.format(
                "%s: %d in %.2f s, %.0f/s", phase.phase().key(), phase.count(), phase.seconds(), phase.rate());
    }

    private static Path example() {
        return Path.of(
                System.getProperty("everynode.home", "."), "config", "examples", "02-fluentd-elasticsearch.yaml");
    }
}
