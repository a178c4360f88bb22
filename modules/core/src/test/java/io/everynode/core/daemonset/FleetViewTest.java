package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.START;
import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Taint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetViewTest {

    private record Seen(NodeFacts facts, List<DaemonPodView> pods) {}

    /** Whatever happens in whatever order, the view is the one that is built from what is there now. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theViewKeptIsTheViewRebuilt(int mode) {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            FleetSimulation states = new FleetSimulation();
            Runnable change = () -> states.store(with(
                    with(
                            daemonSet(UID, states.journal.size() + 1, "image-" + random.nextInt(2)),
                            rolling(mode == 0 ? 1 + random.nextInt(3) : 0, mode == 0 ? 0 : 1)),
                    minReady(mode == 2 ? 10 : random.nextInt(4))));
            change.run();
            Instant now = START;
            FleetView kept = new FleetView();
            kept.bind(states.state.current(), now);
            Map<String, Seen> seen = new TreeMap<>();
            for (int i = 0; i < 120; i++) {
                now = now.plusMillis(random.nextInt(3000));
                String node = "node-" + random.nextInt(8);
                Seen next = random(random, states, node, now);
                seen.put(node, next);
                kept.update(node, next.facts(), next.pods(), now);
                if (random.nextInt(10) == 0) {
                    change.run();
                    kept.bind(states.state.current(), now);
                }
                kept.advance(now);
                FleetView rebuilt = new FleetView();
                rebuilt.bind(states.state.current(), now);
                for (Map.Entry<String, Seen> entry : seen.entrySet()) {
                    rebuilt.update(
                            entry.getKey(),
                            entry.getValue().facts(),
                            entry.getValue().pods(),
                            now);
                }
                assertThat(kept.fingerprint())
                        .as("seed " + seed + ", step " + i)
                        .isEqualTo(rebuilt.fingerprint());
            }
        }
    }

    private static Seen random(Random random, FleetSimulation states, String node, Instant now) {
        NodeFacts facts = random.nextInt(6) == 0
                ? null
                : random.nextInt(5) == 0
                        ? Fixtures.node(node, new Taint("x", "", random.nextBoolean() ? "NoSchedule" : "NoExecute"))
                        : Fixtures.node(node);
        List<DaemonPodView> pods = new ArrayList<>();
        for (int i = random.nextInt(4); i > 1; i--) {
            String phase = List.of("Pending", "Running", "Running", "Running", "Failed", "Succeeded")
                    .get(random.nextInt(6));
            boolean ready = phase.equals("Running") && random.nextInt(3) != 0;
            pods.add(new DaemonPodView(
                    node,
                    node + "/" + i,
                    node + "/" + i,
                    random.nextInt(3),
                    random.nextBoolean() ? states.revision() : "other",
                    phase,
                    ready,
                    ready ? now.minusMillis(random.nextInt(15000)).toEpochMilli() : 0,
                    random.nextInt(5) == 0,
                    random.nextInt(5) != 0,
                    random.nextInt(5),
                    phase.equals("Failed")
                            ? now.plusMillis(random.nextInt(9000) - 2000).toEpochMilli()
                            : 0));
        }
        return new Seen(facts, pods);
    }

    @Test
    void anotherIncarnationStartsWithTheNodesAndWithoutPods() {
        FleetSimulation fleet =
                new FleetSimulation().addNodes(3).store(daemonSet(UID, 1, "a")).settle();
        fleet.delete();
        fleet.store(daemonSet("second", 1, "a")).step();
        assertThat(fleet.status("desiredNumberScheduled")).isEqualTo(3);
        assertThat(fleet.status("currentNumberScheduled")).isZero();
    }

    @Test
    void saysWhyThereIsNoPod() {
        FleetSimulation fleet = new FleetSimulation();
        assertThat(fleet.planner.explain("nowhere").reason()).isEqualTo("there is no such node");
        fleet.addNode(Fixtures.node("tainted", new Taint("gpu", "", Taint.NO_SCHEDULE)));
        assertThat(fleet.planner.explain("tainted").reason()).isEqualTo("there is no such DaemonSet");
        fleet.store(daemonSet(UID, 1, "a")).step();
        assertThat(fleet.planner.explain("tainted")).satisfies(plan -> {
            assertThat(plan.action()).isEmpty();
            assertThat(plan.reason()).contains("gpu");
        });
    }
}
