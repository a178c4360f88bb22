package io.everynode.faults.upgrade;

import io.everynode.faults.cluster.ClusterPlan;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.faults.cluster.ServerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the previous version and this one side by side on one database, in both orders: a cluster of the previous one
 * that is upgraded member by member, and one that this version has founded, that members of the previous one join.
 * After each step every member must read what every other has written.
 */
@Command(
        name = "upgrade-test",
        description = "Members of the previous version and of this one in one cluster; exit code 1 when they disagree.",
        mixinStandardHelpOptions = true)
final class UpgradeCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final Duration REST = Duration.ofSeconds(60);
    private static final int MEMBERS = 3;

    /**
     * Has a member write nothing that the previous version cannot read, also while none of that is there: who wants to
     * go back must not write the newest format (docs/operations.md).
     */
    private static final String PREVIOUS_FORMAT = "pekko.cluster.roles = [\"event-format-2\"]\n";

    @Option(names = "--previous", required = true, description = "The previous version's repository, built.")
    private Path previousHome;

    @Option(names = "--directory", required = true, description = "For data; must not exist.")
    private Path directory;

    private ServerProgram previous;
    private ServerProgram current;
    private boolean failed;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new UpgradeCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        Files.createDirectory(directory);
        previous = ServerProgram.in(previousHome);
        current = ServerProgram.ofThisRepository();
        previousFirst();
        currentFirst();
        return failed ? 1 : 0;
    }

    private void previousFirst() throws IOException, InterruptedException, TimeoutException {
        ClusterPlan plan = plan("previous-first");
        for (int number = 1; number <= MEMBERS; number++) {
            plan.program(number, previous);
        }
        try (LocalCluster cluster = plan.start()) {
            SharedWork work = new SharedWork(cluster, MEMBERS);
            step(cluster, work, "three of the previous version");
            for (int number = MEMBERS; number >= 1; number--) {
                cluster.replace(number, current);
                step(cluster, work, "member " + number + " runs this version");
            }
        }
    }

    private void currentFirst() throws IOException, InterruptedException, TimeoutException {
        ClusterPlan plan = plan("this-version-first").settings(PREVIOUS_FORMAT).program(1, current);
        for (int number = 2; number <= MEMBERS; number++) {
            plan.program(number, previous);
        }
        try (LocalCluster cluster = plan.start()) {
            SharedWork work = new SharedWork(cluster, MEMBERS);
            step(cluster, work, "member 1 runs this version, two of the previous have joined it");
            cluster.replace(1, previous);
            step(cluster, work, "member 1 went back to the previous version");
            cluster.replace(2, current);
            step(cluster, work, "member 2 runs this version");
        }
    }

    /** Over plain HTTP, as the previous version knows nothing else. */
    private ClusterPlan plan(String name) {
        return new ClusterPlan(directory.resolve(name))
                .members(MEMBERS)
                .formation(ClusterPlan.Formation.SEED_NODES)
                .insecureHttp(true);
    }

    private void step(LocalCluster cluster, SharedWork work, String what)
            throws InterruptedException, TimeoutException, IOException {
        cluster.awaitReady(PATIENCE);
        List<String> wrong = work.round(REST);
        failed |= !wrong.isEmpty();
        System.out.println((wrong.isEmpty() ? "ok " : "FAILED ") + what + ", " + work.summary());
        wrong.forEach(line -> System.out.println("  " + line));
    }
}
