package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.node.Converge;
import io.everynode.core.object.ControllerRef;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose a Pod is comes before everything else that is wanted of its node. */
class PodClaimTest {

    private static final PodClaim RELEASE = new PodClaim(PodClaim.Kind.RELEASE, "b", "pod-b");
    private static final PodClaim ADOPT = new PodClaim(PodClaim.Kind.ADOPT, "c", "pod-c");
    private static final PodClaim HAND_OVER = new PodClaim(PodClaim.Kind.HAND_OVER, "a", "pod-a");

    private final FleetSimulation fleet = new FleetSimulation();

    @ParameterizedTest
    @CsvSource({
        "a, '', '', true",
        "x, '', '', false",
        "a, DaemonSet, own, true",
        "a, DaemonSet, other, false",
        "a, ReplicaSet, rs, false",
    })
    void isWantedWhen(String app, String kind, String controller, boolean wanted) {
        LabelSelector selector = LabelSelector.of(Fixtures.json("{'matchLabels':{'app':'a'}}"));
        assertThat(PodClaim.wanted(Map.of("app", app), new ControllerRef(kind, controller), selector, "own"))
                .isEqualTo(wanted);
    }

    /** Validation lets none pass; all the more nothing is taken for one. */
    @Test
    void aSelectorOfEverythingWantsNothing() {
        assertThat(PodClaim.wanted(Map.of(), ControllerRef.NONE, LabelSelector.everything(), "own"))
                .isFalse();
    }

    private List<Converge.Wish> wishes(List<PodClaim> claims) {
        fleet.addNodes(1).store(daemonSet(UID, 1, "a"));
        fleet.planner.follow(fleet.state, fleet.now);
        fleet.planner.observeClaims(UID, "node-001", claims, fleet.now);
        fleet.planner.observeClaims("another", "node-001", List.of(), fleet.now);
        fleet.step();
        return fleet.inFlight.stream().map(send -> send.message().wish()).toList();
    }

    @Test
    void noPodIsMadeBesideOneThatIsToBeAdopted() {
        assertThat(wishes(List.of(ADOPT))).containsExactly(new Converge.Adopt("c", fleet.revision(), false));
    }

    @Test
    void releasesComeFirstAndOrdinaryPodsLast() {
        assertThat(wishes(List.of(HAND_OVER, ADOPT, RELEASE))).containsExactly(new Converge.Release("b"));
        fleet.planner.observeClaims(UID, "node-001", List.of(HAND_OVER), fleet.now);
        fleet.step();
        assertThat(fleet.inFlight)
                .last()
                .satisfies(send -> assertThat(send.message().wish()).isEqualTo(new Converge.HandOver("a", "pod-a")));
    }

    private static ObjectNode deleted(ObjectNode daemonSet, String finalizer) {
        ObjectNode metadata = Json.child(daemonSet, "metadata");
        metadata.put("deletionTimestamp", "2026-03-01T12:00:00Z")
                .putArray("finalizers")
                .add(finalizer);
        return daemonSet;
    }

    @ParameterizedTest
    @CsvSource({"orphan, true, Orphaned", "foregroundDeletion, false, Removed"})
    void aDeletionThatWaitsRetiresAndMakesNothing(String finalizer, boolean release, String last) {
        fleet.addNodes(2).store(daemonSet(UID, 1, "a")).settle();
        fleet.addNodes(3).store(deleted(daemonSet(UID, 1, "a"), finalizer));
        fleet.planner.observeClaims(UID, "node-003", List.of(ADOPT), fleet.now);
        fleet.planner.observeOtherDependents(false);
        fleet.step();
        assertThat(fleet.inFlight)
                .hasSize(2)
                .allSatisfy(send -> assertThat(send.message().wish()).isEqualTo(new Converge.Retire(release)));
        fleet.planner.observePods(UID, "node-001", List.of(), fleet.now);
        fleet.planner.observePods(UID, "node-002", List.of(), fleet.now);
        assertThat(fleet.planner.step(fleet.state, fleet.version, fleet.now).events())
                .as("other dependents are left")
                .isEmpty();
        fleet.planner.observeOtherDependents(true);
        assertThat(fleet.planner.step(fleet.state, fleet.version, fleet.now).events())
                .last()
                .satisfies(event -> assertThat(event.getClass().getSimpleName()).isEqualTo(last));
    }

    @Test
    void whatAClientHoldsIsLeftAlone() {
        fleet.addNodes(1).store(daemonSet(UID, 1, "a")).settle();
        fleet.store(deleted(daemonSet(UID, 1, "a"), "example.com/hold"));
        fleet.planner.observeClaims(UID, "node-001", List.of(RELEASE), fleet.now);
        fleet.step();
        assertThat(fleet.inFlight).isEmpty();
    }
}
