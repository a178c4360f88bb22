package io.everynode.app;

import io.everynode.controlplane.simulation.Simulation;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code everynode simulate}: runs the control plane's decisions against faults in virtual time. Exit code 1 when an
 * invariant breaks.
 */
@Command(
        name = "simulate",
        description = "Drives the control plane's decisions with a seeded random world and checks the invariants.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class SimulateCommand implements Callable<Integer> {

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The run's seed; the same one gives the same run (default: from the time).")
    private Long seed;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many runs, with this seed and the following ones (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Steps with faults in each run (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--theme",
            paramLabel = "NAME",
            defaultValue = "",
            description =
                    "What happens most (ROLLOUTS, PODS, OWNERSHIP, COMING_AND_GOING, PRIORITIES, DAEMON_PRIORITIES,"
                            + " NEIGHBOURS, ALL_ALIKE); else it follows from the seed.")
    private String theme;

    @Option(names = "--trace", description = "Print a line for each event: time, ordering, entity, event, why.")
    private boolean trace;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many runs at a time; without effect on what they find (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        long first = seed != null ? seed : System.currentTimeMillis();
        out.printf("seeds %d to %d, %d steps each%n", first, first + seeds - 1, steps);
        Consumer<String> lines = trace ? out::println : null;
        long began = System.nanoTime();
        AtomicLong events = new AtomicLong();
        // A run that ends by an error is none.
        AtomicLong clean = new AtomicLong();
        // A trace is of one run.
        ExecutorService pool = Executors.newFixedThreadPool(trace ? 1 : Math.max(1, threads));
        for (long next = first; next < first + seeds; next++) {
            long one = next;
            pool.execute(() -> {
                Simulation.Result result = Simulation.run(one, steps, theme, lines);
                events.addAndGet(result.events());
                if (result.failure() == null) {
                    clean.incrementAndGet();
                } else {
                    out.println(result.failure().report(one, steps));
                    out.flush();
                }
            });
        }
        pool.shutdown();
        pool.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        out.printf(
                "%d of %d seeds from %d are clean, %d steps each, %d events in %d ms%n",
                clean.get(), seeds, first, steps, events.get(), (System.nanoTime() - began) / 1_000_000);
        return clean.get() == seeds ? 0 : 1;
    }
}
