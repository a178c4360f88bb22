package io.everynode.core.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How an ordinary Pod goes into its Node's keeping, step by step. */
class HandOverTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final CommandMeta META = new CommandMeta("c", Caller.controller("test"), "test", Long.MAX_VALUE, 0);

    private PodState state = PodState.ABSENT;
    private long sequence;
    private Instant now = NOW;

    private void given(String more) {
        evolve(new PodEvent.Stored(
                new JsonBytes(("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','uid':'u'" + more)
                        .replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8))));
    }

    private void evolve(PodEvent event) {
        state = state.evolve(new EventMeta(now.toEpochMilli(), META.caller(), "", "", "", 0, 0), event, ++sequence);
    }

    private String apply(Decision<PodEvent, String> decision) {
        decision.events().forEach(this::evolve);
        return decision.reply();
    }

    private String handOver() {
        return apply(state.decide(new PodCommand.HandOver(META, "u", "n1", "ds"), now));
    }

    private static final String RUNS = "},'spec':{'nodeName':'n1','containers':[]},'status':{'phase':'Running'}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "},'spec':{'nodeName':'n1'},'status':{'phase':'Running'}}|~~",
                "},'spec':{'nodeName':'n2'},'status':{'phase':'Running'}}|the Pod does not run there",
                "},'spec':{},'status':{'phase':'Pending'}}|the Pod does not run there",
                "},'spec':{'nodeName':'n1'},'status':{'phase':'Failed'}}|the Pod has ended or is terminating",
                ",'deletionTimestamp':'2026-03-01T12:00:00Z'},'spec':{'nodeName':'n1'}}|the Pod has ended or is terminating",
                ",'ownerReferences':[{'kind':'ReplicaSet','uid':'rs','controller':true}]},'spec':{'nodeName':'n1'}}"
                        + "|the Pod has another controller",
                ",'ownerReferences':[{'kind':'DaemonSet','uid':'ds','controller':true}]},'spec':{'nodeName':'n1'}}|~~",
                ",'ownerReferences':[{'kind':'ConfigMap','uid':'cm'}]},'spec':{'nodeName':'n1'}}|~~",
            })
    void handsItselfOverUnless(String more, String refusal) {
        given(more);
        assertThat(handOver()).isEqualTo(refusal);
        assertThat(state.unsettled().isEmpty()).isNotEqualTo(refusal.isEmpty());
    }

    @Test
    void anotherPodOfTheNameIsLeftAlone() {
        given(RUNS);
        assertThat(apply(state.decide(new PodCommand.HandOver(META, "other", "n1", "ds"), now)))
                .isEqualTo("the Pod is gone");
    }

    @Test
    void nobodyElseChangesItOnTheWay() {
        given(RUNS);
        handOver();
        assertThat(handOver()).isEqualTo("the Pod settles something with a node");
        Decision<PodEvent, WriteReply> write = state.decide(
                "p",
                new PodCommand.Write(
                        META, new ObjectWrite.Delete(Precondition.NONE, 0L, ObjectWrite.Propagation.BACKGROUND), false),
                NOW);
        assertThat(write.events()).isEmpty();
        assertThat(write.reply()).isEqualTo(new WriteReply.Moved());
        assertThat(state.unsettled()).singleElement().satisfies(claim -> {
            assertThat(claim.stage()).isEqualTo(NodeClaim.Stage.HANDING_OVER);
            assertThat(claim.attempt()).isEqualTo(1);
            assertThat(claim.takenUntil()).isEqualTo(NOW.toEpochMilli() + NodeClaim.TAKE_OVER_MILLIS);
        });
    }

    /** So that a former owner of the name, whose persists fail, can ask for no longer than what it journaled. */
    @Test
    void isAskedAgainOnlyAfterThatIsJournaled() {
        given(RUNS);
        handOver();
        now = NOW.plusSeconds(4);
        apply(state.decide(new PodCommand.HandOverAgain(META, "u")));
        assertThat(state.claims().get("u").askedAt()).isEqualTo(now.toEpochMilli());
        assertThat(state.claims().get("u").attempt()).isEqualTo(1);
    }

    @Test
    void theReservationsAttemptIsKept() {
        given("},'spec':{'containers':[]}}");
        evolve(new PodEvent.BindingProposed("u", "n1", 4));
        evolve(new PodEvent.Bound(
                "u",
                "n1",
                4,
                JsonBytes.of(Json.parse("{\"metadata\":{\"uid\":\"u\"},\"spec\":{\"nodeName\":\"n1\"}}"
                        .getBytes(StandardCharsets.UTF_8)))));
        handOver();
        assertThat(state.claims().get("u").attempt()).isEqualTo(4);
        assertThat(state.lastAttempt()).isEqualTo(4);
    }

    @Test
    void onceTakenNothingIsLeftButTheDuesToTheNode() {
        given(RUNS);
        handOver();
        assertThat(apply(state.decide(new PodCommand.NodeTookOver(META, "u", "n1", 9))))
                .isEqualTo("the answer is late");
        apply(state.decide(new PodCommand.NodeTookOver(META, "u", "n1", 1)));
        assertThat(state.object()).isNull();
        assertThat(state.unsettled())
                .singleElement()
                .satisfies(claim -> assertThat(claim.stage()).isEqualTo(NodeClaim.Stage.RELEASING));
        assertThat(apply(state.decide(new PodCommand.NodeTookOver(META, "u", "n1", 1))))
                .isEqualTo("the answer is late");
        apply(state.decide(new PodCommand.NodeReleased(META, "u", "n1", 1)));
        assertThat(state.claims()).isEmpty();
    }
}
