package io.everynode.controlplane.simulation;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import io.everynode.controlplane.invariants.Aggregates;
import io.everynode.controlplane.invariants.BrokenInvariant;
import io.everynode.controlplane.invariants.CatalogPods;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A cluster's decisions in virtual time, driven by one seed: the real code of Nodes, DaemonSets, Pods, the scheduler's
 * placement, the event codec and the catalog's fold, without actors, network and database. Nodes, people and faults act
 * at random for a number of steps while the invariants are checked after every persist; then the faults stop and
 * everything must become as it should be (I2). The same seed and number of steps give the same run on every machine.
 */
public final class Simulation {

    /** A run that ended. @param failure null when it was clean */
    public record Result(long seed, int steps, long events, long virtualMillis, Failure failure) {}

    /**
     * @param step at which it was found
     * @param invariant such as "I1"
     * @param lastLines of the trace
     */
    public record Failure(int step, String invariant, String message, List<String> lastLines) {

        /** For people: what to say of the failure. */
        public String report(long seed, int steps) {
            return "seed " + seed + ", step " + step + ": " + invariant + " is broken: " + message
                    + "\nagain: scripts/everynode simulate --seed " + seed + " --steps " + steps + " --trace\n"
                    + String.join("\n", lastLines);
        }
    }

    /** Runs up to this long compare whole catalogs and second planners, too. */
    private static final int THOROUGH_STEPS = 2_000;

    /** Back-offs of failed Pods are 15 min at most, and message lives are 30 s. */
    private static final long SETTLED_WITHIN = 40 * 60_000;

    /** Some hundreds are usual; a loop would go on for ever in the same millisecond. */
    private static final int STEPS_TO_REST = 20_000;

    private static final long LOOK_EVERY = 5_000;

    /** Longer than any message is repeated or late, and than a removed DaemonSet retires. */
    private static final long STAYS_SO_FOR = 90_000;

    private final long seed;
    private final int steps;
    private final Cluster cluster;
    private final World world;
    private final Settled settled;
    private int step;

    private Simulation(long seed, int steps, Theme theme, Decisions decisions, Consumer<String> trace) {
        this.seed = seed;
        this.steps = steps;
        Chance chance = new Chance(seed);
        this.cluster = new Cluster(chance, decisions, steps <= THOROUGH_STEPS && chance.oneIn(3), trace);
        this.world = new World(cluster, theme);
        this.settled = new Settled(cluster);
    }

    /** @param trace gets a line for each event, maybe null */
    public static Result run(long seed, int steps, Consumer<String> trace) {
        return run(seed, steps, null, Decisions.REAL, trace);
    }

    /**
     * As {@link #run(long, int, Consumer)}, with a theme by its name.
     *
     * @param theme "" for one of the seed
     * @throws IllegalArgumentException when there is no such theme
     */
    public static Result run(long seed, int steps, String theme, Consumer<String> trace) {
        return run(seed, steps, theme.isEmpty() ? null : Theme.valueOf(theme), Decisions.REAL, trace);
    }

    /** @param theme null for one of the seed */
    static Result run(long seed, int steps, Theme theme, Decisions decisions, Consumer<String> trace) {
        return new Simulation(seed, steps, theme, decisions, trace).run();
    }

    /** The journal of a run with the real decisions, for tests of what reads journals. */
    static List<SimJournal.Row> journal(long seed, int steps) {
        Simulation simulation = new Simulation(seed, steps, null, Decisions.REAL, null);
        simulation.run();
        return List.copyOf(simulation.cluster.journal.rows());
    }

    private Result run() {
        Failure failure = null;
        try {
            faults();
            settle();
            restartAll();
        } catch (BrokenInvariant broken) {
            failure = new Failure(step, broken.invariant(), broken.getMessage(), cluster.trace.lastLines());
        } catch (RuntimeException defect) {
            StackTraceElement[] stack = defect.getStackTrace();
            failure = new Failure(
                    step,
                    "no exception",
                    defect + (stack.length == 0 ? "" : " at " + stack[0]),
                    cluster.trace.lastLines());
        }
        return new Result(seed, steps, cluster.journal.rows().size(), cluster.queue.elapsed(), failure);
    }

    private void faults() {
        world.live();
        while (step < steps + world.beats()) {
            step++;
            cluster.queue.runNext(Long.MAX_VALUE);
        }
    }

    private void settle() {
        cluster.trace.line("", "quiet", "no more faults");
        cluster.chance.noMoreFaults();
        cluster.queue.in(35_000, world::repair);
        runFor(60_000);
        cluster.wakeAll();
        long until = cluster.queue.millis() + SETTLED_WITHIN;
        String missing = settled.missing();
        while (!missing.isEmpty() && cluster.queue.millis() < until) {
            runFor(LOOK_EVERY);
            missing = settled.missing();
        }
        require(missing.isEmpty(), "I2", "not settled after %d min: %s", SETTLED_WITHIN / 60_000, missing);
        runFor(STAYS_SO_FOR);
        missing = settled.missing();
        require(missing.isEmpty(), "I2", "did not stay settled: %s", missing);
        String together = SettledApart.wrong(
                cluster.jvm(0).current(), cluster.invariants().truth(), cluster.journal);
        require(together.isEmpty(), "anti-affinity", "%s", together);
        new BrokenRollout(cluster, world.clients(), this::runFor).tryAll();
        cluster.jvms().forEach(jvm -> {
            jvm.watch().compare(jvm.current());
            CatalogPods.compare(jvm.current());
        });
    }

    private void runFor(long millis) {
        long until = cluster.queue.millis() + millis;
        while (cluster.queue.runNext(until)) {
            step++;
            require(step < steps + STEPS_TO_REST, "I2", "%d steps without faults and no rest", STEPS_TO_REST);
        }
    }

    /** Restart and compare of everything: from the first row, and in each catalog. */
    private void restartAll() {
        for (Map.Entry<String, List<SimJournal.Row>> entry :
                cluster.journal.byEntity().entrySet()) {
            Object rebuilt = null;
            for (SimJournal.Row row : entry.getValue()) {
                rebuilt = Aggregates.evolve(entry.getKey(), rebuilt, row.event());
            }
            Object known = cluster.invariants().truth().state(entry.getKey());
            require(known.equals(rebuilt), "restart", "%s", Describe.difference(entry.getKey(), known, rebuilt));
            SimEntity<?, ?> owner = cluster.owner(entry.getKey());
            if (owner != null && owner.running()) {
                cluster.compare(owner);
            }
        }
    }
}
