package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.START;
import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole writes of clients, through the rules of the kind. */
class DaemonSetWriteTest {

    private DaemonSetState state = DaemonSetState.absent("default", "logger");
    private long sequence;

    private Decision<DaemonSetEvent, WriteReply> write(ObjectWrite write, boolean dryRun, long deadlineMillis) {
        CommandMeta meta = new CommandMeta("c", new Caller("admin", "kubectl"), "request r", deadlineMillis, 0);
        Decision<DaemonSetEvent, WriteReply> decision =
                state.decide(new DaemonSetCommand.Write(meta, write, dryRun), START);
        for (DaemonSetEvent event : decision.events()) {
            state = state.evolve(Fixtures.meta(START), event, ++sequence);
        }
        return decision;
    }

    private Decision<DaemonSetEvent, WriteReply> write(ObjectWrite write) {
        return write(write, false, START.toEpochMilli());
    }

    private static ObjectWrite.Create create(String uid) {
        Outcome<ObjectNode> decoded =
                ObjectDecoder.check(Kinds.DAEMON_SET, daemonSet("", 0, "a"), FieldValidation.STRICT);
        return new ObjectWrite.Create(((Outcome.Done<ObjectNode>) decoded).value(), uid);
    }

    private static ObjectWrite.Patch patch(String subresource, String body, long expectedSequence) {
        return new ObjectWrite.Patch(
                subresource,
                PatchType.STRATEGIC,
                json(body),
                FieldValidation.STRICT,
                new Precondition("", expectedSequence));
    }

    private static ObjectWrite.Delete delete(Propagation propagation) {
        return new ObjectWrite.Delete(Precondition.NONE, null, propagation);
    }

    private static String image(String image) {
        return "{'spec':{'template':{'spec':{'containers':[{'name':'main','image':'" + image + "'}]}}}}";
    }

    private static ApiStatus refusal(Decision<DaemonSetEvent, WriteReply> decision) {
        assertThat(decision.events()).isEmpty();
        return ((WriteReply.Rejected) decision.reply()).status();
    }

    @Test
    void createsWithDefaultsAndGenerationOne() {
        assertThat(write(create(UID)).events()).hasSize(2);
        ObjectNode object = state.renderObject();
        assertThat(Json.text(object, "metadata", "uid")).isEqualTo(UID);
        assertThat(state.current().generation()).isEqualTo(1);
        assertThat(state.current().spec().templateGeneration()).isEqualTo(1);
        assertThat(Json.text(object, "spec", "template", "spec", "dnsPolicy")).isEqualTo("ClusterFirst");
        assertThat(object.path("status").path("numberReady").asInt(-1)).isZero();
    }

    @Test
    void aRepeatedCreateIsDoneAlreadyAndAnotherOneIsRefused() {
        write(create(UID));
        Decision<DaemonSetEvent, WriteReply> again = write(create(UID));
        assertThat(again.events()).isEmpty();
        assertThat(again.reply()).isInstanceOf(WriteReply.Done.class);
        assertThat(refusal(write(create("another"))).reason()).isEqualTo("AlreadyExists");
    }

    @Test
    void aPatchOfTheTemplateMakesAGenerationAndARevision() {
        write(create(UID));
        assertThat(write(patch("", image("b"), 0)).events())
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Stored", "RevisionRecorded");
        assertThat(state.current().generation()).isEqualTo(2);
        assertThat(write(patch("", image("b"), 0)).events()).isEmpty();
        assertThat(write(patch("", "{'metadata':{'annotations':{'a':'b'}}}", 0)).events())
                .hasSize(1);
        assertThat(state.current().generation()).isEqualTo(2);
        assertThat(write(patch("", image("a"), 0)).events())
                .hasAtLeastOneElementOfType(DaemonSetEvent.RevisionRenumbered.class);
        assertThat(state.current().spec().templateGeneration()).isEqualTo(3);
    }

    @Test
    void statusIsWrittenByItsSubresourceOnly() {
        write(create(UID));
        assertThat(write(patch("", "{'status':{'numberReady':5}}", 0)).events()).isEmpty();
        assertThat(write(patch("status", "{'status':{'numberReady':5}}", 0)).events())
                .hasSize(1)
                .first()
                .isInstanceOf(DaemonSetEvent.StatusChanged.class);
        assertThat(state.renderObject().path("status").path("numberReady").asInt())
                .isEqualTo(5);
    }

