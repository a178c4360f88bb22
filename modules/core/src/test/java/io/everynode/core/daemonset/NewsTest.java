package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.labelled;
import static io.everynode.core.daemonset.Fixtures.node;
import static io.everynode.core.daemonset.Fixtures.podSpec;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Rounds.Round;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Taint;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What news of nodes and Pods leads to, after the tests of pkg/controller/daemon/daemon_controller_test.go about which
 * DaemonSets are queued: here a message, a status, or nothing.
 */
class NewsTest {

    private static final UnaryOperator<ObjectNode> ON_BLUE =
            tree -> with(tree, podSpec("nodeSelector", "{\"color\":\"blue\"}"));

    private final FleetSimulation fleet = new FleetSimulation();

    /** TestAddNode. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void aNewNodeMattersIfItIsSelected(String name, UnaryOperator<ObjectNode> strategy) {
        fleet.store(ON_BLUE.apply(strategy.apply(daemonSet(UID, 1, "a")))).step();
        fleet.addNode(node("node-1"));
        fleet.step();
        assertThat(fleet.everSent).isEmpty();
        fleet.addNode(labelled("node-2", "color", "blue"));
        fleet.step();
        assertThat(fleet.everSent).extracting(DaemonSetPlanner.Send::node).containsExactly("node-2");
    }

    /** TestUpdateNode and TestShouldIgnoreNodeUpdate: Pods made before the news, and by it. */
    static Stream<Arguments> changedNodes() {
        NodeFacts plain = node("node-1");
        UnaryOperator<ObjectNode> large = tree -> with(
                tree,
                podSpec(
                        "containers",
                        "[{\"name\":\"c\",\"image\":\"i\",\"resources\":{\"requests\":{\"memory\":\"200M\",\"cpu\":\"200m\"}}}]"));
        return Stream.of(
                        arguments("nothing changed", ON_BLUE, plain, plain, 0, 0),
                        arguments("labels changed", ON_BLUE, plain, labelled("node-1", "color", "blue"), 0, 1),
                        arguments(
                                "taints changed",
                                UnaryOperator.<ObjectNode>identity(),
                                node("node-1", new Taint("dedicated", "", Taint.NO_SCHEDULE)),
                                plain,
                                0,
                                1),
                        arguments("allocatable changed", large, plain, roomy(), 1, 0))
                .flatMap(row -> Rounds.strategies().stream().map(strategy -> {
                    List<Object> all = new ArrayList<>(List.of(strategy.get()));
                    all.addAll(List.of(row.get()));
                    return Arguments.of(all.toArray());
                }));
    }

    private static NodeFacts roomy() {
        ObjectNode node = Fixtures.json("{'metadata':{'name':'node-1','uid':'uid-node-1'},"
                + "'status':{'allocatable':{'memory':'200M','cpu':'200m','pods':'100'}}}");
        return NodeFacts.of(node);
    }

    @ParameterizedTest(name = "{2}, {0}")
    @MethodSource("changedNodes")
    void aChangedNodeMattersByItsLabelsAndTaints(
            String name,
            UnaryOperator<ObjectNode> strategy,
            String what,
            UnaryOperator<ObjectNode> template,
            NodeFacts before,
            NodeFacts after,
            int createdBefore,
            int createdAfter) {
        FleetSimulation.SimulatedNode node = fleet.addNode(before);
        fleet.store(template.apply(strategy.apply(daemonSet(UID, 1, "a"))));
        assertThat(Rounds.sync(fleet)).isEqualTo(new Round(createdBefore, 0));
        int sent = fleet.everSent.size();
        node.facts = after;
        fleet.observe(node);
        assertThat(Rounds.sync(fleet)).isEqualTo(new Round(createdAfter, 0));
        assertThat(fleet.everSent).hasSize(sent + createdAfter);
    }

