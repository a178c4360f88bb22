package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Ports and room that somebody has already: they decide whether a daemon Pod runs, never whether it is made or ended
 * (pkg/controller/daemon/daemon_controller_test.go).
 */
class OccupiedNodeTest {

    private static final String UID = "ds-1";
    private static final String OTHER = "ds-2";

    private final TestNode node = TestNode.joined("1", 110);

    private static Converge.Run onPort(int port) {
        return new Converge.Run("A", "template-A", 1, TestNode.requirements("", port), 30, false);
    }

    /** TestPortConflictWithSameDaemonPodDoesNotDeletePod. */
    @Test
    void aDaemonSetsOwnPodIsNoConflict() {
        node.converge(UID, 1, onPort(666));
        DaemonPod before = node.pod(UID);
        assertThat(node.converge(UID, 1, onPort(666))).isInstanceOf(ConvergeReply.NothingToDo.class);
        assertThat(node.pod(UID)).isEqualTo(before);
        assertThat(before.bound()).isTrue();
    }

    /** TestNoPortConflictNodeDaemonLaunchesPod. */
    @Test
    void anotherPortIsFree() {
        node.converge(OTHER, 1, onPort(6661));
        node.converge(UID, 1, onPort(6662));
        assertThat(node.pod(UID).bound()).isTrue();
    }

    /** ErrPodNotFitsHostPorts of TestNodeShouldRunDaemonPod: it is wanted all the same. */
    @Test
    void aTakenPortLetsThePodWait() {
        node.converge(OTHER, 1, onPort(666));
        assertThat(node.converge(UID, 1, onPort(666))).isInstanceOf(ConvergeReply.Applied.class);
        assertThat(node.pod(UID).bound()).isFalse();
        assertThat(node.pod(UID).waiting()).contains("didn't have free ports for the requested pod ports");
        assertThat(node.pod(OTHER).live()).isTrue();
        node.deletePod(node.pod(OTHER), 0L);
        assertThat(node.pod(UID).bound()).as("the port is free now").isTrue();
    }

    /** TestInsufficientCapacityNodeDaemonDoesNotUnscheduleRunningPod. */
    @Test
    void aNodeThatGrowsTooSmallKeepsItsPods() {
        node.converge(UID, 1, TestNode.run("A", "750m", false));
        node.report(node.pod(UID), "Running", true);
        DaemonPod running = node.pod(UID);
        node.patch("status", "{'status':{'allocatable':{'cpu':'200m'}}}");
        assertThat(node.pod(UID)).isEqualTo(running);
        assertThat(node.converge(UID, 1, TestNode.run("A", "750m", false)))
                .isInstanceOf(ConvergeReply.NothingToDo.class);
        assertThat(node.converge(OTHER, 1, TestNode.run("A", "750m", false)))
                .as("another one is made and waits")
                .isInstanceOf(ConvergeReply.Applied.class);
        assertThat(node.pod(OTHER).bound()).isFalse();
    }
}
