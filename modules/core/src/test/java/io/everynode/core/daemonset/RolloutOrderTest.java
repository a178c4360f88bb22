package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.rolling;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Fixtures.PodBuilder;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** In which order nodes are updated, and that nothing is where nothing changed. */
class RolloutOrderTest {

    private static FleetSimulation running(ObjectNode daemonSet, int nodes) {
        FleetSimulation fleet =
                new FleetSimulation().addNodes(nodes).store(daemonSet).settle();
        fleet.everSent.clear();
        fleet.forgetCounts();
        return fleet;
    }

    private static List<String> sentTo(FleetSimulation fleet) {
        return fleet.everSent.stream().map(DaemonSetPlanner.Send::node).toList();
    }

    /**
     * Nodes without an available Pod first and all of them, then the others as far as the budget goes; both by name.
     */
    @Property(tries = 100)
    void unavailableFirstThenByName(
            @ForAll @IntRange(min = 1, max = 30) int nodes,
            @ForAll @IntRange(min = 1, max = 10) int budget,
            @ForAll boolean surge,
            @ForAll long seed) {
        Object unavailable = surge ? 0 : budget;
        ObjectNode before = with(daemonSet(UID, 1, "a"), rolling(unavailable, surge ? budget : 0));
        FleetSimulation fleet = running(before, nodes);
        Random random = new Random(seed);
        TreeSet<String> broken = new TreeSet<>();
        List<String> shuffled = new ArrayList<>(fleet.nodes.keySet());
        Collections.shuffle(shuffled, random);
        for (String name : shuffled) {
            if (random.nextInt(3) == 0) {
                broken.add(name);
                FleetSimulation.SimulatedNode node = fleet.nodes.get(name);
                node.change(node.pods.keySet().iterator().next(), PodBuilder::notReady);
            }
            fleet.observe(fleet.nodes.get(name));
        }
        fleet.store(with(daemonSet(UID, 2, "b"), rolling(unavailable, surge ? budget : 0)))
                .step();
        List<String> expected = new ArrayList<>(broken);
        int room = surge ? budget : budget - broken.size();
        fleet.nodes.keySet().stream()
                .filter(name -> !broken.contains(name))
                .limit(Math.max(0, room))
                .forEach(expected::add);
        assertThat(sentTo(fleet)).isEqualTo(expected);
    }

    @Test
    void theCurrentTemplateAgainChangesNothing() {
        FleetSimulation fleet = running(daemonSet(UID, 1, "a"), 3);
        int rows = fleet.journal.size();
        fleet.store(daemonSet(UID, 1, "a")).settle();
        assertThat(fleet.journal).hasSize(rows);
        // As kubectl rollout undo writes it when the current revision is asked for: other fields, the same template.
        String revision = fleet.revision();
        fleet.store(reordered(daemonSet(UID, 2, "a"))).settle();
        assertThat(fleet.revision()).isEqualTo(revision);
        assertThat(fleet.state.current().revisions().get(revision).number()).isEqualTo(1);
        assertThat(fleet.everSent).isEmpty();
        assertThat(fleet.status("observedGeneration")).isEqualTo(2);
    }

    private static ObjectNode reordered(ObjectNode tree) {
        ObjectNode template = (ObjectNode) Json.at(tree, "spec", "template");
        JsonNode metadata = template.remove("metadata");
        template.set("metadata", metadata);
        return tree;
    }

    @Test
    void anUndoneRolloutRenumbersAndRestartsOnlyWhatItHadChanged() {
        FleetSimulation fleet = running(daemonSet(UID, 1, "a"), 4);
        String first = fleet.revision();
        fleet.store(daemonSet(UID, 2, "broken")).settle(pod -> pod.revision().equals(first));
        assertThat(fleet.ended()).isEqualTo(1);
        fleet.store(daemonSet(UID, 3, "a")).settle();
        assertThat(fleet.revision()).isEqualTo(first);
        assertThat(fleet.state.current().revisions()).hasSize(2);
        assertThat(fleet.state.current().revisions().get(first).number()).isEqualTo(3);
        assertThat(fleet.ended()).as("only the broken one").isEqualTo(2);
        fleet.store(daemonSet(UID, 4, "a")).settle();
        assertThat(fleet.state.current().revisions().get(first).number()).isEqualTo(3);
        assertThat(fleet.ended()).isEqualTo(2);
    }

    /** The template is the same, so the Pods are; only how the next update goes has changed. */
    @Test
    void anotherStrategyRestartsNothing() {
        FleetSimulation fleet = running(daemonSet(UID, 1, "a"), 3);
        fleet.store(with(daemonSet(UID, 2, "a"), rolling(0, 1))).settle();
        fleet.store(with(daemonSet(UID, 3, "a"), Fixtures.onDelete())).settle();
        fleet.store(with(daemonSet(UID, 4, "a"), Fixtures.minReady(30))).settle();
        assertThat(fleet.everSent).isEmpty();
        assertThat(fleet.state.current().revisions()).hasSize(1);
    }
}