    /** TestAddPod, TestUpdatePod, TestDeletePod: a Pod concerns the DaemonSet that it belongs to and no other. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void aPodConcernsItsOwnDaemonSetOnly(String name, UnaryOperator<ObjectNode> strategy) {
        fleet.addNodes(1).store(strategy.apply(daemonSet(UID, 1, "a"))).settle();
        String status = fleet.state.current().status().toString();
        FleetSimulation.SimulatedNode node = fleet.nodes.get("node-001");
        DaemonPodView own = node.of(UID).get(0);
        long rows = fleet.journal.size();
        // Another DaemonSet's Pods come, change and go.
        node.create("another", 1, "x");
        fleet.planner.observePods("another", "node-001", node.of("another"), fleet.now);
        fleet.step();
        node.of("another").forEach(pod -> node.change(pod.podUid(), Fixtures.PodBuilder::terminating));
        fleet.planner.observePods("another", "node-001", node.of("another"), fleet.now);
        fleet.step();
        fleet.planner.observePods("another", "node-001", List.of(), fleet.now);
        fleet.step();
        assertThat(fleet.journal).hasSize((int) rows);
        assertThat(fleet.inFlight).isEmpty();
        assertThat(fleet.state.current().status()).hasToString(status);

        Rounds.change(fleet, own, Fixtures.PodBuilder::notReady);
        fleet.step();
        assertThat(fleet.status("numberReady")).as("its own has changed").isZero();
        node.pods.remove(own.podUid());
        fleet.observe(node);
        assertThat(Rounds.sync(fleet)).as("its own has gone").isEqualTo(new Round(1, 0));
    }

    /** TestNumberReadyStatus and TestObservedGeneration. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void theStatusFollowsPodsAndGenerations(String name, UnaryOperator<ObjectNode> strategy) {
        fleet.addNodes(2).store(strategy.apply(daemonSet(UID, 1, "a")));
        assertThat(Rounds.sync(fleet)).isEqualTo(new Round(2, 0));
        fleet.step();
        assertThat(fleet.status("currentNumberScheduled")).isEqualTo(2);
        assertThat(fleet.status("numberReady")).isZero();
        assertThat(fleet.status("observedGeneration")).isEqualTo(1);
        fleet.kubelets();
        assertThat(Rounds.sync(fleet)).isEqualTo(Rounds.NOTHING);
        assertThat(fleet.status("numberReady")).isEqualTo(2);
        fleet.store(with(
                        strategy.apply(daemonSet(UID, 2, "a")),
                        tree -> Json.child(tree, "spec").put("minReadySeconds", 1)))
                .step();
        assertThat(fleet.status("observedGeneration")).isEqualTo(2);
    }

    /**
     * TestGetNodesToDaemonPods: a finished Pod that only a finalizer holds is neither counted nor waited for, but keeps
     * its revision from being trimmed.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.everynode.core.daemonset.Rounds#strategies")
    void aFinishedPodThatIsHeldBlocksNothingAndKeepsItsRevision(String name, UnaryOperator<ObjectNode> strategy) {
        UnaryOperator<ObjectNode> version = tree ->
                with(strategy.apply(tree), spec -> Json.child(spec, "spec").put("revisionHistoryLimit", 0));
        fleet.addNodes(1).store(version.apply(daemonSet(UID, 1, "a"))).settle();
        String first = fleet.revision();
        DaemonPodView held = fleet.nodes.get("node-001").of(UID).get(0);
        Rounds.change(fleet, held, pod -> pod.succeeded().terminating());
        fleet.store(version.apply(daemonSet(UID, 2, "b")));
        assertThat(Rounds.once(fleet)).isEqualTo(new Round(1, 0));
        fleet.step();
        assertThat(fleet.status("currentNumberScheduled")).isEqualTo(1);
        assertThat(fleet.status("updatedNumberScheduled")).isEqualTo(1);
        assertThat(fleet.state.current().revisions()).containsKey(first).hasSize(2);
        Rounds.vanish(fleet);
        fleet.step();
        assertThat(fleet.state.current().revisions()).hasSize(1);
    }
}
