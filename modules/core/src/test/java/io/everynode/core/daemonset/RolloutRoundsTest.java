package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.minReady;
import static io.everynode.core.daemonset.Fixtures.node;
import static io.everynode.core.daemonset.Fixtures.podSpec;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Rounds.Round;
import io.everynode.core.placement.Taint;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole rollouts, pass by pass, after pkg/controller/daemon/update_test.go and
 * test/integration/daemonset/daemonset_test.go; {@link RolloutTest} and {@link SurgeRolloutTest} have the short ones.
 */
class RolloutRoundsTest {

    private final FleetSimulation fleet = new FleetSimulation();

    private static ObjectNode version(int generation, String image, int maxUnavailable, int maxSurge) {
        return with(daemonSet(UID, generation, image), rolling(maxUnavailable, maxSurge));
    }

    private Set<String> names(Predicate<DaemonPodView> which) {
        Set<String> names = new TreeSet<>();
        for (FleetSimulation.SimulatedNode node : fleet.nodes.values()) {
            node.of(UID).stream().filter(which).forEach(pod -> names.add(pod.podName()));
        }
        return names;
    }

    private List<DaemonPodView> pods(Predicate<DaemonPodView> which) {
        return fleet.nodes.values().stream()
                .flatMap(node -> node.of(UID).stream())
                .filter(which)
                .toList();
    }

    private void ready(List<DaemonPodView> pods) {
        pods.forEach(pod -> Rounds.change(fleet, pod, builder -> builder.readySince(fleet.now)));
    }

    private long serving() {
        return fleet.nodes.values().stream()
                .filter(FleetSimulation.SimulatedNode::serves)
                .count();
    }

