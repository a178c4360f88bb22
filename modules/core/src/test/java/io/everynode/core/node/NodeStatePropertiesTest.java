package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.object.ObjectWrite;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Random commands against one Node. After every single event invariant I1 holds and room is not promised twice. */
class NodeStatePropertiesTest {

    private static final String PLAIN = "ds-plain";
    private static final String SURGING = "ds-surging";
    private static final List<String> REVISIONS = List.of("A", "B", "C");

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void atMostOneWhateverIsAsked(@ForAll long seed) {
        Random random = new Random(seed);
        TestNode node = TestNode.joined("2", 6);
        node.check = NodeStatePropertiesTest::atMostOne;
        for (int step = 0; step < 120; step++) {
            node.now = node.now.plusMillis(random.nextInt(1500));
            anything(node, random);
        }
        assertThat(node.recovered()).isEqualTo(node.state);
    }

    private static void anything(TestNode node, Random random) {
        List<DaemonPod> pods = List.copyOf(node.state.pods().values());
        DaemonPod pod = pods.isEmpty() ? null : pods.get(random.nextInt(pods.size()));
        boolean plain = random.nextBoolean();
        String uid = plain ? PLAIN : SURGING;
        // Generations go up slowly, and sometimes back.
        long generation = node.history.size() / 20 + random.nextInt(3);
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 ->
                node.converge(
                        uid,
                        generation,
                        TestNode.run(
                                REVISIONS.get(random.nextInt(3)),
                                random.nextBoolean() ? "500m" : "900m",
                                !plain && random.nextBoolean(),
                                random.nextInt(2) * 30));
            case 4 -> {
                if (pod != null) {
                    node.converge(
                            pod.daemonSetUid(),
                            generation,
                            new Converge.End(
                                    pod.uid(),
                                    random.nextBoolean() ? Converge.End.WHATEVER_READINESS : pod.readySince(),
                                    ""));
                }
            }
            case 5 -> {
                if (random.nextInt(6) == 0) {
                    node.converge(uid, generation, new Converge.Retire());
                    node.now = node.now.plusMillis(random.nextInt(2) * SlotDecisions.RETIREMENT_MILLIS);
                }
            }
            case 6, 7, 8 -> {
                if (pod != null) {
                    node.report(
                            pod,
                            List.of("Pending", "Running", "Running", "Failed", "Succeeded")
                                    .get(random.nextInt(5)),
                            random.nextBoolean());
                }
            }
            case 9 -> {
                if (pod != null) {
                    node.deletePod(pod, random.nextBoolean() ? 0L : null);
                }
            }
            case 10 -> {
                if (pod != null) {
                    node.finalizers(pod, random.nextBoolean() ? "['x.io/y']" : "null");
                }
            }
            case 11 -> node.reserve("pod-" + random.nextInt(3), 1 + random.nextInt(4), "300m");
            case 12 -> node.release("pod-" + random.nextInt(3), 1 + random.nextInt(4));
            default -> {
                if (!node.state.exists()) {
                    node.write(new ObjectWrite.Create(TestNode.object("2", 6), "uid-" + node.history.size()));
                } else if (random.nextInt(8) == 0) {
                    node.write(TestNode.delete(null));
                } else {
                    node.patch("status", "{'status':{'allocatable':{'cpu':'" + (1 + random.nextInt(3)) + "'}}}");
                }
            }
        }
        everyWaitingPodHasAReason(node.state);
    }

    private static void atMostOne(NodeState state) {
        for (String uid : List.of(PLAIN, SURGING)) {
            Set<String> revisions = new HashSet<>();
            int live = 0;
            for (DaemonPod pod : state.podsOf(uid)) {
                if (pod.live()) {
                    live++;
                    assertThat(revisions.add(pod.createdBy().revision()))
                            .as("one live Pod of each revision: %s", state.podsOf(uid))
                            .isTrue();
                }
            }
            assertThat(live).as("%s", state.podsOf(uid)).isLessThanOrEqualTo(uid.equals(PLAIN) ? 1 : 2);
        }
    }

    /** After each command, a Pod that fits is bound: no room is left to nobody. */
    private static void everyWaitingPodHasAReason(NodeState state) {
        for (DaemonPod pod : state.pods().values()) {
            if (state.exists() && !pod.bound() && pod.live()) {
                assertThat(WaitingPods.whyNot(state, pod.requests(), pod.ports()))
                        .as("%s", pod)
                        .isNotEmpty();
            }
        }
    }
}
