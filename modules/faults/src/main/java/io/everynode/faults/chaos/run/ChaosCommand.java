package io.everynode.faults.chaos.run;

import io.everynode.faults.chaos.bars.BarsCommand;
import io.everynode.faults.chaos.plan.FaultKind;
import io.everynode.faults.chaos.plan.FaultPlan;
import io.everynode.faults.cluster.ClusterPlan;
import io.everynode.faults.cluster.LocalCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code scripts/chaos}: a cluster, clients, faults, and what must hold. Exit code 1 when something broke. */
@Command(
        name = "chaos",
        description = "Injects faults into a cluster of its own under load, and checks what clients and watchers saw.",
        mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {

    /** Silent nodes and Pods that fail come back soon, so that there is something to converge within half a minute. */
    static final String SETTINGS = """
            everynode.lifecycle { grace-period = 8s, startup-grace-period = 10s, eviction-rate = 1 }
            everynode.control-plane.missing-node-quarantine = 5s
            """;

    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", description = "Decides the faults and what clients do (default: a fresh one, printed).")
    private Long seed;

    @Option(names = "--minutes", description = "About so long (default: ${DEFAULT-VALUE}).", defaultValue = "3")
    private double minutes;

    @Option(names = "--faults", split = ",", description = "Only these kinds.")
    private String[] faults;

    @Option(names = "--members", description = "Server JVMs (default: ${DEFAULT-VALUE}).", defaultValue = "3")
    private int members;

    @Option(names = "--nodes", description = "Nodes (default: ${DEFAULT-VALUE}).", defaultValue = "12")
    private int nodes;

    @Option(
            names = "--convergence",
            description =
                    "Seconds to converge after the last fault healed; the bar is the default, ${DEFAULT-VALUE}; a busy machine needs more.",
            defaultValue = "30")
    private int convergence;

    @Option(names = "--without", description = "haproxy: clients reach the members only directly.")
    private String without;

    @Option(names = "--seed-nodes", description = "Members find each other by seed nodes, not through the database.")
    private boolean seedNodes;

    @Option(names = "--base-port", description = "First of 80 ports (default: free ones).", defaultValue = "0")
    private int basePort;

    @Option(names = "--directory", description = "For data and logs (default: target/chaos/seed-N).")
    private Path directory;

    @Option(
            names = "--bars",
            arity = "0..1",
            split = ",",
            fallbackValue = "all",
            description = "Instead measures bars: all, or some of kill, terminate, pause, cut-off, database, two.")
    private List<String> bars;

    @Option(
            names = "--runs",
            description = "Of the bar of SIGKILL; others get a third (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int runs;

    @Option(names = "--plan", description = "Only prints what would be done.")
    private boolean planOnly;

    public static void main(String[] args) {
        System.exit(new CommandLine(new ChaosCommand()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        PrintWriter out = spec.commandLine().getOut();
        if (bars != null) {
            Path place = directory != null ? directory : Path.of("target", "chaos", "bars");
            erase(place);
            Set<String> which = bars.contains("all") ? Set.of() : Set.copyOf(bars);
            return BarsCommand.run(which, runs, basePort, place, out) ? 0 : 1;
        }
        long chosen = seed != null ? seed : new SecureRandom().nextInt(1_000_000);
        FaultPlan plan = FaultPlan.draw(chosen, Duration.ofSeconds(Math.round(minutes * 60)), kinds(), members);
        out.println(plan);
        if (planOnly) {
            return 0;
        }
        Path place = directory != null ? directory : Path.of("target", "chaos", "seed-" + chosen);
        erase(place);
        boolean balanced = !"haproxy".equals(without);
        LocalCluster cluster = new ClusterPlan(place)
                .members(members)
                .basePort(basePort)
                .haProxy(balanced)
                .formation(seedNodes ? ClusterPlan.Formation.SEED_NODES : ClusterPlan.Formation.DATABASE)
                .databaseSetting("max_connections", "100")
                .settings(SETTINGS)
                .start();
        try (ChaosRun run =
                new ChaosRun(cluster, plan, nodes, Duration.ofSeconds(convergence), line -> say(out, line))) {
            RunReport report = run.run(plan);
            Files.writeString(place.resolve("report.json"), report.json() + "\n");
            out.println(report.json());
            out.println(RunReport.markdownHead());
            out.println(report.markdown());
            out.println(
                    report.breaks().isEmpty() ? "chaos: seed " + chosen + " is clean" : broken(report, chosen, place));
            return report.breaks().isEmpty() ? 0 : 1;
        }
    }

    private static String broken(RunReport report, long chosen, Path place) {
        return "chaos: BROKEN with seed " + chosen + ", logs in " + place + ": "
                + report.breaks().get(0).rule() + " " + report.breaks().get(0).what();
    }

    private static void say(PrintWriter out, String line) {
        out.println(LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
        out.flush();
    }

    private Set<FaultKind> kinds() {
        if (faults == null) {
            return EnumSet.allOf(FaultKind.class);
        }
        EnumSet<FaultKind> some = EnumSet.noneOf(FaultKind.class);
        Arrays.stream(faults).map(FaultKind::of).forEach(some::add);
        return some;
    }

    private static void erase(Path place) throws IOException {
        if (Files.exists(place)) {
            try (var files = Files.walk(place)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
