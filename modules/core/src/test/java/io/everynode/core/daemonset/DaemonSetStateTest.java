package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.START;
import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.stored;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class DaemonSetStateTest {

    private DaemonSetState state = DaemonSetState.absent("default", "logger");
    private DaemonSetState before = state;
    private long sequence;

    private Decision<DaemonSetEvent, WriteReply> write(ObjectNode tree) {
        return apply(stored(tree));
    }

    private Decision<DaemonSetEvent, WriteReply> apply(ObjectChange change) {
        Decision<DaemonSetEvent, WriteReply> decision = state.apply(change);
        before = state;
        for (DaemonSetEvent event : decision.events()) {
            state = state.evolve(Fixtures.meta(START), event, ++sequence);
        }
        return decision;
    }

    private static WriteReply done(boolean removed) {
        return new WriteReply.Done("", 0, removed, List.of());
    }

    @Test
    void creatingStoresTheObjectFirstAndRecordsItsTemplate() {
        Decision<DaemonSetEvent, WriteReply> decision = write(daemonSet(UID, 1, "a"));
        assertThat(decision.events())
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Stored", "RevisionRecorded");
        assertThat(decision.reply()).isEqualTo(done(false));
        assertThat(state.sequenceNumber()).isEqualTo(1);
        assertThat(state.renderObject().path("status"))
                .isEqualTo(Fixtures.json("{'currentNumberScheduled':0,'numberMisscheduled':0,"
                        + "'desiredNumberScheduled':0,'numberReady':0}"));
        assertThat(state.current().currentRevision())
                .isEqualTo(state.current().revisions().keySet().iterator().next());
    }

    @Test
    void onlyATemplateMakesARevision() {
        write(daemonSet(UID, 1, "a"));
        ObjectNode labelled = state.renderObject();
        Json.child(Json.child(labelled, "metadata"), "labels").put("x", "y");
        assertThat(write(labelled).events()).hasSize(1).first().isInstanceOf(DaemonSetEvent.Stored.class);
        assertThat(write(daemonSet(UID, 2, "b")).events())
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Stored", "RevisionRecorded");
        assertThat(write(daemonSet(UID, 3, "a")).events())
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("Stored", "RevisionRenumbered");
        assertThat(state.renderRevisions())
                .extracting(revision -> revision.path("revision").asInt())
                .containsExactly(2, 3);
    }

    @Test
    void aWriteOfStatusIsAStatusEvent() {
        write(daemonSet(UID, 1, "a"));
        ObjectNode tree = state.renderObject();
        Json.child(tree, "status").put("numberReady", 9);
        Decision<DaemonSetEvent, WriteReply> decision = write(tree);
        assertThat(decision.events()).hasSize(1).first().isInstanceOf(DaemonSetEvent.StatusChanged.class);
        assertThat(state.renderObject()).isEqualTo(Json.parse(Json.encode(tree)));
        assertThat(state.sequenceNumber()).isEqualTo(3);
        // The status endpoint also takes annotations, as upstream's does: two changes of the object, the later one is
        // the answer.
        Json.child(Json.child(tree, "metadata"), "annotations").put("a", "b");
        Json.child(tree, "status").put("numberReady", 8);
        Decision<DaemonSetEvent, WriteReply> both = write(tree);
        assertThat(both.events()).hasSize(2);
        assertThat(both.reply()).isEqualTo(done(false));
        assertThat(state.sequenceNumber()).isEqualTo(5);
    }

    @Test
    void deletingRetiresTheIncarnationAndFreesTheName() {
        write(daemonSet(UID, 3, "a"));
        Decision<DaemonSetEvent, WriteReply> removed = apply(new ObjectChange.Removed(state.renderObject(), List.of()));
        assertThat(removed.events())
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("RevisionTrimmed", "Removed");
        assertThat(removed.reply()).isEqualTo(done(true));
        assertThat(state.current()).isNull();
        assertThat(state.renderObject()).isNull();
        assertThat(state.sequenceNumber()).isZero();
        write(daemonSet("second", 1, "a"));
        assertThat(state.current().uid()).isEqualTo("second");
        assertThat(state.retiring())
                .containsOnlyKeys(UID)
                .containsValue(new DaemonSetState.Retirement(START.toEpochMilli(), 3, false));
        state = state.evolve(Fixtures.meta(START), new DaemonSetEvent.RetirementFinished(UID), ++sequence);
        assertThat(state.retiring()).isEmpty();
        assertThat(state.current().uid()).isEqualTo("second");
    }

    @Test
    void revisionsAreRenderedAsUpstreamsControllerRevisions() {
        ObjectNode tree = daemonSet(UID, 1, "a");
        Json.child(Json.child(tree, "metadata"), "annotations").put("kubernetes.io/change-cause", "first");
        write(tree);
        ObjectNode revision = state.renderRevisions().get(0);
        String hash = state.current().currentRevision();
        assertThat(Json.text(revision, "metadata", "name")).isEqualTo("logger-" + hash);
        assertThat(revision.path("metadata").path("labels"))
                .isEqualTo(Fixtures.json("{'app':'logger','controller-revision-hash':'" + hash + "'}"));
        assertThat(Json.text(revision, "metadata", "annotations", "kubernetes.io/change-cause"))
                .isEqualTo("first");
        assertThat(Json.text(revision, "metadata", "creationTimestamp")).isEqualTo("2026-11-21T12:00:00Z");
        assertThat(revision.path("metadata").path("ownerReferences").get(0))
                .isEqualTo(Fixtures.json("{'apiVersion':'apps/v1','kind':'DaemonSet','name':'logger','uid':'" + UID
                        + "','controller':true,'blockOwnerDeletion':true}"));
        assertThat(Json.text(revision, "data", "spec", "template", "$patch")).isEqualTo("replace");
        assertThat(revision.path("revision").asInt()).isEqualTo(1);
    }

    @Test
    void statesAreEqualByValueWhateverWasAskedOfThem() {
        write(daemonSet(UID, 1, "a"));
        DaemonSetState again = before;
        for (DaemonSetEvent event : before.apply(stored(daemonSet(UID, 1, "a"))).events()) {
            again = again.evolve(Fixtures.meta(START), event, again.sequenceNumber() == 0 ? 1 : 2);
        }
        state.current().spec();
        assertThat(again).isEqualTo(state).hasSameHashCodeAs(state);
    }
}
