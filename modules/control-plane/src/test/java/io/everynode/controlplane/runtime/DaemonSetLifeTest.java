package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.DaemonSetFixture.ON_DELETE;
import static io.everynode.controlplane.runtime.DaemonSetFixture.ROLLING;
import static io.everynode.controlplane.runtime.TestServer.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * DaemonSets and their nodes on a running control plane, after test/e2e/apps/daemon_set.go and
 * test/integration/daemonset/daemonset_test.go. The test plays the runtimes.
 */
@Timeout(90)
class DaemonSetLifeTest {

    @RegisterExtension
    static final TestServer cp = TestServer.shared();

    private static String strategy(String type) {
        return type.equals("OnDelete") ? ON_DELETE : ROLLING;
    }

    private static Set<String> uids(List<StoredObject> pods) {
        return pods.stream().map(StoredObject::uid).collect(Collectors.toSet());
    }

    /** "should run and stop simple daemon": one Pod on each node, and one that is deleted comes back. */
    @Test
    void aSimpleDaemonSetRunsAndComesBack() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "simple").nodes(2);
        on.daemonSet("agent", ROLLING);
        on.untilReady("agent", 2);
        StoredObject first = on.pods("agent").get(0);
        cp.delete(Kinds.POD, "simple", first.name(), null);
        on.untilReady("agent", 2);
        assertThat(uids(on.pods("agent"))).doesNotContain(first.uid());
        cp.delete(Kinds.DAEMON_SET, "simple", "agent", null);
        until(() -> {
            on.runtimes("agent");
            return on.pods("agent").isEmpty();
        });
    }

    /** "should run and stop complex daemon" and the same "with node affinity". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'nodeSelector':{'color-X':'blue'}",
                "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':["
                        + "{'matchExpressions':[{'key':'color-X','operator':'In','values':['blue']}]}]}}}"
            })
    void podsFollowTheLabelsOfNodes(String placement) {
        String name = placement.startsWith("'nodeSelector'") ? "complex" : "affinity";
        DaemonSetFixture on = new DaemonSetFixture(cp, name).nodes(2);
        on.daemonSet("agent", ON_DELETE, placement.replace("X", name), "");
        until(() -> on.status("agent", "observedGeneration") == 1);
        assertThat(on.pods("agent")).isEmpty();
        String label = "{'color-" + name + "':'%s'}";
        on.label(name + "-1", label.formatted("blue"));
        on.untilReady("agent", 1);
        assertThat(DaemonSetFixture.nodeOf(on.pods("agent").get(0))).isEqualTo(name + "-1");
        on.label(name + "-1", label.formatted("green"));
        on.untilReady("agent", 0);
        on.patch(
                "agent",
                "{'updateStrategy':" + ROLLING + ",'template':{'spec':{"
                        + placement.replace("X", name).replace("blue", "green") + "}}}");
        on.untilReady("agent", 1);
        assertThat(DaemonSetFixture.nodeOf(on.pods("agent").get(0))).isEqualTo(name + "-1");
    }

    /**
     * "should retry creating failed daemon pods" and TestSimpleDaemonSetRestartsPodsOnTerminalPhase, with and without a
     * finalizer that holds the finished Pod.
     */
    @ParameterizedTest
    @CsvSource({
        "Failed, false, RollingUpdate",
        "Succeeded, false, OnDelete",
        "Succeeded, true, OnDelete",
        "Succeeded, true, RollingUpdate",
    })
    void finishedPodsAreReplaced(String phase, boolean held, String type) {
        DaemonSetFixture on =
                new DaemonSetFixture(cp, ("end-" + phase + held + type).toLowerCase(java.util.Locale.ROOT)).nodes(3);
        if (held) {
            on.held("agent", strategy(type), "['test.k8s.io/finalizer']");
        } else {
            on.daemonSet("agent", strategy(type));
        }
        on.untilReady("agent", 3);
        StoredObject finished = on.pods("agent").get(1);
        on.report(finished, phase, false);
        until(() -> {
            on.active("agent").forEach(pod -> on.report(pod, "Running", true));
            return on.active("agent").size() == 3 && on.status("agent", "numberReady") == 3;
        });
        assertThat(uids(on.active("agent"))).doesNotContain(finished.uid());
        assertThat(on.pods("agent")).hasSize(held ? 4 : 3);
        if (held) {
            cp.patch(Kinds.POD, on.name, finished.name(), "", "{'metadata':{'finalizers':null}}");
            until(() -> on.pods("agent").size() == 3);
        }
    }

    /** "should not update pod when spec was updated and update strategy is OnDelete". */
    @Test
    void onDeleteRecordsTheRevisionAndTouchesNoPod() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "ondelete").nodes(2);
        on.daemonSet("agent", ON_DELETE);
        on.untilReady("agent", 2);
        Set<String> before = uids(on.pods("agent"));
        String first = DaemonSetFixture.hashOf(on.revisions().get(0));
        on.image("agent", "i:2");
        until(() -> on.revisions().size() == 2 && on.status("agent", "observedGeneration") == 2);
        assertThat(on.revisions().get(1).tree().path("revision").asInt()).isEqualTo(2);
        on.runtimes("agent");
        assertThat(uids(on.pods("agent"))).isEqualTo(before);
        assertThat(on.pods("agent"))
                .allSatisfy(pod -> assertThat(DaemonSetFixture.hashOf(pod)).isEqualTo(first));
        cp.delete(Kinds.POD, "ondelete", on.pods("agent").get(0).name(), 0L);
        on.untilReady("agent", 2);
        assertThat(on.pods("agent")).extracting(DaemonSetFixture::imageOf).containsExactlyInAnyOrder("i:1", "i:2");
    }

    /** "should update pod when spec was updated and update strategy is RollingUpdate". */
    @Test
    void aRollingUpdateReplacesEveryPodAndKeepsTheHistory() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "rolling").nodes(3);
        on.daemonSet("agent", ROLLING);
        on.untilReady("agent", 3);
        assertThat(on.revisions()).hasSize(1);
        on.image("agent", "i:2");
        until(() -> {
            on.runtimes("agent");
            assertThat(on.active("agent")).hasSizeBetween(2, 3);
            return on.status("agent", "observedGeneration") == 2
                    && on.status("agent", "updatedNumberScheduled") == 3
                    && on.status("agent", "numberAvailable") == 3;
        });
        assertThat(on.revisions()).hasSize(2);
        assertThat(on.revisions().get(1).tree().path("revision").asInt()).isEqualTo(2);
        String hash = DaemonSetFixture.hashOf(on.revisions().get(1));
        assertThat(on.pods("agent")).hasSize(3).allSatisfy(pod -> {
            assertThat(DaemonSetFixture.imageOf(pod)).isEqualTo("i:2");
            assertThat(DaemonSetFixture.hashOf(pod)).isEqualTo(hash);
        });
    }

    /** "should rollback without unnecessary restarts": what was not updated keeps its name. */
    @Test
    void anUndoneUpdateRestartsOnlyWhatItHadChanged() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "undone").nodes(3);
        on.daemonSet("agent", ROLLING);
        on.untilReady("agent", 3);
        Set<String> before = uids(on.pods("agent"));
        on.image("agent", "broken");
        until(() -> {
            on.runtimes("agent");
            return on.active("agent").stream()
                    .anyMatch(pod -> DaemonSetFixture.imageOf(pod).equals("broken"));
        });
        Set<String> untouched = uids(on.active("agent"));
        untouched.retainAll(before);
        assertThat(untouched).hasSize(2);
        on.image("agent", "i:1");
        until(() -> {
            on.runtimes("agent");
            return on.status("agent", "observedGeneration") == 3
                    && on.pods("agent").size() == 3
                    && on.status("agent", "updatedNumberScheduled") == 3
                    && on.status("agent", "numberAvailable") == 3;
        });
        assertThat(uids(on.pods("agent"))).containsAll(untouched);
        assertThat(on.revisions()).hasSize(2);
        assertThat(on.revisions().get(1).tree().path("revision").asInt()).isEqualTo(3);
    }

    /** TestTaintedNode and TestUnschedulableNodeDaemonDoesLaunchPod. */
    @Test
    void taintsKeepPodsAwayAndACordonDoesNot() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "taints");
        String room = "'allocatable':{'cpu':'4','memory':'8Gi','pods':'110'}";
        on.node(on.name + "-tainted", "{'taints':[{'key':'key1','value':'val1','effect':'NoSchedule'}]}", room);
        on.node(on.name + "-plain", "", room);
        on.node(on.name + "-cordoned", "{'unschedulable':true}", room);
        on.daemonSet("agent", ROLLING);
        on.untilReady("agent", 2);
        assertThat(on.status("agent", "desiredNumberScheduled")).isEqualTo(2);
        cp.patch(Kinds.NODE, "", on.name + "-tainted", "", "{'spec':{'taints':null}}");
        on.untilReady("agent", 3);
    }

    /** TestInsufficientCapacityNode: both Pods are made, the one that does not fit waits and says why. */
    @Test
    void aPodThatDoesNotFitWaits() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "room");
        on.node(on.name + "-small", "", "'allocatable':{'cpu':'200m','memory':'100M','pods':'110'}");
        on.daemonSet(
                "agent",
                ROLLING,
                "'nodeSelector':{'case':'" + on.name + "'}",
                ",'resources':{'requests':{'cpu':'75m','memory':'120M'}}");
        until(() -> on.pods("agent").size() == 1);
        assertThat(on.pods("agent").get(0).tree().toString()).contains("Insufficient memory", "Unschedulable");
        on.node(on.name + "-large", "", "'allocatable':{'cpu':'2','memory':'200M','pods':'110'}");
        until(() -> {
            on.runtimes("agent");
            return on.pods("agent").size() == 2 && on.status("agent", "numberReady") == 1;
        });
        assertThat(on.status("agent", "desiredNumberScheduled")).isEqualTo(2);
        assertThat(on.status("agent", "currentNumberScheduled")).isEqualTo(2);
    }

    /** TestExpectationsOnRecreate: a DaemonSet of the same name begins anew. */
    @Test
    void aNameThatIsUsedAgainBeginsAnew() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "again").nodes(1);
        String first = on.daemonSet("agent", ROLLING).uid();
        on.untilReady("agent", 1);
        cp.delete(Kinds.DAEMON_SET, "again", "agent", null);
        String second = on.daemonSet("agent", ROLLING).uid();
        assertThat(second).isNotEqualTo(first);
        on.untilReady("agent", 1);
        assertThat(Json.at(on.pods("agent").get(0).tree(), "metadata", "ownerReferences")
                        .path(0)
                        .path("uid")
                        .asText())
                .isEqualTo(second);
    }

    /** TestAddPod, TestUpdatePod and TestDeletePod: of two DaemonSets with one selector each sees to its own Pods. */
    @Test
    void twoDaemonSetsWithOneSelectorKeepToThemselves() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "twins").nodes(2);
        on.daemonSet("foo1", ON_DELETE);
        on.daemonSet("foo2", ON_DELETE);
        on.untilReady("foo1", 2).untilReady("foo2", 2);
        Set<String> others = uids(on.pods("foo2"));
        cp.delete(Kinds.POD, "twins", on.pods("foo1").get(0).name(), 0L);
        on.untilReady("foo1", 2);
        assertThat(uids(on.pods("foo2"))).isEqualTo(others);
    }
}