    /**
     * TestDaemonSetUpdatesSaveOldHealthyPods: ten updates over ten broken Pods, with random limits, touch none of the
     * ten healthy old ones; a limit of eleven lets one go.
     */
    @Test
    void updatesOverABrokenVersionNeverTouchHealthyPods() {
        fleet.addNodes(20).store(version(1, "a", 10, 0)).settle();
        fleet.store(version(2, "broken", 10, 0));
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(10, 10));
        Set<String> healthy = names(DaemonPodView::ready);
        assertThat(healthy).hasSize(10);
        Random random = new Random(123232);
        for (int i = 0; i < 10; i++) {
            fleet.store(version(3 + i, "broken-" + i, random.nextInt(10), 0));
            assertThat(Rounds.sync(fleet)).as("update %d", i).isEqualTo(new Round(0, 10));
            assertThat(Rounds.sync(fleet)).as("update %d", i).isEqualTo(new Round(10, 0));
            assertThat(Rounds.sync(fleet)).as("update %d", i).isEqualTo(Rounds.NOTHING);
            assertThat(names(DaemonPodView::ready)).isEqualTo(healthy);
        }
        fleet.store(version(13, "one-more", 11, 0));
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(11, 11));
        assertThat(names(DaemonPodView::ready)).hasSize(9).isSubsetOf(healthy);
    }

    /** TestDaemonSetUpdatesAllOldPodsNotReadyMaxSurge, with its times in seconds. */
    @Test
    void aSurgeByTheClock() {
        fleet.addNodes(5).store(version(1, "a", 0, 3));
        assertThat(Rounds.sync(fleet)).isEqualTo(new Round(5, 0));
        fleet.store(version(2, "b", 0, 3));
        fleet.now = Fixtures.START.plusSeconds(100);
        assertThat(Rounds.sync(fleet)).as("old ones that serve nobody").isEqualTo(new Round(5, 0));
        fleet.now = Fixtures.START.plusSeconds(200);
        assertThat(Rounds.sync(fleet)).as("they go, as they are not ready").isEqualTo(new Round(0, 5));
        ready(pods(DaemonPodView::live));

        fleet.store(with(version(3, "c", 0, 3), minReady(15)));
        String current = fleet.revision();
        fleet.now = Fixtures.START.plusSeconds(300);
        assertThat(Rounds.sync(fleet)).isEqualTo(new Round(3, 0));
        assertThat(Rounds.sync(fleet)).as("the surge is used up").isEqualTo(Rounds.NOTHING);
        List<DaemonPodView> surged = pods(pod -> pod.revision().equals(current));
        ready(surged.subList(0, 2));
        Set<String> surgedNodes = new TreeSet<>();
        surged.forEach(pod -> surgedNodes.add(pod.node()));
        DaemonPodView alone = pods(pod -> !surgedNodes.contains(pod.node())).get(0);
        Rounds.change(fleet, alone, Fixtures.PodBuilder::notReady);

        fleet.now = Fixtures.START.plusSeconds(310);
        assertThat(Rounds.sync(fleet)).as("beside the one that broke").isEqualTo(new Round(1, 0));
        fleet.now = Fixtures.START.plusSeconds(320);
        assertThat(Rounds.all(fleet)).as("two are available, one was broken").isEqualTo(new Round(1, 3));
        ready(pods(pod -> pod.revision().equals(current) && !pod.ready()));
        fleet.now = Fixtures.START.plusSeconds(340);
        assertThat(Rounds.all(fleet)).isEqualTo(new Round(0, 2));
        fleet.now = Fixtures.START.plusSeconds(350);
        assertThat(Rounds.all(fleet)).isEqualTo(Rounds.NOTHING);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(5);
    }

    /**
     * TestDaemonSetUpdatesPodsNotMatchTainstWithMaxSurge: the new template tolerates one node's taint no longer.
     * Upstream makes the next surged Pod in the pass that ends an old one; here it waits until that end is seen, so
     * that there are never more than one beside the five.
     */
    @Test
    void aTolerationIsTakenAwayDuringASurge() {
        fleet.addNode(node("node-000", new Taint("node-role.kubernetes.io/control-plane", "", Taint.NO_SCHEDULE)));
        fleet.addNodes(4);
        fleet.store(with(
                        version(1, "a", 0, 1),
                        podSpec(
                                "tolerations",
                                "[{\"key\":\"node-role.kubernetes.io/control-plane\",\"operator\":\"Exists\"}]")))
                .settle()
                .forgetCounts();
        fleet.store(version(2, "a", 0, 1));
        assertThat(Rounds.sync(fleet)).as("one is added, the one too many goes").isEqualTo(new Round(1, 1));
        assertThat(fleet.nodes.get("node-000").pods).isEmpty();
        for (int i = 0; i < 4; i++) {
            assertThat(Rounds.all(fleet)).as("not before the new one is ready").isEqualTo(Rounds.NOTHING);
            fleet.kubelets();
            assertThat(Rounds.all(fleet)).isEqualTo(new Round(i < 3 ? 1 : 0, 1));
            assertThat(serving()).isEqualTo(4);
            assertThat(fleet.pods(DaemonPodView::live)).isLessThanOrEqualTo(5);
        }
        assertThat(Rounds.all(fleet)).isEqualTo(Rounds.NOTHING);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(4);
    }

    /** TestDaemonSetRollingUpdateWithTolerations: two nodes each of three zones, of which a template tolerates some. */
    @Test
    void zonesComeAndGoDuringASurge() {
        for (String zone : List.of("zone-y", "zone-z", "zone-common")) {
            fleet.addNode(node(zone + "-1", new Taint(zone, "", Taint.NO_SCHEDULE)));
            fleet.addNode(node(zone + "-2", new Taint(zone, "", Taint.NO_SCHEDULE)));
        }
        fleet.store(tolerating(1, "zone-y", "zone-common")).settle();
        assertThat(fleet.pods(DaemonPodView::live)).isEqualTo(4);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(4);

        fleet.store(tolerating(2, "zone-z", "zone-common"));
        Rounds.all(fleet);
        assertThat(fleet.pods(DaemonPodView::live)).as("4 old, 2 new, 1 surged").isEqualTo(7);
        fleet.settle();
        assertThat(fleet.pods(DaemonPodView::live)).isEqualTo(4);
        assertThat(fleet.status("numberReady")).isEqualTo(4);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(4);

        fleet.store(tolerating(3, "zone-y", "zone-z", "zone-common"));
        Rounds.all(fleet);
        assertThat(fleet.pods(DaemonPodView::live)).as("4 old, 2 new, 1 surged").isEqualTo(7);
        fleet.settle();
        assertThat(fleet.status("numberReady")).isEqualTo(6);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(6);

        fleet.store(tolerating(4)).settle();
        assertThat(fleet.pods(pod -> true)).isZero();
        assertThat(fleet.status("numberReady")).isZero();
        assertThat(fleet.status("updatedNumberScheduled")).isZero();
    }

    private static ObjectNode tolerating(int generation, String... keys) {
        StringBuilder tolerations = new StringBuilder();
        for (String key : keys) {
            tolerations
                    .append(tolerations.isEmpty() ? "" : ",")
                    .append("{\"key\":\"")
                    .append(key)
                    .append("\",\"operator\":\"Exists\"}");
        }
        return with(version(generation, "a", 0, 1), podSpec("tolerations", "[" + tolerations + "]"));
    }

    /** TestGetUnavailableNumbers, by the names of its cases; pods: ready, terminating or none, one for each node. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "'No nodes', '', 0, 0, 0, 0, 0",
        "'Two nodes with ready pods', 'ready ready', 1, 0, 1, 0, 2",
        "'Two nodes, one node without pods', 'ready none', 0, 0, 1, 0, 2",
        "'Two nodes, one node without pods, surge', 'ready none', 0, 0, 1, 0, 2",
        "'Two nodes with pods, MaxUnavailable in percents', 'ready ready', 50%, 0, 1, 0, 2",
        "'Two nodes with pods, MaxUnavailable in percents, surge', 'ready ready', 0, 50%, 0, 1, 2",
        "'Two nodes with pods, MaxUnavailable is 100%, surge', 'ready ready', 0, 100%, 0, 2, 2",
        "'Two nodes with pods, MaxUnavailable in percents, pod terminating', 'ready terminating none', 50%, 0, 2, 0, 3",
    })
    void limitsFollowFromTheNodesThatAreWanted(
            String name, String pods, String maxUnavailable, String maxSurge, int unavailable, int surge, int desired) {
        fleet.store(with(daemonSet(UID, 1, "a"), rolling(limit(maxUnavailable), limit(maxSurge))));
        for (String pod : pods.isEmpty() ? new String[0] : pods.split(" ")) {
            fleet.addNodes(1);
            String last = "node-%03d".formatted(fleet.nodes.size());
            if (!pod.equals("none")) {
                Rounds.put(
                        fleet,
                        last,
                        UID,
                        fleet.revision(),
                        builder -> pod.equals("ready")
                                ? builder.readySince(fleet.now)
                                : builder.readySince(fleet.now).terminating());
            }
        }
        fleet.step();
        DaemonSetSpec spec = fleet.state.current().spec();
        assertThat(fleet.status("desiredNumberScheduled")).isEqualTo(desired);
        assertThat(spec.unavailableBudget(desired)).isEqualTo(unavailable);
        assertThat(spec.maxSurge().of(desired)).isEqualTo(surge);
    }

    private static Object limit(String text) {
        return text.endsWith("%") ? text : (Object) Integer.valueOf(text);
    }
}
