package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariants I1, I2 and I6 while messages and answers are lost, repeated, late and out of order, the catalog lags, the
 * template changes in the middle and the actor fails over. Pods never fail by themselves here, so that every
 * unavailable node is the rollout's doing.
 */
class RolloutFaultsTest {

    private static final int NODES = 12;
    private static final int SEEDS = 200;
    private static final Duration CATALOG_LAG = Duration.ofSeconds(4);

    private FleetSimulation fleet;
    private Random random;
    private int generation;
    private final Map<String, Long> shownAt = new HashMap<>();

    private ObjectNode version(String image, int maxUnavailable, int maxSurge) {
        generation++;
        return with(daemonSet(UID, generation, image), rolling(maxUnavailable, maxSurge));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void neverMoreThanMaxUnavailable(int maxUnavailable) {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed, maxUnavailable, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void neverMoreThanMaxSurge(int maxSurge) {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed, 0, maxSurge);
        }
    }

    private void run(int seed, int maxUnavailable, int maxSurge) {
        random = new Random(seed);
        fleet = new FleetSimulation();
        generation = 0;
        shownAt.clear();
        fleet.addNodes(NODES).store(version("a", maxUnavailable, maxSurge)).settle();
        for (int round = 0; round < 150; round++) {
            if (random.nextInt(25) == 0) {
                fleet.store(version("v" + random.nextInt(3), maxUnavailable, maxSurge));
            }
            if (random.nextInt(40) == 0) {
                fleet.restart();
            }
            fleet.step();
            deliverSome();
            kubelets();
            check(seed, round, maxUnavailable, maxSurge);
            showSome();
            fleet.now = fleet.now.plusMillis(random.nextInt(800));
        }
        assertThat(fleet.recover()).isEqualTo(fleet.state);
        fleet.inFlight.clear();
        fleet.nodes.values().forEach(fleet::observe);
        fleet.now = fleet.now.plusSeconds(60);
        settle(maxUnavailable, maxSurge, seed);
    }

    /** Without faults all ends well (I2). */
    private void settle(int maxUnavailable, int maxSurge, int seed) {
        for (int round = 0; round < 400; round++) {
            fleet.step().deliver().kubelets();
            check(seed, 1000 + round, maxUnavailable, maxSurge);
            fleet.now = fleet.now.plusSeconds(1);
        }
        fleet.settle();
        assertThat(fleet.pods(DaemonPodView::live)).isEqualTo(NODES);
        assertThat(fleet.pods(pod -> pod.revision().equals(fleet.revision()) && pod.ready()))
                .as("seed " + seed)
                .isEqualTo(NODES);
        assertThat(fleet.state.current().grants()).isEmpty();
    }

    private void deliverSome() {
        List<DaemonSetPlanner.Send> kept = new ArrayList<>();
        for (DaemonSetPlanner.Send send : List.copyOf(fleet.inFlight)) {
            switch (random.nextInt(6)) {
                case 0 -> {} // lost
                case 1, 2 -> kept.add(send); // late
                case 3 -> {
                    arrive(send);
                    kept.add(send); // repeated later
                }
                default -> arrive(send);
            }
        }
        java.util.Collections.shuffle(kept, random);
        fleet.inFlight.clear();
        fleet.inFlight.addAll(kept);
    }

    /** The Node decides; its answer may be lost, and the catalog does not show it yet. */
    private void arrive(DaemonSetPlanner.Send send) {
        var reply = fleet.nodes.get(send.node()).converge(send.message());
        if (random.nextInt(4) != 0) {
            fleet.planner.answered(send.node(), send.message(), reply, fleet.now);
        }
    }

    private void kubelets() {
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            for (FleetSimulation.PodOf pod : List.copyOf(node.pods.values())) {
                if (random.nextInt(3) != 0) {
                    continue;
                }
                if (pod.view().terminating()) {
                    node.pods.remove(pod.view().podUid());
                } else if (!pod.view().ready()) {
                    node.change(pod.view().podUid(), builder -> builder.readySince(fleet.now));
                }
            }
        }
    }

    private void showSome() {
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            long lag = fleet.now.toEpochMilli() - shownAt.getOrDefault(node.name, 0L);
            if (lag > CATALOG_LAG.toMillis() || random.nextInt(3) == 0) {
                fleet.observe(node);
                shownAt.put(node.name, fleet.now.toEpochMilli());
            }
        }
    }

    private void check(int seed, int round, int maxUnavailable, int maxSurge) {
        String where = "seed " + seed + ", round " + round;
        long serving = fleet.nodes.values().stream()
                .filter(FleetSimulation.SimulatedNode::serves)
                .count();
        long live = fleet.pods(DaemonPodView::live);
        assertThat(serving).as(where).isGreaterThanOrEqualTo(NODES - maxUnavailable);
        assertThat(live).as(where).isLessThanOrEqualTo(NODES + maxSurge);
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            long onNode =
                    node.pods.values().stream().filter(pod -> pod.view().live()).count();
            assertThat(onNode).as(where + " " + node.name).isLessThanOrEqualTo(maxSurge > 0 ? 2 : 1);
        }
    }
}
