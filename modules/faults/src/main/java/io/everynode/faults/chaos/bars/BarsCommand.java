package io.everynode.faults.chaos.bars;

import io.everynode.faults.cluster.ClusterPlan;
import io.everynode.faults.cluster.LocalCluster;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** {@code scripts/chaos --bars}: the table of docs/reliability.md. */
public final class BarsCommand {

    private static final Duration START = Duration.ofSeconds(120);

    private BarsCommand() {}

    /**
     * Measures and prints.
     *
     * @param which names of bars, empty for all: kill, terminate, pause, cut-off, database, two
     * @param place an empty directory
     * @return whether all were met
     */
    public static boolean run(Set<String> which, int runs, int basePort, Path place, PrintWriter out)
            throws IOException, InterruptedException, TimeoutException {
        List<BarResult> results = new ArrayList<>();
        int few = Math.max(1, runs / 3);
        boolean three = which.isEmpty() || which.stream().anyMatch(name -> !name.equals("two"));
        if (three) {
            try (LocalCluster cluster =
                    plan(place.resolve("three"), 3, basePort, "").start()) {
                Bars bars = begin(cluster, out);
                if (wanted(which, "kill")) {
                    results.add(bars.kill("SIGKILL of one of three JVMs", 10, runs));
                }
                if (wanted(which, "terminate")) {
                    results.add(bars.terminate(few));
                }
                if (wanted(which, "pause")) {
                    results.add(bars.pause(few));
                }
                if (wanted(which, "cut-off")) {
                    results.add(bars.cutOff(few));
                }
                if (wanted(which, "database")) {
                    results.add(bars.database(few));
                }
            }
        }
        if (wanted(which, "two")) {
            String lease = "everynode.cluster.split-brain = lease\n";
            try (LocalCluster cluster =
                    plan(place.resolve("two"), 2, basePort, lease).start()) {
                results.add(begin(cluster, out).kill("two JVMs with the database lease, either killed", 15, few));
            }
        }
        out.println("| fault | bar | measured: median (each run) | met |\n|---|---|---|---|");
        results.forEach(result -> out.println(result.markdown()));
        out.flush();
        return results.stream().allMatch(BarResult::isMet);
    }

    private static boolean wanted(Set<String> which, String name) {
        return which.isEmpty() || which.contains(name);
    }

    private static ClusterPlan plan(Path place, int members, int basePort, String settings) {
        return new ClusterPlan(place)
                .members(members)
                .basePort(basePort)
                .formation(ClusterPlan.Formation.DATABASE)
                .settings(settings);
    }

    private static Bars begin(LocalCluster cluster, PrintWriter out) throws InterruptedException, TimeoutException {
        cluster.awaitReady(START);
        Bars bars = new Bars(cluster, line -> {
            out.println(LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
            out.flush();
        });
        EntityProbe.prepare(bars.first());
        return bars;
    }
}
