package io.everynode.core.node;

import static io.everynode.core.node.TestNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose the Pods in a Node's keeping are; after each event a restart gives the same state. */
class OwnershipTest {

    private static final String UID = "ds-1";
    private static final String OTHER = "ds-2";

    private final TestNode node = TestNode.joined();

    @AfterEach
    void aRestartGivesTheSame() {
        assertThat(node.recovered()).isEqualTo(node.state);
    }

    private DaemonPod run(String revision) {
        node.converge(UID, 1, TestNode.run(revision));
        return node.pod(UID);
    }

    private DaemonPod pod(DaemonPod pod) {
        return node.state.pods().get(pod.uid());
    }

    private static Converge.Adopt adopt(DaemonPod pod, String revision) {
        return new Converge.Adopt(pod.uid(), revision, false);
    }

    private ConvergeReply adopted(DaemonPod pod) {
        return node.converge(OTHER, 1, adopt(pod, "r1"));
    }

    private static ObjectNode render(DaemonPod pod) {
        return DaemonPodRenderer.render(pod, TestNode.NAME, TestNode.template().tree());
    }

    @Test
    void aReleasedPodKeepsEverythingButItsOwner() {
        DaemonPod pod = run("r1");
        ObjectNode before = render(pod);
        assertThat(node.converge(UID, 1, new Converge.Release(pod.uid()))).isInstanceOf(ConvergeReply.Applied.class);

        assertThat(node.pods(UID)).isEmpty();
        Json.child(before, "metadata").remove("ownerReferences");
        assertThat(render(pod(pod))).isEqualTo(before);
        assertThat(pod(pod).revisionLabel()).isEqualTo("r1");
        assertThat(node.state.podCount()).isEqualTo(1);
        node.report(pod, "Running", true);
        assertThat(pod(pod).ready()).isTrue();
        node.converge(UID, 1, TestNode.run("r1"));
        assertThat(node.pod(UID).uid()).as("its slot is free").isNotEqualTo(pod.uid());
        assertThat(node.converge(UID, 1, new Converge.Release(pod.uid())))
                .isInstanceOf(ConvergeReply.NothingToDo.class);
    }

    /** Found by the simulator: the old Pod was ended, and its DaemonSet had no Pod here any more. */
    @Test
    void aPodThatWasReleasedIsNoneThatStaysForAnother() {
        DaemonPod old = run("r1");
        node.converge(UID, 1, TestNode.surge("r2"));
        DaemonPod young = node.pods(UID).stream()
                .filter(pod -> !pod.uid().equals(old.uid()))
                .findAny()
                .orElseThrow();
        node.report(young, "Running", true);
        node.converge(UID, 1, new Converge.Release(young.uid()));

        Converge.End end = new Converge.End(old.uid(), Converge.End.WHATEVER_READINESS, young.uid());
        assertThat(node.converge(UID, 1, end)).isInstanceOf(ConvergeReply.Refused.class);
        assertThat(pod(old).live()).isTrue();
    }

    /**
     * Found by the simulator: the grant of a late message was spent when the Pod left its DaemonSet, and its room in
     * the budget given to another node.
     */
    @Test
    void whatWasGrantedForAPodBeforeItLeftIsNotDoneAfterItCameBack() {
        DaemonPod pod = run("r1");
        node.converge(UID, 1, new Converge.Release(pod.uid()));
        node.convergePlannedAt(113, UID, 1, adopt(pod, "r2"));
        assertThat(pod(pod).daemonSetUid()).isEqualTo(UID);

        Converge.End end = new Converge.End(pod.uid(), Converge.End.WHATEVER_READINESS, "");
        assertThat(node.convergePlannedAt(106, UID, 1, TestNode.surge("r2"))).isInstanceOf(ConvergeReply.Refused.class);
        assertThat(node.convergePlannedAt(106, UID, 1, end)).isInstanceOf(ConvergeReply.Refused.class);
        assertThat(node.pods(UID)).hasSize(1);
        assertThat(node.convergePlannedAt(116, UID, 1, TestNode.surge("r2"))).isInstanceOf(ConvergeReply.Applied.class);
        assertThat(node.convergePlannedAt(116, UID, 1, end)).isInstanceOf(ConvergeReply.Applied.class);
    }

