package io.everynode.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.lifecycle.EvictionZones.Order;
import io.everynode.core.placement.Taint;
import io.everynode.core.placement.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of node_lifecycle_controller_test.go (TestMonitorNodeHealthEvictPodsWithDisruption and its like). */
class EvictionZonesTest {

    private static final long START = 1_000_000;

    private final EvictionZones zones = new EvictionZones(LifecycleSettings.DEFAULT);

    private static ZonedNode node(String zone, String ready, String... taints) {
        StringBuilder list = new StringBuilder();
        for (String taint : taints) {
            list.append("{key: ").append(taint).append(", effect: NoExecute, timeAdded: '2026-01-01T00:00:00Z'},");
        }
        return ZonedNode.of(Yaml.object("{metadata: {labels: {topology.kubernetes.io/zone: '" + zone
                + "', topology.kubernetes.io/region: r}}, spec: {taints: [" + list + "]}, "
                + "status: {conditions: [{type: Ready, status: '" + ready + "'}]}}"));
    }

    private void zone(String zone, int ready, int lost) {
        for (int i = 0; i < ready; i++) {
            zones.nodeIs(zone + "-up-" + i, node(zone, "True"));
        }
        for (int i = 0; i < lost; i++) {
            zones.nodeIs(zone + "-lost-" + i, node(zone, "Unknown"));
        }
    }

    /** How many nodes of zone a are granted in so many seconds, as nobody else needs anything. */
    private int granted(int seconds) {
        int granted = 0;
        for (long now = START; now < START + seconds * 1000L; now += 1000) {
            for (Order order : zones.step(now)) {
                assertThat(order.taint()).isEqualTo(Taint.UNREACHABLE);
                zones.nodeIs(order.node(), node("a", "Unknown", Taint.UNREACHABLE));
                granted++;
            }
        }
        return granted;
    }

    @ParameterizedTest(name = "a zone of {0} ready and {1} lost nodes, {2} ready elsewhere: {4} in {3} s")
    @CsvSource({
        // The usual rate: at once, then every 10 s.
        "9,  1,  0, 60,   1",
        "9,  2,  0, 10,   1",
        "9,  2,  0, 11,   2",
        // Two lost nodes make no unhealthy zone, whatever their share.
        "1,  2,  0, 60,   2",
        // An unhealthy zone of a small cluster is not emptied.
        "2,  3,  0, 600,  0",
        "10, 40, 0, 600,  0",
        // In a large one it is, ten times slower.
        "11, 40, 0, 100,  1",
        "11, 40, 0, 301,  4",
        // Below the threshold of 55 % it is healthy.
        "46, 54, 0, 100,  10",
        "45, 55, 0, 100,  1",
        // A zone without any ready node is emptied as usual, as long as there are others.
        "0,  5,  1, 41,   5",
        // Nobody is ready: the control plane is cut off.
        "0,  5,  0, 600,  0",
        "0,  1,  0, 600,  0",
    })
    void theRateFollowsFromTheHealthOfTheZone(int ready, int lost, int elsewhere, int seconds, int granted) {
        zone("b", elsewhere, 0);
        zone("a", ready, lost);
        assertThat(granted(seconds)).isEqualTo(granted);
    }

    @Test
    void eachZoneHasARateOfItsOwn() {
        zone("a", 9, 2);
        zone("b", 9, 2);
        assertThat(zones.step(START))
                .containsExactlyInAnyOrder(
                        new Order("a-lost-0", Taint.UNREACHABLE), new Order("b-lost-0", Taint.UNREACHABLE));
        assertThat(zones.nextDeadline(START)).isEqualTo(START + EvictionZones.ORDER_AGAIN_MILLIS);
    }

    @ParameterizedTest
    @CsvSource({"False, node.kubernetes.io/not-ready", "Unknown, node.kubernetes.io/unreachable"})
    void theTaintFollowsTheReadyCondition(String ready, String taint) {
        zone("a", 2, 0);
        zones.nodeIs("n", node("a", ready));
        assertThat(zones.step(START)).containsExactly(new Order("n", taint));
    }

    @ParameterizedTest
    @CsvSource({"True", "''"})
    void noOtherNodeGetsOne(String ready) {
        zone("a", 2, 0);
        zones.nodeIs("n", node("a", ready));
        assertThat(zones.step(START)).isEmpty();
    }

