package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A surge while Pods become unready and are deleted at random, after "should surge pods onto nodes when spec was
 * updated and update strategy is RollingUpdate" of test/e2e/apps/daemon_set.go: maxSurge 20 %, minReadySeconds 10, at
 * each look one chance in 25 that an old Pod becomes unready and one that any Pod is deleted. Here messages are late,
 * repeated and lost besides, and the DaemonSet's actor starts anew now and then. A run follows from its seed.
 */
class SurgeChaosTest {

    private static final int SEEDS = 40;
    private static final int MAX_OVERLAP_SECONDS = 60;

    private final FleetSimulation fleet = new FleetSimulation();
    private final Set<String> broken = new HashSet<>();
    private final Set<String> deletedByUs = new HashSet<>();
    private final Map<String, Instant> togetherSince = new HashMap<>();
    private final Map<String, Set<String>> servedBy = new HashMap<>();
    private Random random;
    private String oldRevision;
    private String newRevision;

    private static ObjectNode version(int generation, String image) {
        return with(with(daemonSet(UID, generation, image), rolling(0, "20%")), minReady(10));
    }

    @Test
    void invariantsHoldDuringTheRolloutAndItEnds() {
        int harmed = 0;
        int longest = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            SurgeChaosTest run = new SurgeChaosTest();
            longest = Math.max(longest, run.rollout(seed));
            harmed += run.deletedByUs.size() + run.broken.size();
        }
        assertThat(harmed).as("there was chaos").isGreaterThan(SEEDS);
        assertThat(longest).as("seconds of the longest rollout").isLessThan(5 * 60 * 5);
    }

    /** @return how many seconds it took */
    private int rollout(int seed) {
        random = new Random(seed);
        int nodes = 3 + random.nextInt(8);
        fleet.addNodes(nodes).store(version(1, "a")).settle();
        fleet.now = fleet.now.plusSeconds(60);
        fleet.step();
        oldRevision = fleet.revision();
        fleet.store(version(2, "b"));
        newRevision = fleet.revision();
        Instant began = fleet.now;
        int maxSurge = (nodes + 4) / 5;
        for (int look = 0; look < 2000 && !done(nodes); look++) {
            fleet.step();
            letMessagesArrive();
            check(seed, look, maxSurge);
            kubelets();
            check(seed, look, maxSurge);
            chaos();
            check(seed, look, maxSurge);
            fleet.now = fleet.now.plusSeconds(1);
        }
        assertThat(done(nodes)).as("seed %d ends", seed).isTrue();
        fleet.settle();
        assertThat(fleet.pods(pod -> true)).as("seed %d", seed).isEqualTo(nodes);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(nodes);
        assertThat(fleet.state.renderRevisions()).hasSize(2);
        return (int) (fleet.now.getEpochSecond() - began.getEpochSecond());
    }

    private void letMessagesArrive() {
        Collections.shuffle(fleet.inFlight, random);
        List<DaemonSetPlanner.Send> arriving = new ArrayList<>();
        fleet.inFlight.removeIf(send -> {
            int fate = random.nextInt(10);
            if (fate < 8) {
                arriving.add(send);
            }
            // One in ten is lost, one arrives later, one arrives twice.
            return fate != 8 && fate != 7;
        });
        arriving.forEach(fleet::arrive);
    }

    private void kubelets() {
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            for (DaemonPodView pod : node.of(UID)) {
                long age = fleet.now.toEpochMilli() - pod.createdAt();
                if (pod.terminating() && random.nextInt(10) == 0) {
                    node.pods.remove(pod.podUid());
                } else if (pod.live()
                        && !pod.ready()
                        && !broken.contains(pod.podUid())
                        && (age > 12_000 || random.nextInt(8) == 0)) {
                    node.change(pod.podUid(), builder -> builder.readySince(fleet.now));
                }
            }
            fleet.observe(node);
        }
    }

    private void chaos() {
        switch (random.nextInt(25)) {
            case 0 ->
                anyPod(pod -> pod.live() && pod.ready() && pod.revision().equals(oldRevision), (node, pod) -> {
                    broken.add(pod.podUid());
                    node.change(pod.podUid(), Fixtures.PodBuilder::notReady);
                });
            case 1 ->
                anyPod(DaemonPodView::live, (node, pod) -> {
                    deletedByUs.add(pod.podUid());
                    node.change(pod.podUid(), Fixtures.PodBuilder::terminating);
                });
            case 2 -> fleet.restart();
            default -> {}
        }
    }

    private void anyPod(
            java.util.function.Predicate<DaemonPodView> which,
            java.util.function.BiConsumer<FleetSimulation.SimulatedNode, DaemonPodView> harm) {
        List<DaemonPodView> pods = fleet.nodes.values().stream()
                .flatMap(node -> node.of(UID).stream())
                .filter(which)
                .toList();
        if (!pods.isEmpty()) {
            DaemonPodView pod = pods.get(random.nextInt(pods.size()));
            harm.accept(fleet.nodes.get(pod.node()), pod);
            fleet.observe(fleet.nodes.get(pod.node()));
        }
    }

    private boolean available(DaemonPodView pod) {
        return pod.live() && pod.ready() && pod.readySince() + 10_000 <= fleet.now.toEpochMilli();
    }

    /** Upstream's invariants. */
    private void check(int seed, int look, int maxSurge) {
        String when = "seed " + seed + ", look " + look;
        int newUnavailable = 0;
        int newDeletedByUs = 0;
        int oldUnavailable = 0;
        int nodesWithoutOld = 0;
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            int liveNew = 0;
            int liveOld = 0;
            int ending = 0;
            for (DaemonPodView pod : node.of(UID)) {
                boolean isNew = pod.revision().equals(newRevision);
                boolean byUs = deletedByUs.contains(pod.podUid());
                liveNew += isNew && pod.live() ? 1 : 0;
                liveOld += !isNew && pod.live() ? 1 : 0;
                ending += pod.terminating() && !byUs ? 1 : 0;
                newUnavailable += isNew && !available(pod) ? 1 : 0;
                newDeletedByUs += isNew && byUs ? 1 : 0;
                oldUnavailable += !isNew && !available(pod) ? 1 : 0;
            }
            nodesWithoutOld += liveOld == 0 && liveNew > 0 ? 1 : 0;
            assertThat(liveNew).as("%s, %s: new Pods", when, node.name).isLessThanOrEqualTo(1);
            assertThat(liveOld).as("%s, %s: old Pods", when, node.name).isLessThanOrEqualTo(1);
            assertThat(ending).as("%s, %s: ended Pods", when, node.name).isLessThanOrEqualTo(1);
            together(when, node);
            serves(when, node);
        }
        assertThat(newUnavailable)
                .as("%s: new Pods that do not serve", when)
                .isLessThanOrEqualTo(maxSurge + oldUnavailable + newDeletedByUs + nodesWithoutOld);
    }

    /** Stronger than upstream: a node that has an available Pod loses it by chaos only. */
    private void serves(String when, FleetSimulation.SimulatedNode node) {
        Set<String> now = new HashSet<>();
        node.of(UID).stream().filter(this::available).forEach(pod -> now.add(pod.podUid()));
        Set<String> before = servedBy.put(node.name, now);
        if (now.isEmpty() && before != null && !before.isEmpty()) {
            assertThat(before)
                    .as("%s, %s: has lost its Pod", when, node.name)
                    .anyMatch(pod -> broken.contains(pod) || deletedByUs.contains(pod));
        }
    }

    /** An old Pod does not stay longer beside the same new one. */
    private void together(String when, FleetSimulation.SimulatedNode node) {
        List<DaemonPodView> live =
                node.of(UID).stream().filter(DaemonPodView::live).toList();
        if (live.size() < 2) {
            togetherSince.remove(node.name);
            return;
        }
        String pair = live.get(0).podUid() + " " + live.get(1).podUid();
        togetherSince.keySet().removeIf(key -> key.startsWith(node.name + " ") && !key.endsWith(pair));
        Instant since = togetherSince.computeIfAbsent(node.name + " " + pair, key -> fleet.now);
        assertThat(fleet.now.getEpochSecond() - since.getEpochSecond())
                .as("%s, %s: seconds together", when, node.name)
                .isLessThanOrEqualTo(MAX_OVERLAP_SECONDS);
    }

    private boolean done(int nodes) {
        int done = 0;
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            List<DaemonPodView> pods = node.of(UID);
            done += pods.size() == 1 && pods.get(0).revision().equals(newRevision) && available(pods.get(0)) ? 1 : 0;
        }
        return done == nodes;
    }
}