    @Test
    void anAdoptedPodIsRenderedWithItsNewOwner() {
        DaemonPod pod = run("r1");
        node.finalizers(pod, "['example.com/a']");
        node.converge(UID, 1, new Converge.Retire(true));
        assertThat(ControllerRef.of(render(pod(pod)))).isEqualTo(ControllerRef.NONE);
        assertThat(adopted(pod)).isInstanceOf(ConvergeReply.Applied.class);
        assertThat(ControllerRef.of(render(pod(pod)))).isEqualTo(new ControllerRef("DaemonSet", OTHER));
        assertThat(node.pod(OTHER).owner()).isEqualTo(new PodOwner(OTHER, "agent", 0, 0, "r1"));
        assertThat(node.state.generations()).containsEntry(OTHER, 1L);
        // Older than any grant, whatever the generation of the DaemonSet that made it.
        assertThat(node.pod(OTHER).view("n", 0).generation()).isZero();
        assertThat(node.pod(OTHER).view("n", 0).revision()).isEqualTo("r1");
        assertThat(adopted(pod)).isInstanceOf(ConvergeReply.NothingToDo.class);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("owned by another", n -> {}, "has another controller"),
                refusal(
                        "controlled by something else",
                        n -> n.writePod(
                                n.pod(UID),
                                TestNode.patchOf(
                                        "",
                                        "{'metadata':{'ownerReferences':[{'apiVersion':'apps/v1','kind':'ReplicaSet',"
                                                + "'name':'x','uid':'rs','controller':true}]}}"),
                                TestNode.template()),
                        "has another controller"),
                refusal(
                        "terminating",
                        n -> {
                            n.deletePod(n.pod(UID), null);
                            n.converge(UID, 1, new Converge.Retire(true));
                        },
                        "terminating"),
                refusal(
                        "gone",
                        n -> {
                            n.converge(UID, 1, new Converge.Retire(true));
                            n.state.pods().values().forEach(pod -> n.deletePod(pod, 0L));
                        },
                        "no such Pod"),
                refusal(
                        "by a retired DaemonSet",
                        n -> {
                            n.converge(UID, 1, new Converge.Retire(true));
                            n.converge(OTHER, 1, new Converge.Retire(true));
                        },
                        "gone"),
                refusal(
                        "by an older generation",
                        n -> {
                            n.converge(UID, 1, new Converge.Retire(true));
                            n.converge(OTHER, 2, TestNode.run("r1"));
                        },
                        "older"));
    }

    private static Arguments refusal(String name, Consumer<TestNode> before, String message) {
        return Arguments.of(name, before, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void isNotAdopted(String name, Consumer<TestNode> before, String message) {
        DaemonPod pod = run("r1");
        before.accept(node);
        assertThat(adopted(pod))
                .isInstanceOfSatisfying(
                        ConvergeReply.Refused.class,
                        refused -> assertThat(refused.why()).contains(message));
    }

    @Test
    void aPodOfAnotherNamespaceIsNotAdopted() {
        takeOver("default", 5_000, 1);
        DaemonPod pod = node.state.pods().get("by-hand");
        assertThat(adopted(pod)).isInstanceOf(ConvergeReply.Refused.class);
    }

    /** Upstream ends what is too many in a later sync; here at most one is live after each persist (I1). */
    @Test
    void ofSeveralTheOldestStays() {
        DaemonPod orphan = run("r1");
        node.converge(UID, 1, new Converge.Retire(true));
        node.now = node.now.plusSeconds(5);
        node.converge(OTHER, 1, TestNode.run("r1"));
        DaemonPod younger = node.pod(OTHER);
        int before = node.history.size();
        adopted(orphan);
        assertThat(node.since(before))
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("DaemonPodAdopted", "DaemonPodTerminating");
        assertThat(pod(orphan).live()).isTrue();
        assertThat(pod(younger).terminating()).isTrue();
    }

    @Test
    void whileSurgingOneOfEachKindStays() {
        DaemonPod orphan = run("r1");
        node.converge(UID, 1, new Converge.Retire(true));
        node.now = node.now.plusSeconds(5);
        node.converge(OTHER, 1, TestNode.surge("r2"));
        node.converge(OTHER, 1, new Converge.Adopt(orphan.uid(), "r2", true));
        assertThat(node.pods(OTHER)).hasSize(2).allMatch(DaemonPod::live);
    }

    @Test
    void whoeverTakesTheReferenceAwayReleasesThePod() {
        DaemonPod pod = run("r1");
        node.writePod(pod, TestNode.patchOf("", "{'metadata':{'ownerReferences':null}}"), TestNode.template());
        assertThat(pod(pod).orphan()).isTrue();
        assertThat(node.since(node.history.size() - 1)).containsExactly(new NodeEvent.DaemonPodReleased(pod.uid()));

        node.writePod(pod(pod), TestNode.patchOf("", "{'metadata':{'labels':{'x':'y'}}}"), TestNode.template());
        assertThat(pod(pod).orphan()).isTrue();
        assertThat(render(pod(pod)).at("/metadata/labels/x").asText()).isEqualTo("y");
    }

    @Test
    void anOrphanHasNoBackOffAndGoesWithItsNode() {
        DaemonPod pod = run("r1");
        node.converge(UID, 1, new Converge.Release(pod.uid()));
        node.report(pod, "Failed", false);
        assertThat(node.state.failures()).isEmpty();
        node.write(TestNode.delete(null));
        assertThat(node.state.pods()).isEmpty();
    }

    private static ObjectNode byHand(String namespace) {
        return json(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'by-hand','namespace':'" + namespace
                        + "','uid':'by-hand','creationTimestamp':'2026-03-01T11:00:00Z','labels':{'a':'b'}},"
                        + "'spec':{'nodeName':'worker-1','terminationGracePeriodSeconds':7,'containers':[{'name':'c','image':'i',"
                        + "'resources':{'requests':{'cpu':'1'}}}]},'status':{'phase':'Running','conditions':"
                        + "[{'type':'Ready','status':'True','lastTransitionTime':'2026-03-01T11:00:09Z'}],'qosClass':'Burstable'}}");
    }

    private TakeOverReply takeOver(String namespace, long millis, long attempt) {
        return node.apply(Ownership.takeOver(
                node.state,
                new NodeCommand.TakeOver(
                        new io.everynode.core.event.CommandMeta(
                                "t" + attempt, TestNode.ADMIN, "test", node.now.toEpochMilli() + millis, 0),
                        "by-hand",
                        namespace,
                        "by-hand",
                        attempt,
                        JsonBytes.of(byHand(namespace))),
                node.now));
    }

    @Test
    void anOrdinaryPodIsTakenOverAsItIsAndOnce() {
        node.reserve("by-hand", 1, "1");
        long cpu = node.state.requested().milliCpu();
        assertThat(takeOver("kube-system", 3_000, 1).taken()).isTrue();
        int events = node.history.size();
        assertThat(takeOver("kube-system", -1, 1).taken()).as("late, but known").isTrue();
        assertThat(node.history).hasSize(events);

        DaemonPod pod = node.state.pods().get("by-hand");
        assertThat(render(pod)).isEqualTo(byHand("kube-system"));
        assertThat(node.state.requested().milliCpu())
                .as("its reservation is its own now")
                .isEqualTo(cpu);
        assertThat(pod.ready()).isTrue();
        assertThat(pod.readySince())
                .isEqualTo(java.time.Instant.parse("2026-03-01T11:00:09Z").toEpochMilli());
        assertThat(pod.revisionLabel()).isEmpty();
        assertThat(adopted(pod)).isInstanceOf(ConvergeReply.Applied.class);
        assertThat(ControllerRef.of(render(pod(pod))).uid()).isEqualTo(OTHER);
        node.deletePod(pod(pod), null);
        assertThat(pod(pod).deletionGrace()).isEqualTo(7);
    }

    /** Its own entity may ask again after the Pod has ended here, until it has heard the answer. */
    @Test
    void whatHasEndedDoesNotComeBack() {
        takeOver("kube-system", 3_000, 1);
        node.deletePod(node.state.pods().get("by-hand"), 0L);
        assertThat(takeOver("kube-system", 3_000, 1).taken()).isTrue();
        assertThat(node.state.pods()).isEmpty();
        node.write(TestNode.delete(null));
        assertThat(takeOver("kube-system", 3_000, 1).taken()).isTrue();
        assertThat(node.state.pods()).isEmpty();

        node.release("by-hand", 1);
        assertThat(node.state.reservations()).isEmpty();
        assertThat(takeOver("kube-system", -1, 1).taken()).as("late").isFalse();
        assertThat(node.state.pods()).isEmpty();
    }

    @Test
    void onANodeThatIsGoneThePodEnds() {
        node.write(TestNode.delete(null));
        int before = node.history.size();
        assertThat(takeOver("kube-system", 3_000, 1).taken()).isTrue();
        assertThat(node.since(before))
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("PodTakenOver", "DaemonPodRemoved");
        assertThat(List.copyOf(node.state.pods().values())).isEmpty();
    }
}
