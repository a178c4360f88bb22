package io.everynode.core.pod;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodStateTest {

    private static final CommandMeta META = new CommandMeta("c", new Caller("u", ""), "", Long.MAX_VALUE, 0);
    private static final EventMeta EVENT = new EventMeta(1, new Caller("u", ""), "c", "", "", 0, 0);

    private final List<PodEvent> journal = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private PodState state = PodState.ABSENT;

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode pod() {
        return json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'d'},"
                + "'spec':{'containers':[{'name':'c','image':'i'}]}}");
    }

    private <R> R apply(Decision<PodEvent, R> decision) {
        for (PodEvent event : decision.events()) {
            journal.add(event);
            state = state.evolve(EVENT, event, journal.size());
            crash();
        }
        return decision.reply();
    }

    /** Whatever was done is done after a crash too, as only journaled facts count. */
    private void crash() {
        PodState recovered = PodState.ABSENT;
        for (int i = 0; i < journal.size(); i++) {
            recovered = recovered.evolve(EVENT, journal.get(i), i + 1);
        }
        assertThat(recovered).isEqualTo(state);
        state = recovered;
    }

    private WriteReply write(ObjectWrite write) {
        return apply(state.decide("web", new PodCommand.Write(META, write, false), now));
    }

    private void create(String uid) {
        assertThat(write(new ObjectWrite.Create(pod(), uid))).isInstanceOf(WriteReply.Done.class);
    }

    private WriteReply delete(Long grace) {
        return write(new ObjectWrite.Delete(Precondition.NONE, grace, ObjectWrite.Propagation.BACKGROUND));
    }

    private WriteReply patch(String subresource, String body) {
        return write(new ObjectWrite.Patch(
                subresource, PatchType.MERGE, json(body), FieldValidation.STRICT, Precondition.NONE));
    }

    private String propose(String uid, String node) {
        return apply(state.decide(new PodCommand.Propose(META, uid, node)));
    }

    private String answered(String uid, String node, long attempt, String refusal) {
        return apply(state.decide(new PodCommand.NodeAnswered(META, uid, node, attempt, refusal), now));
    }

    private void released(String uid, String node, long attempt) {
        apply(state.decide(new PodCommand.NodeReleased(META, uid, node, attempt)));
    }

    private NodeClaim unsettled() {
        assertThat(state.unsettled()).hasSize(1);
        return state.unsettled().get(0);
    }

    private String node() {
        return Json.text(state.object().tree(), "spec", "nodeName");
    }

    @Test
    void bindsInStepsThatSurviveACrashAtEach() {
        create("u1");
        assertThat(state.unsettled()).isEmpty();
        assertThat(propose("u1", "n1")).isEmpty();
        assertThat(unsettled()).isEqualTo(new NodeClaim("u1", "n1", 1, NodeClaim.Stage.PROPOSED));
        assertThat(node()).as("a proposal is not visible").isEmpty();
        assertThat(answered("u1", "n1", 1, "")).isEmpty();
        assertThat(node()).isEqualTo("n1");
        assertThat(state.unsettled()).isEmpty();
        assertThat(state.object().toString()).contains("'type':'PodScheduled'".replace('\'', '"'));
        assertThat(answered("u1", "n1", 1, "")).as("again").isNotEmpty();
        assertThat(propose("u1", "n2")).isNotEmpty();
    }

    @Test
    void aRefusedNodeIsReleasedBeforeAnotherIsAsked() {
        create("u1");
        propose("u1", "n1");
        answered("u1", "n1", 1, "Insufficient cpu");
        assertThat(unsettled()).isEqualTo(new NodeClaim("u1", "n1", 1, NodeClaim.Stage.RELEASING));
        assertThat(propose("u1", "n2")).isNotEmpty();
        released("u1", "n1", 1);
        assertThat(state.claims()).isEmpty();
        assertThat(propose("u1", "n2")).isEmpty();
        assertThat(unsettled().attempt()).isEqualTo(2);
        assertThat(answered("u1", "n1", 1, ""))
                .as("a late yes of the first node")
                .isNotEmpty();
        assertThat(node()).isEmpty();
        answered("u1", "n2", 2, "");
        assertThat(node()).isEqualTo("n2");
    }

    @Test
    void lateAndForeignAnswersChangeNothing() {
        create("u1");
        propose("u1", "n1");
        int before = journal.size();
        answered("u1", "n1", 2, "");
        answered("u0", "n1", 1, "");
        released("u1", "n1", 1);
        released("u0", "n1", 1);
        propose("u0", "n1");
        assertThat(journal).hasSize(before);
    }

    @Test
    void aPodDeletedWhileItAsksReleasesTheNode() {
        create("u1");
        propose("u1", "n1");
        assertThat(((WriteReply.Done) delete(null)).removed()).isTrue();
        assertThat(state.object()).isNull();
        assertThat(unsettled()).isEqualTo(new NodeClaim("u1", "n1", 1, NodeClaim.Stage.RELEASING));
        assertThat(answered("u1", "n1", 1, "")).isNotEmpty();
        assertThat(state.object()).as("a late yes brings nothing back").isNull();
        released("u1", "n1", 1);
        assertThat(state.claims()).isEmpty();
        assertThat(state.lastAttempt()).isEqualTo(1);
    }

    @Test
    void theNameIsUsedAgainWhileTheOldClaimIsReleased() {
        create("u1");
        propose("u1", "n1");
        answered("u1", "n1", 1, "");
        delete(0L);
        create("u2");
        assertThat(propose("u2", "n1")).isEmpty();
        assertThat(state.unsettled())
                .containsExactlyInAnyOrder(
                        new NodeClaim("u1", "n1", 1, NodeClaim.Stage.RELEASING),
                        new NodeClaim("u2", "n1", 2, NodeClaim.Stage.PROPOSED));
        answered("u2", "n1", 2, "");
        released("u1", "n1", 1);
        assertThat(state.claims()).containsOnlyKeys("u2");
        assertThat(node()).isEqualTo("n1");
        assertThat(Json.text(state.object().tree(), "metadata", "uid")).isEqualTo("u2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Succeeded", "Failed"})
    void aFinishedPodReleasesItsNodeAndStays(String phase) {
        create("u1");
        propose("u1", "n1");
        answered("u1", "n1", 1, "");
        patch("status", "{'status':{'phase':'" + phase + "'}}");
        assertThat(unsettled().stage()).isEqualTo(NodeClaim.Stage.RELEASING);
        patch("", "{'metadata':{'labels':{'x':'y'}}}");
        assertThat(unsettled().stage()).isEqualTo(NodeClaim.Stage.RELEASING);
        released("u1", "n1", 1);
        assertThat(state.claims()).isEmpty();
        assertThat(node()).isEqualTo("n1");
        patch("", "{'metadata':{'labels':{'x':'z'}}}");
        assertThat(state.claims()).isEmpty();
        assertThat(propose("u1", "n2")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Succeeded", "Failed"})
    void aPodThatFinishedWithoutANodeGetsNone(String phase) {
        create("u1");
        propose("u1", "n1");
        patch("status", "{'status':{'phase':'" + phase + "'}}");
        assertThat(answered("u1", "n1", 1, "")).isNotEmpty();
        released("u1", "n1", 1);
        assertThat(propose("u1", "n2")).isNotEmpty();
        int before = journal.size();
        apply(state.decide(new PodCommand.MarkUnschedulable(META, "u1", "no node"), now));
        assertThat(journal).hasSize(before);
    }

    @Test
    void whyThereIsNoNodeIsSaidOnce() {
        create("u1");
        apply(state.decide(new PodCommand.MarkUnschedulable(META, "u1", "0/1 nodes"), now));
        String first = state.object().toString();
        assertThat(first).contains("Unschedulable").contains("0/1 nodes").contains("2026-03-01T12:00:00Z");
        int before = journal.size();
        now = now.plusSeconds(60);
        apply(state.decide(new PodCommand.MarkUnschedulable(META, "u1", "0/1 nodes"), now));
        assertThat(journal).hasSize(before);
        apply(state.decide(new PodCommand.MarkUnschedulable(META, "u1", "0/2 nodes"), now));
        assertThat(state.object().toString())
                .contains("0/2 nodes")
                .contains("\"lastTransitionTime\":\"2026-03-01T12:00:00Z\"");
        propose("u1", "n1");
        assertThat(apply(state.decide(new PodCommand.MarkUnschedulable(META, "u1", "x"), now)))
                .isNotEmpty();
        answered("u1", "n1", 1, "");
        assertThat(Json.at(state.object().tree(), "status", "conditions").toString())
                .contains("\"status\":\"True\"")
                .contains("2026-03-01T12:01:00Z")
                .doesNotContain("Unschedulable");
    }

    @Test
    void aTerminatingPodGetsNoNode() {
        create("u1");
        patch("", "{'metadata':{'finalizers':['x.io/y']}}");
        delete(null);
        assertThat(propose("u1", "n1")).isEqualTo("the Pod is being deleted");
    }

    @Test
    void aBoundPodEndsGracefully() {
        create("u1");
        propose("u1", "n1");
        answered("u1", "n1", 1, "");
        assertThat(((WriteReply.Done) delete(null)).removed()).isFalse();
        assertThat(state.unsettled()).as("it still runs there").isEmpty();
        assertThat(((WriteReply.Done) delete(0L)).removed()).isTrue();
        assertThat(unsettled().stage()).isEqualTo(NodeClaim.Stage.RELEASING);
    }

    private WriteReply evict(Long grace, boolean failed) {
        return write(new ObjectWrite.Evict(
                Precondition.NONE,
                grace,
                ObjectWrite.Propagation.BACKGROUND,
                new Disruption(Disruption.POD_GC, "because", failed)));
    }

    @Test
    void anEvictedPodSaysWhy() {
        create("u1");
        propose("u1", "n1");
        answered("u1", "n1", 1, "");
        int before = journal.size();
        evict(null, false);
        assertThat(journal).as("note and deletion are one event").hasSize(before + 1);
        assertThat(state.object().toString()).contains("DeletionByPodGC", "deletionTimestamp", "\"phase\":\"Pending\"");
        evict(null, false);
        assertThat(journal).as("again").hasSize(before + 1);
        evict(0L, false);
        assertThat(state.object()).isNull();
        assertThat(journal.subList(before + 1, journal.size()))
                .as("nothing new is noted")
                .containsExactly(new PodEvent.Removed("u1"));
    }

    @Test
    void aPodThatIsFailedByItsEvictionIsSeenFailedBeforeItGoes() {
        create("u1");
        propose("u1", "n1");
        answered("u1", "n1", 1, "");
        int before = journal.size();
        WriteReply reply = evict(null, true);
        assertThat(((WriteReply.Done) reply).removed()).isTrue();
        assertThat(journal.get(before))
                .isInstanceOfSatisfying(
                        PodEvent.Stored.class,
                        stored -> assertThat(Json.text(stored.object().tree(), "status", "phase"))
                                .isEqualTo("Failed"));
        assertThat(journal.get(before + 1)).isEqualTo(new PodEvent.Removed("u1"));
        assertThat(unsettled().stage()).isEqualTo(NodeClaim.Stage.RELEASING);
    }

    @Test
    void aPodMadeWithItsNodeIsCountedThereUntilItGoes() {
        ObjectNode pod = pod();
        Json.child(pod, "spec").put("nodeName", "n1");
        write(new ObjectWrite.Create(pod, "u1"));
        assertThat(unsettled()).isEqualTo(new NodeClaim("u1", "n1", 1, NodeClaim.Stage.ASSIGNED));
        PodSettler.Step step =
                new PodSettler("Pod|d|web", "d", "web").steps(state, now).get(0);
        assertThat(((PodSettler.Ask) step).command().assigned()).isTrue();
        answered("u1", "n1", 1, "the proposal came after its deadline");
        assertThat(unsettled().stage()).as("asked again").isEqualTo(NodeClaim.Stage.ASSIGNED);
        answered("u1", "n1", 1, "");
        assertThat(state.unsettled()).isEmpty();
        delete(0L);
        assertThat(unsettled().stage()).isEqualTo(NodeClaim.Stage.RELEASING);
        released("u1", "n1", 1);
        assertThat(state.claims()).isEmpty();
    }

    @Test
    void aGatedPodSaysSo() {
        ObjectNode pod = pod();
        Json.child(pod, "spec").putArray("schedulingGates").addObject().put("name", "quota");
        write(new ObjectWrite.Create(pod, "u1"));
        assertThat(state.object().toString())
                .contains(
                        "\"reason\":\"SchedulingGated\",\"message\":\"Scheduling is blocked due to non-empty scheduling gates\"");
    }

    private WriteReply bind(String uid, String node, String metadata) {
        ObjectWrite.Bind bind = new ObjectWrite.Bind(new Precondition(uid, 0), node, json(metadata));
        return apply(PodBinding.decide(state, "web", bind, false));
    }

    private WriteReply bound() {
        return PodBinding.outcome(state, "Pod|d|web", "web", "u1");
    }

    @Test
    void aClientsBindingIsSettledByTheNode() {
        create("u1");
        assertThat(bind("u1", "n1", "{'labels':{'by':'me'}}")).isInstanceOf(WriteReply.Done.class);
        assertThat(bound()).as("asked").isNull();
        answered("u1", "n1", 1, "");
        assertThat(bound()).isEqualTo(new WriteReply.Done("Pod|d|web", state.sequenceNumber(), false, List.of()));
        assertThat(Json.text(state.object().tree(), "metadata", "labels", "by")).isEqualTo("me");
        assertThat(refusal(bind("", "n2", "{}")))
                .isEqualTo(
                        "Operation cannot be fulfilled on pods/binding \"web\": pod web is already assigned to node \"n1\"");
    }

    @Test
    void aClientsBindingIsRefusedForWhatTheSchedulerWouldNotDo() {
        assertThat(refusal(bind("", "n1", "{}"))).contains("not found");
        create("u1");
        assertThat(refusal(bind("u2", "n1", "{}"))).contains("Precondition failed: UID in precondition: u2");
        propose("u1", "n1");
        assertThat(refusal(bind("", "n2", "{}"))).contains("is being assigned to node \"n1\"");
        answered("u1", "n1", 1, "Too many pods");
        assertThat(refusal(bound())).contains("the node refused");
        released("u1", "n1", 1);
        patch("", "{'metadata':{'finalizers':['a/b']}}");
        delete(null);
        assertThat(refusal(bind("", "n1", "{}"))).contains("pod web is being deleted, cannot be assigned to a host");
    }

    private static String refusal(WriteReply reply) {
        return ((WriteReply.Rejected) reply).status().message();
    }
}
