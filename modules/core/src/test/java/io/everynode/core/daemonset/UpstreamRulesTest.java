package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.node;
import static io.everynode.core.daemonset.Fixtures.onDelete;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.placement.Taint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Whatever Pods one node has, DaemonSet and Node come to the same Pods as upstream's controller does by repeating its
 * passes, when no Pod's readiness changes meanwhile and no back-off lasts. The rules of a pass (podsShouldBeOnNode in
 * daemon_controller.go and rollingUpdate in update.go) are restated here in short, for one node.
 */
class UpstreamRulesTest {

    private static final int CASES = 250;
    private static final String[] REVISIONS = {"current", "old", "older"};

    private enum Strategy {
        ON_DELETE,
        ROLLING,
        SURGE
    }

    /** What one case is about; the Pods are in no particular order. */
    private record Case(Strategy strategy, String taint, boolean exists, List<DaemonPodView> pods) {
        boolean shouldRun() {
            return exists && taint.isEmpty();
        }

        boolean shouldContinue() {
            return exists && !taint.equals(Taint.NO_EXECUTE);
        }
    }

    private static final int MIN_READY_SECONDS = 10;

    private final Random random = new Random(20_260_311);

    @Test
    void whatIsLeftIsWhatUpstreamLeaves() {
        int differentOutcomes = 0;
        Set<String> outcomes = new HashSet<>();
        for (int i = 0; i < CASES; i++) {
            FleetSimulation fleet = new FleetSimulation();
            Case given = arrange(fleet);
            String upstream = upstream(given, fleet);
            Rounds.all(fleet);
            assertThat(outcome(fleet.nodes.get("n").of(UID), given.pods))
                    .as("case %d: %s", i, given)
                    .isEqualTo(upstream);
            differentOutcomes += outcomes.add(given.strategy + given.taint + upstream) ? 1 : 0;
        }
        assertThat(differentOutcomes).as("the cases differ").isGreaterThan(20);
    }

