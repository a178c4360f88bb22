package io.everynode.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.node.NodeEvent;
import io.everynode.objects.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets the room that comes free, when a nomination lapses, and who is tried again then (ADR 0018). */
class NominationLifeTest {

    private static final String FULL = "0/1 nodes are available: 1 Insufficient cpu.";

    private final FakeCluster cluster = new FakeCluster();

    private static String pod(int priority, String cpu) {
        return pod(priority, cpu, "");
    }

    private static String pod(int priority, String cpu, String more) {
        return "{priority: " + priority + ", containers: [{resources: {requests: {cpu: '" + cpu + "'}}}]" + more + "}";
    }

    private void runs(String name, String node, int priority, String cpu) {
        cluster.addBoundPod(name, "{}", pod(priority, cpu), node);
    }

    /** What the scheduler does now; nodes hear of nominations. */
    private List<String> steps() {
        return cluster.nominate(cluster.run()).stream().map(FakeCluster::words).toList();
    }

    /** n1 is full of "low" of priority 1, which was asked to end for "p" of priority 10 that wants all of the node. */
    private void pWaitsForLow() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        cluster.addPod("p", "{}", pod(10, "4"));
        assertThat(steps())
                .containsExactly("hold n1 for p-uid", "end low on n1", "p: " + FULL + " Room is made on n1.");
        assertThat(steps()).as("the node has heard").isEmpty();
    }

    @Test
    void whatHappensOnTheNodeChangesNothingWhileTheRoomComesFree() {
        pWaitsForLow();
        cluster.end("low");
        cluster.addDaemonPod("n1", "idle", "{}", "0", 0, List.of(), "");
        assertThat(steps()).isEmpty();
        cluster.removePod(FakeCluster.name("low"));
        assertThat(steps()).containsExactly("p -> n1");
    }

    /** Seeds 64 and 96 of the simulator: its message was late, and a daemon Pod of lower priority was bound. */
    @Test
    void whoLosesTheRoomToALowerPodHasThatOneEndedToo() {
        pWaitsForLow();
        cluster.removePod(FakeCluster.name("low"));
        String agent = cluster.addDaemonPod("n1", "agent", "{}", "1", 0, List.of(), "");
        assertThat(steps()).containsExactly("end " + agent + " on n1", "p: " + FULL + " Room is made on n1.");
    }

    @Test
    void whoLosesTheRoomToAnEqualLetsItsNominationGo() {
        pWaitsForLow();
        cluster.removePod(FakeCluster.name("low"));
        cluster.addDaemonPod("n1", "agent", "{}", "1", 10, List.of(), "");
        assertThat(steps()).containsExactly("free n1 for p-uid", "p: " + FULL);
    }

    @Test
    void whoLosesTheRoomLooksElsewhereBeforeTheRestHasLeft() {
        pWaitsForLow();
        cluster.end("low");
        cluster.addNode("n2");
        runs("other", "n2", 2, "4");
        assertThat(steps()).as("it comes free where it is").isEmpty();
        cluster.node("n1", stored("n1", "{unschedulable: true}"));
        assertThat(steps())
                .contains("free n1 for p-uid", "hold n2 for p-uid", "end other on n2")
                .doesNotContain("end low on n1");
    }

    private static NodeEvent stored(String node, String spec) {
        FakeCluster made = new FakeCluster().addNode(node, "{}", spec);
        return new NodeEvent.Stored(made.nodes.get(node).object());
    }

    @Test
    void aNominationOfANodeThatGoesLapses() {
        pWaitsForLow();
        cluster.removeNode("n1");
        assertThat(steps()).contains("p: no nodes available to schedule pods").anyMatch("free n1 for p-uid"::equals);
    }

    /** The sum of what is used on the node does not change, so that no room seems to have come free. */
    @Test
    void aPodIsTriedAgainWhenALowerOneTookTheRoomOfAnEqual() {
        cluster.addNode("n1");
        runs("equal", "n1", 10, "4");
        cluster.addPod("p", "{}", pod(10, "4"));
        assertThat(steps()).containsExactly("p: " + FULL);
        cluster.removePod(FakeCluster.name("equal"));
        String agent = cluster.addDaemonPod("n1", "agent", "{}", "4", 0, List.of(), "");
        assertThat(steps())
                .containsExactly("hold n1 for p-uid", "end " + agent + " on n1", "p: " + FULL + " Room is made on n1.");
    }

    @Test
    void aPodThatIsOnItsWayEndsForAnotherOnceItIsBound() {
        cluster.addNode("n1").addPod("low", "{}", pod(1, "4"));
        assertThat(steps()).containsExactly("low -> n1");
        cluster.addPod("p", "{}", pod(10, "4"));
        assertThat(steps()).as("nobody knows yet whether it will be there").containsExactly("p: " + FULL);
        cluster.bind(FakeCluster.name("low"), "n1");
        assertThat(steps()).contains("hold n1 for p-uid", "end low on n1");
    }

    @Test
    void bothStayNominatedWhereBothWillFit() {
        cluster.addNode("n1");
        runs("a", "n1", 1, "2");
        runs("b", "n1", 2, "2");
        cluster.addPod("p", "{}", pod(10, "2"));
        assertThat(steps()).contains("hold n1 for p-uid", "end a on n1");
        cluster.addPod("higher", "{}", pod(100, "2"));
        assertThat(steps())
                .as("what leaves is enough for it, so it comes first, and the other has another end")
                .contains("hold n1 for higher-uid", "end b on n1")
                .doesNotContain("free n1 for p-uid");
    }

    @Test
    void aDaemonPodThatComesFirstTakesTheNomination() {
        pWaitsForLow();
        String vital = cluster.addDaemonPod("n1", "vital", "{}", "1", 100, List.of(), "no room");
        assertThat(steps())
                .as("and it is now for its sake that the other ends")
                .containsExactly("hold n1 for " + vital, "free n1 for p-uid", "p: " + FULL);
        assertThat(cluster.scheduler.lookAgain(cluster))
                .contains(new SchedulerStep.Preempt(FakeCluster.name("low"), "low-uid", "n1", vital));
    }

    @Test
    void theNominationOfADaemonPodLapsesToo() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        String agent = cluster.addDaemonPod("n1", "agent", "{}", "2", 10, List.of(), "no room");
        assertThat(steps()).containsExactly("hold n1 for " + agent, "end low on n1");
        cluster.removePod(FakeCluster.name("low"));
        cluster.addDaemonPod("n1", "equal", "{}", "3", 10, List.of(), "");
        assertThat(steps()).containsExactly("free n1 for " + agent);
    }

    @Test
    void aDaemonPodIsLookedAtAgainWhenNothingIsHeldForItsBetterAnyMore() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        cluster.addPod("p", "{}", pod(100, "4"));
        assertThat(cluster.runInWords()).contains("hold n1 for p-uid");
        String agent = cluster.addDaemonPod("n1", "agent", "{}", "2", 10, List.of(), "no room");
        assertThat(cluster.runInWords()).isEmpty();
        cluster.removePod(FakeCluster.name("p"));
        assertThat(cluster.runInWords())
                .as("though the node never heard of it, and so nothing changes there")
                .containsExactly("free n1 for p-uid", "hold n1 for " + agent, "end low on n1");
    }

    /** Two count on the same victim that did not hear of it, and one gives up. */
    @Test
    void whoWasAskedToEndIsAskedForTheSakeOfTheOtherWhoCountsOnIt() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        cluster.addPod("p", "{}", pod(10, "3"));
        assertThat(steps()).contains("end low on n1");
        cluster.addPod("q", "{}", pod(9, "1"));
        assertThat(steps()).contains("hold n1 for q-uid").noneMatch(step -> step.startsWith("end"));
        cluster.removePod(FakeCluster.name("p"));
        assertThat(steps()).containsExactly("free n1 for p-uid");
        assertThat(cluster.scheduler.lookAgain(cluster))
                .contains(new SchedulerStep.Preempt(FakeCluster.name("low"), "low-uid", "n1", "q-uid"));
        cluster.removePod(FakeCluster.name("q"));
        assertThat(steps()).containsExactly("free n1 for q-uid");
        assertThat(cluster.scheduler.lookAgain(cluster)).as("nobody needs it").isEmpty();
    }

    /**
     * Seed 8011 of the simulator: the lower one was driven from node to node, took back whom it had asked to end, and
     * so drove the higher one after it, which counted on them; for ever.
     */
    @Test
    void aHigherPodDoesNotFollowALowerOneFromNodeToNode() {
        cluster.addNode("n1").addNode("n2");
        runs("a", "n1", -10, "4");
        runs("b", "n2", -9, "4");
        cluster.addPod("low", "{}", pod(0, "4"));
        assertThat(steps()).contains("hold n1 for low-uid", "end a on n1");
        cluster.addPod("p", "{}", pod(50, "4"));
        assertThat(steps())
                .contains("hold n1 for p-uid", "free n1 for low-uid", "hold n2 for low-uid", "end b on n2")
                .hasSize(6);
    }

    @Test
    void whatWasInTheWayOnAnotherNodeCountsForPreemption() {
        cluster.addNode("n1", "{zone: a}", "{}").addNode("n2", "{zone: a}", "{unschedulable: true}");
        runs("low", "n1", 1, "4");
        cluster.addBoundPod("rival", "{labels: {app: x}}", pod(100, "1"), "n2");
        cluster.addPod(
                "p",
                "{}",
                pod(
                        10,
                        "4",
                        ", affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                                + " [{labelSelector: {matchLabels: {app: x}}, topologyKey: zone}]}}"));
        assertThat(steps()).noneMatch(step -> step.startsWith("end"));
        cluster.removePod(FakeCluster.name("rival"));
        assertThat(steps()).contains("hold n1 for p-uid", "end low on n1");
    }

    @Test
    void whoGoesElsewhereFreesWhatWasHeldAndSparesWhoDidNotHearOfIt() {
        pWaitsForLow();
        cluster.addNode("n2");
        assertThat(steps()).containsExactly("free n1 for p-uid", "p -> n2");
        cluster.bind(FakeCluster.name("p"), "n2");
        assertThat(steps()).isEmpty();
        assertThat(cluster.scheduler.lookAgain(cluster)).isEmpty();
        assertThat(cluster.scheduler.awaitsAnswers()).isFalse();
    }

    @Test
    void aRefusedPodKeepsWhatWasHeldForItWhileItLooksAgain() {
        pWaitsForLow();
        cluster.change(
                FakeCluster.name("p"), object -> Json.child(object, "status").put("nominatedNodeName", "n1"));
        cluster.removePod(FakeCluster.name("low"));
        assertThat(steps()).containsExactly("p -> n1");
        String agent = cluster.addDaemonPod("n1", "agent", "{}", "1", 0, List.of(), "");
        assertThat(cluster.nominate(cluster.scheduler.lookAgain(cluster)).stream()
                        .map(FakeCluster::words))
                .as("its proposal came to nothing")
                .contains("end " + agent + " on n1", "p: " + FULL + " Room is made on n1.");
    }

    @Test
    void aNodeThatNeverHeardOrForgotIsToldAgain() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        cluster.addPod("p", "{}", pod(10, "4"));
        SchedulerStep.Nominate lost = (SchedulerStep.Nominate) cluster.run().get(0);
        cluster.end("low");
        cluster.run();
        assertThat(cluster.scheduler.awaitsAnswers()).isTrue();
        assertThat(cluster.scheduler.lookAgain(cluster)).contains(lost);
        cluster.nominate(List.of(lost));
        cluster.run();
        assertThat(cluster.scheduler.lookAgain(cluster)).doesNotContain(lost);
        cluster.node("n1", new NodeEvent.NominationEnded("p-uid"));
        cluster.run();
        assertThat(cluster.scheduler.lookAgain(cluster)).contains(lost);
    }

    /** Seed 7000344 of the simulator: the old one went and the new one came before the scheduler looked. */
    @Test
    void aPodOfTheSameNameDoesNotInheritTheNomination() {
        pWaitsForLow();
        cluster.addPod("p", "{uid: other}", pod(0, "1"));
        cluster.change(
                FakeCluster.name("p"), object -> Json.child(object, "metadata").put("uid", "other"));
        assertThat(steps()).contains("free n1 for p-uid").noneMatch(step -> step.startsWith("end"));
        assertThat(cluster.scheduler.awaitsAnswers())
                .as("the word to the new one")
                .isTrue();
        cluster.removePod(FakeCluster.name("p"));
        cluster.run();
        assertThat(cluster.scheduler.lookAgain(cluster)).isEmpty();
        assertThat(cluster.scheduler.awaitsAnswers()).isFalse();
    }

    @Test
    void aSchedulerThatStartsGoesOnWithWhatTheEarlierOneBegan() {
        pWaitsForLow();
        cluster.end("low");
        cluster.change(
                FakeCluster.name("p"), object -> Json.child(object, "status").put("nominatedNodeName", "n1"));
        FakeCluster next = new FakeCluster();
        next.nodes.putAll(cluster.nodes);
        next.pods.putAll(cluster.pods);
        next.touchAll();
        assertThat(next.runInWords())
                .contains("p: " + FULL + " Room is made on n1.")
                .noneMatch(step -> step.startsWith("end"));
        next.removePod(FakeCluster.name("low"));
        assertThat(next.runInWords()).containsExactly("p -> n1");
    }

    @Test
    void aNominationThatAnybodyWroteOfANodeThatIsNotThereIsTakenBack() {
        cluster.addNode("n1").addPod("big", "9");
        cluster.change(
                FakeCluster.name("big"), object -> Json.child(object, "status").put("nominatedNodeName", "nowhere"));
        assertThat(steps()).containsExactly("big: " + FULL);
    }
}
