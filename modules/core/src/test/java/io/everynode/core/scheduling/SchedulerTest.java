package io.everynode.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.node.NodeEvent;
import io.everynode.core.placement.Resources;
import io.everynode.core.pod.PodEvent;
import io.everynode.objects.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerTest {

    private static final String FULL = "0/1 nodes are available: 1 Insufficient cpu.";

    private final FakeCluster cluster = new FakeCluster();

    @Test
    void aProposedPodTakesItsRoomAtOnce() {
        cluster.addNode("n1").addPod("a", "3").addPod("b", "3");
        assertThat(cluster.runInWords()).containsExactly("a -> n1", "b: " + FULL);
    }

    @Test
    void theProposedRoomIsNotCountedTwiceOnceTheNodeHasIt() {
        cluster.addNode("n1").addPod("a", "2");
        assertThat(cluster.runInWords()).containsExactly("a -> n1");
        cluster.bind(FakeCluster.name("a"), "n1");
        cluster.addPod("b", "2");
        assertThat(cluster.runInWords()).containsExactly("b -> n1");
    }

    @Test
    void priorityThenAgeThenNameIsTheOrder() {
        cluster.addNode("n1")
                .addPod("young", "{creationTimestamp: '2026-03-01T12:00:05Z'}", "{}")
                .addPod("b", "{}", "{}")
                .addPod("a", "{}", "{}")
                .addPod("urgent", "{creationTimestamp: '2026-03-01T12:00:09Z'}", "{priority: 5}");
        assertThat(cluster.runInWords()).containsExactly("urgent -> n1", "a -> n1", "b -> n1", "young -> n1");
    }

    @Test
    void podsOfOthersGatedAndBoundOnesAreLeftAlone() {
        cluster.addNode("n1")
                .addPod("other", "{}", "{schedulerName: mine}")
                .addPod("gated", "{}", "{schedulingGates: [{name: later}]}")
                .addPod("bound", "{}", "{nodeName: n1}")
                .addPod("ending", "{deletionTimestamp: '2026-03-01T12:00:00Z'}", "{}");
        assertThat(cluster.run()).isEmpty();
        cluster.change(FakeCluster.name("gated"), pod -> Json.child(pod, "spec").remove("schedulingGates"));
        assertThat(cluster.runInWords()).containsExactly("gated -> n1");
    }

    @Test
    void aPodOnANodeTakesItsRoomBeforeTheNodeKnowsIt() {
        cluster.addNode("n1").addPod("bound", "{}", "{nodeName: n1, containers: [{resources: {requests: {cpu: 3}}}]}");
        cluster.addPod("a", "2");
        assertThat(cluster.runInWords()).containsExactly("a: " + FULL);
        cluster.removePod(FakeCluster.name("bound"));
        assertThat(cluster.runInWords()).containsExactly("a -> n1");
    }

    @Test
    void anUnschedulablePodIsTriedAgainOnlyForWhatMayHelp() {
        cluster.addNode("n1").addNode("n2").addPod("big", "{}", FakeCluster.cpu("3"));
        cluster.addBoundPod("x", "{}", FakeCluster.cpu("2"), "n1").addBoundPod("y", "{}", FakeCluster.cpu("2"), "n2");
        SchedulerStep.Unschedulable told =
                (SchedulerStep.Unschedulable) cluster.run().get(0);
        assertThat(told.message())
                .isEqualTo("0/2 nodes are available: 2 Insufficient cpu."
                        + " preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.");
        cluster.show(told);
        assertThat(cluster.run()).as("its own condition").isEmpty();
        String daemon = cluster.addDaemonPod("n1", "agent", "{}", "1", 0, List.of(), "");
        assertThat(cluster.run()).as("less room").isEmpty();
        cluster.removeDaemonPod("n1", daemon);
        assertThat(cluster.run()).as("room, but not enough").isEmpty();
        cluster.addNode("n3", "{}", "{unschedulable: true}");
        assertThat(cluster.run()).as("a cordoned node").isEmpty();
        cluster.addNode("n3");
        assertThat(cluster.runInWords()).as("uncordoned").containsExactly("big -> n3");
    }

    @Test
    void roomThatAPodLeavesIsGivenToTheWaiting() {
        cluster.addNode("n1").addBoundPod("x", "{}", FakeCluster.cpu("3"), "n1").addPod("big", "2");
        assertThat(cluster.runInWords()).containsExactly("big: " + FULL);
        cluster.removePod(FakeCluster.name("x"));
        assertThat(cluster.runInWords()).containsExactly("big -> n1");
    }

    @Test
    void aBurstOfDaemonPodsCostsNothingUntilAPodWantsANode() {
        for (int i = 0; i < 100; i++) {
            cluster.addNode("n" + i);
        }
        cluster.addPod("first", "1");
        cluster.run();
        cluster.bind(FakeCluster.name("first"), "n0");
        cluster.run();
        cluster.reads.clear();
        for (int i = 0; i < 50; i++) {
            cluster.addDaemonPod("n" + i, "agent", "{}", "1", 0, List.of(), "");
        }
        assertThat(cluster.run()).isEmpty();
        assertThat(cluster.reads).isEmpty();
        cluster.addPod("second", "1");
        assertThat(cluster.runInWords()).containsExactly("second -> n50");
        assertThat(cluster.reads).as("touched nodes only").hasSize(50);
    }

    @Test
    void whatGotLostIsSaidAgain() {
        cluster.addNode("n1").addPod("a", "1").addPod("big", "9");
        List<SchedulerStep> told = cluster.run();
        assertThat(told.stream().map(FakeCluster::words)).containsExactly("a -> n1", "big: " + FULL);
        assertThat(cluster.scheduler.awaitsAnswers()).isTrue();
        assertThat(cluster.scheduler.lookAgain(cluster).stream().map(FakeCluster::words))
                .containsExactly("big: " + FULL, "a -> n1");
        cluster.bind(FakeCluster.name("a"), "n1");
        cluster.show((SchedulerStep.Unschedulable) told.get(1));
        assertThat(cluster.run()).isEmpty();
        assertThat(cluster.scheduler.awaitsAnswers()).isFalse();
    }

    @Test
    void whatAPodSaysAlreadyIsNotSaidForEver() {
        cluster.addNode("n1").addPod("big", "9");
        cluster.show((SchedulerStep.Unschedulable) cluster.run().get(0));
        cluster.run();
        cluster.change(
                FakeCluster.name("big"),
                pod -> Json.child(Json.child(pod, "metadata"), "labels").put("edited", "yes"));
        assertThat(cluster.runInWords()).as("tried again, with the same result").containsExactly("big: " + FULL);
        assertThat(cluster.scheduler.lookAgain(cluster)).isEmpty();
        assertThat(cluster.scheduler.awaitsAnswers()).isFalse();
    }

    /** Seed 2023 of the simulator: the Pod showed a nomination that was taken back long ago. */
    @Test
    void aPodThatHearsAnEarlierWordAfterALaterOneIsToldAgain() {
        cluster.addNode("n1").addPod("big", "9");
        SchedulerStep.Unschedulable earlier =
                (SchedulerStep.Unschedulable) cluster.run().get(0);
        cluster.addNode("n2");
        cluster.addPod("big", "9.5");
        SchedulerStep.Unschedulable later =
                (SchedulerStep.Unschedulable) cluster.run().get(0);
        cluster.show(later);
        cluster.run();
        assertThat(cluster.scheduler.awaitsAnswers()).isFalse();
        cluster.show(earlier);
        cluster.run();
        assertThat(cluster.scheduler.lookAgain(cluster)).containsExactly(later);
    }

    @Test
    void aNominationThatNobodyNeedsIsWithdrawnUntilItIsGone() {
        cluster.addNode("n1").addPod("big", "9");
        cluster.show((SchedulerStep.Unschedulable) cluster.run().get(0));
        cluster.run();
        cluster.node("n1", new NodeEvent.Nominated("gone", Resources.ZERO, List.of(), 10, Long.MAX_VALUE));
        assertThat(cluster.run())
                .as("the node of a Pod that is being bound forgets it by itself")
                .isEmpty();
        assertThat(cluster.scheduler.awaitsAnswers()).isTrue();
        SchedulerStep withdrawal = new SchedulerStep.Nominate("n1", "gone", Resources.ZERO, List.of(), 10, false);
        assertThat(cluster.scheduler.lookAgain(cluster)).containsExactly(withdrawal);
        assertThat(cluster.scheduler.lookAgain(cluster))
                .as("it may have been lost")
                .containsExactly(withdrawal);
        cluster.node("n1", new NodeEvent.NominationEnded("gone"));
        assertThat(cluster.scheduler.lookAgain(cluster)).isEmpty();
        assertThat(cluster.scheduler.awaitsAnswers()).isFalse();
    }

    @Test
    void aRefusedPodIsTriedAgainOnceTheNodeHasLetGo() {
        cluster.addNode("n1").addPod("a", "1");
        cluster.run();
        PodName a = FakeCluster.name("a");
        cluster.pods.computeIfPresent(
                a, (name, pod) -> pod.evolve(FakeCluster.META, new PodEvent.BindingProposed("a-uid", "n1", 1), 100));
        cluster.pods.computeIfPresent(
                a,
                (name, pod) -> pod.evolve(FakeCluster.META, new PodEvent.BindingRefused("a-uid", "n1", 1, "no"), 101));
        cluster.change(a, pod -> {});
        assertThat(cluster.run()).isEmpty();
        assertThat(cluster.scheduler.awaitsAnswers()).isFalse();
        cluster.pods.computeIfPresent(
                a, (name, pod) -> pod.evolve(FakeCluster.META, new PodEvent.Released("a-uid", "n1", 1), 102));
        cluster.change(a, pod -> {});
        assertThat(cluster.runInWords()).containsExactly("a -> n1");
    }
}