    @Test
    void aNodeThatIsReadyAgainBeforeItsTurnIsLeftAlone() {
        zone("a", 9, 3);
        assertThat(zones.step(START)).hasSize(1);
        zones.nodeIs("a-lost-1", node("a", "True"));
        assertThat(zones.step(START + 10_000)).contains(new Order("a-lost-2", Taint.UNREACHABLE));
    }

    @Test
    void anOrderIsRepeatedUntilItIsCarriedOut() {
        zone("a", 9, 1);
        Order order = new Order("a-lost-0", Taint.UNREACHABLE);
        assertThat(zones.step(START)).containsExactly(order);
        assertThat(zones.step(START + 4_999)).isEmpty();
        assertThat(zones.step(START + 5_000)).containsExactly(order);
        zones.nodeIs("a-lost-0", node("a", "Unknown", Taint.UNREACHABLE));
        assertThat(zones.step(START + 10_000)).isEmpty();
        assertThat(zones.nextDeadline(START + 10_000)).isEqualTo(Long.MAX_VALUE);
        zones.nodeIs("a-lost-0", node("a", "Unknown"));
        assertThat(zones.step(START + 20_000)).as("a client took it away").containsExactly(order);
        zones.nodeGone("a-lost-0");
        assertThat(zones.step(START + 30_000)).isEmpty();
    }

    @Test
    void whenAllAreLostWhatWasGrantedIsTakenAwayAndComesBackSlowly() {
        zone("a", 2, 1);
        zones.step(START);
        zones.nodeIs("a-lost-0", node("a", "Unknown", Taint.UNREACHABLE));
        zones.nodeIs("a-up-0", node("a", "Unknown"));
        zones.nodeIs("a-up-1", node("a", "Unknown"));
        assertThat(zones.stopped()).isTrue();
        assertThat(zones.nextDeadline(START + 1)).isLessThanOrEqualTo(START + 1);
        assertThat(zones.step(START + 1)).containsExactly(new Order("a-lost-0", ""));
        zones.nodeIs("a-lost-0", node("a", "Unknown"));
        assertThat(zones.step(START + 100_000)).isEmpty();

        zones.nodeIs("a-up-0", node("a", "True"));
        assertThat(zones.step(START + 100_000)).as("not at once").isEmpty();
        assertThat(zones.step(START + 110_000)).hasSize(1);
    }

    @Test
    void aNodeWithTheLabelHasNoSayButIsEmptiedAsOthersAre() {
        zone("a", 9, 0);
        for (int i = 0; i < 20; i++) {
            zones.nodeIs(
                    "spot-" + i,
                    ZonedNode.of(Yaml.object("{metadata: {labels: {topology.kubernetes.io/zone: a, "
                            + "topology.kubernetes.io/region: r, node.kubernetes.io/exclude-disruption: 'true'}}, "
                            + "status: {conditions: [{type: Ready, status: Unknown}]}}")));
        }
        assertThat(zones.step(START)).hasSize(1);
        assertThat(zones.step(START + 10_000)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "'{}', ''",
        "'{topology.kubernetes.io/zone: z}', ':0:z'",
        "'{topology.kubernetes.io/zone: z, topology.kubernetes.io/region: r}', 'r:0:z'",
        "'{failure-domain.beta.kubernetes.io/zone: z, failure-domain.beta.kubernetes.io/region: r}', 'r:0:z'",
    })
    void theZoneIsReadFromTheTopologyLabels(String labels, String zone) {
        ZonedNode read = ZonedNode.of(Yaml.object("metadata: {labels: " + labels + "}"));
        assertThat(read.zone()).isEqualTo(zone.replace('0', '\0'));
    }

    @Test
    void theWindowBoundsWhatIsUnderWay() {
        for (int i = 0; i < EvictionZones.WINDOW + 5; i++) {
            zones.nodeIs("z" + i, node("z" + i, "Unknown"));
        }
        zone("up", 1, 0);
        List<Order> first = zones.step(START);
        assertThat(first).hasSize(EvictionZones.WINDOW);
        for (Order order : first) {
            zones.nodeIs(order.node(), node(order.node(), "Unknown", Taint.UNREACHABLE));
        }
        assertThat(zones.step(START)).hasSize(5);
    }
}