    private Case arrange(FleetSimulation fleet) {
        Strategy strategy = Strategy.values()[random.nextInt(3)];
        String taint = random.nextInt(3) > 0 ? "" : random.nextBoolean() ? Taint.NO_SCHEDULE : Taint.NO_EXECUTE;
        boolean exists = random.nextInt(20) > 0;
        fleet.addNode(taint.isEmpty() ? node("n") : node("n", new Taint("dedicated", "", taint)));
        ObjectNode set = daemonSet(UID, 1, "a");
        fleet.store(with(
                switch (strategy) {
                    case ON_DELETE -> with(set, onDelete());
                    case ROLLING -> with(set, rolling(1, 0));
                    case SURGE -> with(set, rolling(0, 1));
                },
                minReady(MIN_READY_SECONDS)));
        fleet.now = fleet.now.plusSeconds(100);
        List<DaemonPodView> pods = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            String revision = REVISIONS[random.nextInt(3)];
            boolean current = revision.equals("current");
            pods.add(Rounds.put(
                    fleet,
                    "n",
                    UID,
                    current ? fleet.revision() : revision,
                    pod -> some(pod.generation(current ? 1 : 0), fleet)));
        }
        if (!exists) {
            fleet.nodes.get("n").facts = null;
            fleet.restart();
        }
        return new Case(strategy, taint, exists, pods);
    }

    private Fixtures.PodBuilder some(Fixtures.PodBuilder pod, FleetSimulation fleet) {
        Fixtures.PodBuilder some = switch (random.nextInt(6)) {
            case 0 -> pod.failed(fleet.now);
            case 1 -> pod.succeeded();
            case 2 -> pod.notReady();
            case 3 -> pod.readySince(fleet.now.minusSeconds(MIN_READY_SECONDS - 1));
            default -> pod.readySince(fleet.now.minusSeconds(MIN_READY_SECONDS));
        };
        some = some.createdAt(random.nextInt(3));
        some = random.nextInt(8) == 0 && !some.view().ready() && !some.view().terminal() ? some.unbound() : some;
        return random.nextInt(5) == 0 ? some.terminating() : some;
    }

    /** The Pods of the beginning that are left, by name, and how many were made. */
    private static String outcome(List<DaemonPodView> left, List<DaemonPodView> before) {
        Set<String> names = new TreeSet<>();
        int made = 0;
        for (DaemonPodView pod : left) {
            if (before.stream().anyMatch(b -> b.podUid().equals(pod.podUid()))) {
                names.add(pod.podName());
            } else {
                made++;
            }
        }
        return names + " and " + made;
    }

    private String upstream(Case given, FleetSimulation fleet) {
        List<DaemonPodView> pods = new ArrayList<>(given.pods);
        for (int pass = 0; pass < 20; pass++) {
            Set<DaemonPodView> deleted = new HashSet<>();
            boolean created = manage(given, pods, deleted, fleet);
            if (!created && deleted.isEmpty() && given.strategy != Strategy.ON_DELETE) {
                created = update(given, pods, deleted, fleet);
            }
            boolean quiet = !created && deleted.isEmpty() && pods.stream().noneMatch(DaemonPodView::terminating);
            pods.removeAll(deleted);
            pods.removeIf(DaemonPodView::terminating);
            if (created) {
                pods.add(Fixtures.pod("made-" + pass, fleet.revision())
                        .notReady()
                        .createdAt(1_000_000 + pass)
                        .view());
            }
            if (quiet) {
                return outcome(pods, given.pods);
            }
        }
        throw new AssertionError("upstream does not settle: " + given);
    }

    private static boolean available(DaemonPodView pod, FleetSimulation fleet) {
        return !pod.terminal()
                && pod.ready()
                && pod.readySince() + MIN_READY_SECONDS * 1000 <= fleet.now.toEpochMilli();
    }

    /** @return whether a Pod is made */
    private static boolean manage(
            Case given, List<DaemonPodView> pods, Set<DaemonPodView> deleted, FleetSimulation fleet) {
        List<DaemonPodView> existing = pods.stream()
                .filter(pod -> !(pod.terminal() && pod.terminating()))
                .toList();
        if (existing.isEmpty()) {
            return given.shouldRun();
        }
        List<DaemonPodView> present =
                existing.stream().filter(pod -> !pod.terminating()).toList();
        if (!given.shouldContinue()) {
            deleted.addAll(present);
            return false;
        }
        present.stream().filter(DaemonPodView::terminal).forEach(deleted::add);
        List<DaemonPodView> running =
                new ArrayList<>(present.stream().filter(pod -> !pod.terminal()).toList());
        running.sort(NodeAssessor.FIRST);
        if (given.strategy != Strategy.SURGE) {
            running.stream().skip(1).forEach(deleted::add);
            return false;
        }
        if (running.isEmpty()) {
            return given.shouldRun();
        }
        DaemonPodView young = null;
        DaemonPodView old = null;
        for (DaemonPodView pod : running) {
            boolean current = pod.revision().equals(fleet.revision());
            if (current && young == null) {
                young = pod;
            } else if (!current && old == null) {
                old = pod;
            } else {
                deleted.add(pod);
            }
        }
        if (young != null && old != null && (!old.ready() || available(young, fleet))) {
            deleted.add(old);
        }
        return false;
    }

    /** @return whether a Pod is made */
    private static boolean update(
            Case given, List<DaemonPodView> pods, Set<DaemonPodView> deleted, FleetSimulation fleet) {
        List<DaemonPodView> present =
                pods.stream().filter(pod -> !pod.terminating()).toList();
        if (present.size() != 1 || present.get(0).revision().equals(fleet.revision())) {
            // None, a current one only, or several: those that are one too many went before.
            return false;
        }
        DaemonPodView old = present.get(0);
        if (given.strategy == Strategy.ROLLING || !given.shouldRun()) {
            deleted.add(old);
            return false;
        }
        return true;
    }
}
