package io.everynode.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.node.NodeEvent;
import io.everynode.core.placement.HostPort;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cases after plugins/defaultpreemption/default_preemption_test.go and framework/preemption. */
class PreemptionTest {

    private final FakeCluster cluster = new FakeCluster();

    private static String pod(int priority, String cpu, String more) {
        return "{priority: " + priority + ", containers: [{resources: {requests: {cpu: '" + cpu + "'}}}]" + more + "}";
    }

    private void runs(String name, String node, int priority, String cpu) {
        runs(name, node, priority, cpu, "{}");
    }

    private void runs(String name, String node, int priority, String cpu, String metadata) {
        cluster.addBoundPod(name, metadata, pod(priority, cpu, ""), node);
    }

    private static String made(String time) {
        return "{creationTimestamp: '2026-03-01T" + time + "Z'}";
    }

    /** The victims and the node that is chosen for a Pod of priority 10 that wants so much. */
    private List<String> preempt(String cpu, String more) {
        cluster.addPod("p", "{}", pod(10, cpu, more));
        return cluster.runInWords();
    }

    @Test
    void endsWhatIsBelowAndHoldsTheRoom() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "3");
        assertThat(preempt("2", ""))
                .containsExactly(
                        "hold n1 for p-uid",
                        "end low on n1",
                        "p: 0/1 nodes are available: 1 Insufficient cpu. Room is made on n1.");
        cluster.addPod("other", "{}", pod(5, "2.5", ""));
        assertThat(cluster.runInWords())
                .as("while it ends")
                .containsExactly("other: 0/1 nodes are available: 1 Insufficient cpu.");
        cluster.change(
                FakeCluster.name("low"),
                pod -> Json.child(pod, "metadata").put("deletionTimestamp", "2026-03-01T12:00:30Z"));
        assertThat(cluster.run()).isEmpty();
        cluster.removePod(FakeCluster.name("low"));
        assertThat(cluster.runInWords()).first().isEqualTo("p -> n1");
    }

    @Test
    void asManyAsPossibleStayTheMostImportantFirst() {
        cluster.addNode("n1");
        runs("a", "n1", 1, "1");
        runs("b", "n1", 2, "1");
        runs("c", "n1", 3, "1");
        runs("high", "n1", 10, "1");
        assertThat(preempt("2", ""))
                .contains("end a on n1", "end b on n1")
                .doesNotContain("end c on n1", "end high on n1");
    }

    /** Every Pod named has the budget, which lets so many go. */
    private void budget(String id, int allowed, String... pods) {
        for (String pod : pods) {
            cluster.budgets
                    .computeIfAbsent(FakeCluster.name(pod), any -> new ArrayList<>())
                    .add(new PodBudget(id, allowed, false));
        }
    }

    @Test
    void whatGoesAgainstABudgetStaysIfItCan() {
        cluster.addNode("n1");
        runs("guarded", "n1", 1, "2");
        runs("free", "n1", 5, "2");
        budget("b", 0, "guarded");
        assertThat(preempt("2", "")).contains("end free on n1").doesNotContain("end guarded on n1");
    }

    @Test
    void theNodeWithFewestViolationsIsChosenBeforePriorities() {
        cluster.addNode("n1").addNode("n2");
        runs("a", "n1", 1, "4");
        runs("b", "n2", 5, "4");
        budget("none-left", 0, "a");
        budget("one-left", 1, "b");
        assertThat(preempt("2", "")).contains("end b on n2").doesNotContain("end a on n1");
    }

    @Test
    void aBudgetThatAllowsOneIsUsedUpByTheMoreImportant() {
        cluster.addNode("n1").addNode("n2");
        runs("a1", "n1", 1, "2");
        runs("a2", "n1", 1, "2");
        runs("b", "n2", 7, "4");
        budget("b", 1, "a1", "a2");
        assertThat(preempt("4", "")).contains("end b on n2").doesNotContain("end a1 on n1");
    }

    @Test
    void noBudgetHoldsPreemptionBack() {
        cluster.addNode("n1");
        runs("a", "n1", 1, "4");
        budget("b", 0, "a");
        budget("c", 0, "a");
        assertThat(preempt("2", "")).contains("end a on n1");
    }

    @Test
    void theLowestHighestVictimDecides() {
        cluster.addNode("n1").addNode("n2");
        runs("a", "n1", 5, "4");
        runs("b", "n2", 1, "2");
        runs("c", "n2", 4, "2");
        assertThat(preempt("4", "")).contains("hold n2 for p-uid", "end b on n2", "end c on n2");
    }

    @Test
    void thenTheLowestSum() {
        cluster.addNode("n1").addNode("n2");
        runs("a", "n1", 5, "2");
        runs("b", "n1", 4, "2");
        runs("c", "n2", 5, "2");
        runs("d", "n2", 1, "2");
        assertThat(preempt("4", "")).contains("hold n2 for p-uid");
    }

    @Test
    void thenFewestAndThenTheYoungestAndThenTheName() {
        cluster.addNode("n1").addNode("n2").addNode("n3");
        runs("a", "n1", 5, "4", made("12:00:00"));
        runs("b", "n2", 5, "4", made("12:00:09"));
        runs("c", "n3", 5, "4", made("12:00:09"));
        assertThat(preempt("4", "")).contains("hold n2 for p-uid", "end b on n2");
    }

    @Test
    void nothingEndsWhereItDoesNotHelp() {
        cluster.addNode("n1")
                .addNode("n2", "{}", "{taints: [{key: k, effect: NoSchedule}]}")
                .addNode("n3");
        runs("a", "n1", 10, "4");
        runs("b", "n2", 1, "4");
        runs("c", "n3", 1, "1");
        cluster.addPod("p", "{}", pod(10, "4.5", ""));
        cluster.addPod("q", "{}", pod(1, "4", ""));
        List<SchedulerStep> steps = cluster.run();
        assertThat(steps.stream().map(step -> ((SchedulerStep.Unschedulable) step).message()))
                .containsExactly(
                        "0/3 nodes are available: 1 node(s) had untolerated taint {k: }, 2 Insufficient cpu."
                                + " preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
                        "0/3 nodes are available: 1 node(s) had untolerated taint {k: }, 2 Insufficient cpu."
                                + " preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling,"
                                + " 2 No preemption victims found for incoming pod.");
    }

    @Test
    void aPodThatNeverPreemptsWaits() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        cluster.addPod("p", "{}", pod(10, "1", ", preemptionPolicy: Never"));
        SchedulerStep.Unschedulable told =
                (SchedulerStep.Unschedulable) cluster.run().get(0);
        assertThat(told.message())
                .isEqualTo("0/1 nodes are available: 1 Insufficient cpu."
                        + " preemption: not eligible due to preemptionPolicy=Never.");
    }

    @Test
    void podsThatEndAnywayAreWaitedFor() {
        cluster.addNode("n1").addNode("n2");
        runs("ending", "n1", 1, "4", "{deletionTimestamp: '2026-03-01T12:00:00Z'}");
        runs("low", "n2", 0, "4");
        assertThat(preempt("4", "")).contains("hold n1 for p-uid").noneMatch(step -> step.startsWith("end"));
    }

    @Test
    void antiAffinityAndPortsAreReasonsToo() {
        cluster.addNode("n1", "{host: n1}", "{}");
        cluster.addBoundPod("low", "{labels: {app: x}}", pod(1, "1", ""), "n1");
        String apart = ", affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                + " [{labelSelector: {matchLabels: {app: x}}, topologyKey: host}]}}";
        assertThat(preempt("1", apart)).contains("end low on n1");
        FakeCluster ports = new FakeCluster().addNode("n1");
        String port = "{priority: %d, containers: [{ports: [{hostPort: 80}]}]}";
        ports.addBoundPod("low", "{}", port.formatted(1), "n1").addPod("p", "{}", port.formatted(2));
        assertThat(ports.runInWords()).contains("end low on n1");
    }

    @Test
    void aHigherPodTakesTheHeldRoomAndTheLowerOneLooksAgain() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        assertThat(preempt("4", "")).contains("hold n1 for p-uid");
        cluster.addPod("higher", "{}", pod(100, "4", ""));
        assertThat(cluster.runInWords())
                .contains("hold n1 for higher-uid", "free n1 for p-uid")
                .anyMatch(step -> step.startsWith("p: ") && !step.contains("Room is made"));
    }

    @Test
    void aPodThatGoesFreesWhatWasHeldForIt() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        preempt("4", "");
        cluster.removePod(FakeCluster.name("p"));
        assertThat(cluster.runInWords()).containsExactly("free n1 for p-uid");
        assertThat(cluster.scheduler.awaitsAnswers()).isFalse();
    }

    /** Found by the simulator: the Pod waited for ever, as nothing else changed on the node. */
    @Test
    void whoWaitsIsTriedAgainWhenNothingIsHeldAnyMore() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "3");
        preempt("2", "");
        cluster.addPod("other", "{}", pod(5, "1.5", ""));
        cluster.addPod("third", "{}", pod(5, "2", ""));
        cluster.runInWords();
        cluster.removePod(FakeCluster.name("low"));
        assertThat(cluster.runInWords())
                .as("the Pod that comes counts once, not once more for what was held")
                .contains("p -> n1", "other -> n1")
                .doesNotContain("third -> n1");
    }

    @Test
    void victimsAreAskedAgainUntilTheyEnd() {
        cluster.addNode("n1");
        runs("low", "n1", 1, "4");
        preempt("4", "");
        assertThat(cluster.scheduler.lookAgain(cluster).stream().map(FakeCluster::words))
                .contains("hold n1 for p-uid", "end low on n1");
        cluster.change(
                FakeCluster.name("low"),
                pod -> Json.child(pod, "metadata").put("deletionTimestamp", "2026-03-01T12:00:30Z"));
        assertThat(cluster.scheduler.lookAgain(cluster).stream().map(FakeCluster::words))
                .doesNotContain("end low on n1");
    }

    @Test
    void aWaitingDaemonPodEndsOrdinaryAndOtherDaemonPods() {
        cluster.addNode("n1").addNode("n2");
        runs("web", "n1", 1, "1");
        String other = cluster.addDaemonPod("n1", "other", "{}", "2", 2, List.of(), "");
        cluster.addDaemonPod("n1", "vital", "{}", "1", 100, List.of(), "");
        String agent = cluster.addDaemonPod("n1", "agent", "{}", "2", 50, List.of(), "no room");
        assertThat(cluster.runInWords()).containsExactly("hold n1 for " + agent, "end " + other + " on n1");
        cluster.addPod("p", "{}", pod(10, "1", ", nodeSelector: {x: y}"));
        cluster.addPod("q", "{}", pod(10, "3", ""));
        assertThat(cluster.runInWords()).contains("q -> n2");
    }

    @Test
    void aDaemonPodLeavesItsOwnKindAndItsBettersAlone() {
        cluster.addNode("n1");
        cluster.addDaemonPod("n1", "agent", "{}", "3", 1, List.of(), "");
        cluster.addDaemonPod("n1", "agent", "{}", "3", 50, List.of(), "no room");
        assertThat(cluster.run()).isEmpty();
        cluster.addDaemonPod("n1", "patient", "{spec: {preemptionPolicy: Never}}", "3", 60, List.of(), "no room");
        assertThat(cluster.run()).isEmpty();
    }

    @Test
    void aDaemonPodThatWaitsForAPortEndsItsHolder() {
        cluster.addNode("n1");
        List<HostPort> port = List.of(new HostPort("", "TCP", 80));
        String low = cluster.addDaemonPod("n1", "low", "{}", "0", 1, port, "");
        String high = cluster.addDaemonPod("n1", "high", "{}", "0", 9, port, "no port");
        assertThat(cluster.runInWords()).containsExactly("hold n1 for " + high, "end " + low + " on n1");
    }

    /** Seed 110 of the simulator: it has no DaemonSet, as the ordinary Pod has none. */
    @Test
    void aDaemonPodThatItsDaemonSetLeftMayEndToo() {
        cluster.addNode("n1");
        String left = cluster.addDaemonPod("n1", "agent", "{}", "4", 0, List.of(), "");
        cluster.node("n1", new NodeEvent.DaemonPodReleased(left));
        assertThat(preempt("4", "")).contains("hold n1 for p-uid", "end " + left + " on n1");
    }

    /** Theme NEIGHBOURS, seed 2, of the simulator: the next one was bound at once, and ended again, for ever. */
    @Test
    void noDaemonPodEndsForAntiAffinityAsTheNextOneIsInTheWayToo() {
        cluster.addNode("n1", "{host: n1}", "{}");
        cluster.addDaemonPod("n1", "agent", "{metadata: {labels: {app: x}}}", "1", 0, List.of(), "");
        String apart = ", affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                + " [{labelSelector: {matchLabels: {app: x}}, topologyKey: host}]}}";
        assertThat(preempt("1", apart)).noneMatch(step -> step.startsWith("end"));
    }

    private static final String NEAR = ", affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " [{labelSelector: {matchLabels: {app: x}}, topologyKey: host}]}}";

    /** Seed 70000038 of the simulator: once it had ended nobody was left to be near to, and the next one was bound. */
    @Test
    void noDaemonPodEndsForThePodThatWantsToBeNearIt() {
        cluster.addNode("n1", "{host: n1}", "{}");
        cluster.addDaemonPod("n1", "agent", "{metadata: {labels: {app: x}}}", "4", 0, List.of(), "");
        assertThat(preempt("1", NEAR)).containsExactly("p: 0/1 nodes are available: 1 Insufficient cpu.");
    }

    @Test
    void aDaemonPodEndsForThePodThatIsNearToAnother() {
        cluster.addNode("n1", "{host: n1}", "{}");
        cluster.addBoundPod("friend", "{labels: {app: x}}", pod(10, "1", ""), "n1");
        String agent = cluster.addDaemonPod("n1", "agent", "{metadata: {labels: {app: x}}}", "3", 0, List.of(), "");
        assertThat(preempt("1", NEAR)).contains("hold n1 for p-uid", "end " + agent + " on n1");
    }

    @Test
    void noRoomIsKeptForThePodWhoseOnlyNeighbourEnds() {
        cluster.addNode("n1", "{host: n1}", "{}");
        cluster.addBoundPod("friend", "{labels: {app: x}}", pod(10, "1", ""), "n1");
        String agent = cluster.addDaemonPod("n1", "agent", "{metadata: {labels: {app: x}}}", "3", 0, List.of(), "");
        assertThat(preempt("1", NEAR)).contains("hold n1 for p-uid");
        cluster.removePod(FakeCluster.name("friend"));
        cluster.addDaemonPod("n1", "equal", "{}", "1", 10, List.of(), "");
        cluster.node("n1", new NodeEvent.DaemonPodTerminating(agent, 0, 30));
        cluster.change(
                FakeCluster.name("p"),
                pod -> Json.child(Json.child(pod, "metadata"), "labels").put("tried", "again"));
        assertThat(cluster.runInWords()).contains("free n1 for p-uid").noneMatch(step -> step.contains("Room is made"));
    }
}
