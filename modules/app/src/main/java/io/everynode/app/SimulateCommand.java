package io.everynode.app;

import io.everynode.controlplane.simulation.Simulation;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
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

    @Option(names = "--trace", description = "Print a line for each event: time, ordering, entity, event, why.")
    private boolean trace;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        long first = seed != null ? seed : System.currentTimeMillis();
        Consumer<String> lines = trace ? out::println : null;
        long began = System.nanoTime();
        long events = 0;
        int failures = 0;
        for (long next = first; next < first + seeds; next++) {
            Simulation.Result result = Simulation.run(next, steps, lines);
            events += result.events();
            if (result.failure() != null) {
                failures++;
                out.println(result.failure().report(next, steps));
            }
        }
        out.printf(
                "%d of %d seeds from %d are clean, %d steps each, %d events in %d ms%n",
                seeds - failures, seeds, first, steps, events, (System.nanoTime() - began) / 1_000_000);
        return failures == 0 ? 0 : 1;
    }
}
