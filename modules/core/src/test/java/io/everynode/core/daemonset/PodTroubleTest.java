package io.everynode.core.daemonset;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.PodOwner;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.Resources;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTroubleTest {

    private static DaemonPod pod(String waiting, String status, String phase, boolean terminating) {
        NodeEvent.DaemonPodCreated created = new NodeEvent.DaemonPodCreated(
                "ds",
                "default",
                "web",
                1,
                "r",
                "t",
                1,
                1,
                Resources.ZERO,
                List.of(),
                0,
                30,
                "web-x",
                "uid",
                1,
                waiting);
        return new DaemonPod(
                created,
                List.of(),
                PodOwner.NONE,
                1,
                waiting.isEmpty() ? 1 : 0,
                waiting,
                status.isEmpty() ? null : JsonBytes.of(Fixtures.json(status.replace('"', '\''))),
                phase,
                false,
                0,
                terminating ? 1 : 0,
                0,
                null,
                1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|",
                "{}|",
                "{'containerStatuses':[{'state':{'waiting':{'reason':'ContainerCreating'}}}]}|",
                "{'containerStatuses':[{'state':{'waiting':{'reason':'ImagePullBackOff'}}}]}|ImagePullBackOff",
                "{'containerStatuses':[{'state':{'waiting':{'reason':'ErrImagePull'}}}]}|ImagePullBackOff",
                "{'containerStatuses':[{'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}|CrashLoopBackOff",
                "{'containerStatuses':[{'state':{'running':{}},'lastState':{'terminated':{'exitCode':1}}}]}|CrashLoopBackOff",
                "{'containerStatuses':[{'ready':true,'state':{'running':{}},'lastState':{'terminated':{'exitCode':1}}}]}|",
                "{'containerStatuses':[{'state':{'terminated':{'exitCode':137}}}]}|CrashLoopBackOff",
                "{'containerStatuses':[{'state':{'running':{}}},{'state':{'waiting':{'reason':'InvalidImageName'}}}]}|InvalidImageName",
                "{'initContainerStatuses':[{'state':{'waiting':{'reason':'CreateContainerConfigError'}}}],"
                        + "'containerStatuses':[{'state':{'waiting':{'reason':'PodInitializing'}}}]}|CreateContainerConfigError"
            })
    void ofItsContainers(String status, String expected) {
        assertThat(PodTrouble.of(pod("", status == null ? "" : status, "Pending", false)))
                .isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0/1 nodes are available: 1 Insufficient cpu.|Insufficient cpu",
                "0/1 nodes are available: 1 Insufficient cpu, 1 Too many pods.|Insufficient cpu, Too many pods",
                "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available.|Insufficient cpu",
                "something else|something else"
            })
    void ofAPodWithoutRoom(String waiting, String expected) {
        assertThat(PodTrouble.of(pod(waiting, "", "Pending", false))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"Evicted", "UnexpectedAdmissionError"})
    void ofAFailedPod(String reason) {
        assertThat(PodTrouble.of(pod("", "{'phase':'Failed','reason':'" + reason + "'}", "Failed", false)))
                .isEqualTo(reason);
    }

    @org.junit.jupiter.api.Test
    void isShort() {
        String status = "{'containerStatuses':[{'state':{'waiting':{'reason':'" + "x".repeat(5000) + "'}}}]}";
        assertThat(PodTrouble.of(pod("", status, "Pending", false))).hasSize(PodTrouble.LONGEST);
        assertThat(PodTrouble.of(pod("", status, "Pending", true))).isEmpty();
    }
}