    @Test
    void preconditionsNameTheLastEventOfTheObject() {
        write(create(UID));
        assertThat(state.sequenceNumber()).isEqualTo(1);
        assertThat(refusal(write(patch("", image("b"), 2))).reason()).isEqualTo("Conflict");
        assertThat(write(patch("", image("b"), 1)).events()).isNotEmpty();
        assertThat(state.sequenceNumber()).isEqualTo(3);
    }

    /** A client never sees it gone while its Pods are still owned. */
    @Test
    void orphaningAndForegroundDeletionWaitForThePods() {
        for (Propagation propagation : List.of(Propagation.ORPHAN, Propagation.FOREGROUND)) {
            boolean orphan = propagation == Propagation.ORPHAN;
            assertThat(refusal(write(delete(propagation))).code()).isEqualTo(404);
            write(create(propagation.name()));
            write(patch("", "{'metadata':{'finalizers':['example.com/hold']}}", 0));
            write(delete(propagation));
            assertThat(finalizers()).containsExactly("example.com/hold", orphan ? "orphan" : "foregroundDeletion");
            assertThat(state.current().spec().deletion())
                    .isEqualTo(orphan ? DaemonSetSpec.Deletion.ORPHAN : DaemonSetSpec.Deletion.FOREGROUND);
            assertThat(write(delete(propagation)).events()).isEmpty();
            assertThat(write(delete(Propagation.DEFAULT)).events()).isEmpty();

            evolve(state.dependentsDone());
            assertThat(finalizers()).containsExactly("example.com/hold");
            assertThat(state.current().spec().deletion()).isEqualTo(DaemonSetSpec.Deletion.HELD);
            write(patch("", "{'metadata':{'finalizers':null}}", 0));
            assertThat(state.current()).isNull();
        }
    }

    @Test
    void anOrphaningRetirementIsOne() {
        write(create(UID));
        write(delete(Propagation.FOREGROUND));
        write(delete(Propagation.ORPHAN));
        assertThat(finalizers()).containsExactly("orphan");
        List<DaemonSetEvent> done = state.dependentsDone();
        assertThat(done).hasSize(2).last().isEqualTo(new DaemonSetEvent.Orphaned(UID));
        evolve(done);
        assertThat(state.current()).isNull();
        assertThat(state.retiring().get(UID).orphaning()).isTrue();
    }

    private List<String> finalizers() {
        List<String> finalizers = new ArrayList<>();
        Json.at(state.renderObject(), "metadata", "finalizers").forEach(one -> finalizers.add(one.asText()));
        return finalizers;
    }

    private void evolve(List<DaemonSetEvent> events) {
        for (DaemonSetEvent event : events) {
            state = state.evolve(Fixtures.meta(START), event, ++sequence);
        }
    }

    @Test
    void deletingRemovesUnlessFinalizersHold() {
        write(create(UID));
        write(patch("", "{'metadata':{'finalizers':['example.com/hold']}}", 0));
        write(delete(Propagation.BACKGROUND));
        assertThat(state.current().spec().deleting()).isTrue();
        assertThat(write(patch("", "{'metadata':{'finalizers':null}}", 0)).events())
                .last()
                .isEqualTo(new DaemonSetEvent.Removed(UID));
        assertThat(state.retiring()).containsOnlyKeys(UID);
        write(create("second"));
        assertThat(write(delete(Propagation.BACKGROUND)).events())
                .last()
                .isEqualTo(new DaemonSetEvent.Removed("second"));
        assertThat(state.retiring()).containsOnlyKeys(UID, "second");
    }

    @Test
    void aDryRunAnswersAndChangesNothing() {
        Decision<DaemonSetEvent, WriteReply> decision = write(create(UID), true, START.toEpochMilli());
        assertThat(decision.events()).isEmpty();
        assertThat(((WriteReply.DryRun) decision.reply()).object().toString()).contains("ClusterFirst");
    }

    @Test
    void aLateCommandIsRefused() {
        assertThat(refusal(write(create(UID), false, START.toEpochMilli() - 1)).code())
                .isEqualTo(504);
    }
}
