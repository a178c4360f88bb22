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
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RevisionWritesTest {

    private final FleetSimulation fleet = new FleetSimulation();
    private Instant deadline = START.plusSeconds(3600);

    private Decision<DaemonSetEvent, WriteReply> write(String name, ObjectWrite write) {
        CommandMeta meta =
                new CommandMeta("c", new Caller("admin", "kubectl"), "request r", deadline.toEpochMilli(), 0);
        Decision<DaemonSetEvent, WriteReply> decision =
                fleet.state.decide(new DaemonSetCommand.WriteRevision(meta, name, write, false), fleet.now);
        decision.events().forEach(fleet::persist);
        return decision;
    }

    private static ObjectWrite patch(String body, long sequence) {
        return new ObjectWrite.Patch(
                "", PatchType.MERGE, json(body), FieldValidation.STRICT, new Precondition("", sequence));
    }

    private static ObjectWrite delete(String uid) {
        return new ObjectWrite.Delete(new Precondition(uid, 0), null, Propagation.BACKGROUND);
    }

    /** A ControllerRevision with the data of another one. */
    private static ObjectWrite.Create copyOf(ObjectNode revision, String name, String hash, long number) {
        ObjectNode copy = revision.deepCopy();
        ObjectNode metadata = Json.child(copy, "metadata");
        metadata.put("name", name).remove("uid");
        Json.child(metadata, "labels").put("controller-revision-hash", hash);
        copy.put("revision", number);
        return new ObjectWrite.Create(copy, "made-" + name);
    }

    private List<ObjectNode> revisions() {
        return fleet.state.renderRevisions();
    }

    private List<String> numbers() {
        return revisions().stream()
                .map(tree -> Json.text(tree, "metadata", "name") + "=" + tree.path("revision"))
                .toList();
    }

    private static ApiStatus refusal(Decision<DaemonSetEvent, WriteReply> decision) {
        assertThat(decision.events()).isEmpty();
        return ((WriteReply.Rejected) decision.reply()).status();
    }

    private String running() {
        fleet.addNodes(2).store(daemonSet(UID, 1, "a")).settle();
        return "logger-" + fleet.revision();
    }

    @Test
    void labelsAreAddedAndStayWhenTheRevisionComesBack() {
        String name = running();
        assertThat(write(name, patch("{'metadata':{'labels':{'mine':'1'}}}", 0)).events())
                .hasSize(1);
        ObjectNode patched = revisions().get(0);
        assertThat(Json.text(patched, "metadata", "labels", "mine")).isEqualTo("1");
        assertThat(Json.text(patched, "metadata", "labels", "app")).isEqualTo("logger");
        assertThat(write(name, patch("{'metadata':{'labels':{'mine':'1'}}}", 0)).events())
                .isEmpty();
        fleet.store(daemonSet(UID, 2, "b"));
        fleet.store(daemonSet(UID, 3, "a"));
        assertThat(revisions()).last().satisfies(tree -> {
            assertThat(tree.path("revision").asInt()).isEqualTo(3);
            assertThat(Json.text(tree, "metadata", "labels", "mine")).isEqualTo("1");
        });
        assertThat(fleet.recover()).isEqualTo(fleet.state);
    }

    @Test
    void preconditionsAreThoseOfTheRevision() {
        String name = running();
        long sequence = fleet.state.current().revisions().get(fleet.revision()).sequenceNumber();
        assertThat(refusal(write(name, patch("{'metadata':{'labels':{'x':'1'}}}", sequence + 1)))
                        .reason())
                .isEqualTo("Conflict");
        write(name, patch("{'metadata':{'labels':{'x':'1'}}}", sequence));
        assertThat(refusal(write(name, patch("{'metadata':{'labels':{'x':'2'}}}", sequence)))
                        .reason())
                .isEqualTo("Conflict");
        assertThat(refusal(write(name, delete("another"))).reason()).isEqualTo("Conflict");
        assertThat(refusal(write("logger-other", delete(""))).reason()).isEqualTo("NotFound");
        assertThat(refusal(write(name, patch("{'data':{'x':1}}", 0))).reason())
                .as("data never changes")
                .isEqualTo("Invalid");
    }

    @Test
    void theCurrentRevisionComesBackWithoutAnyPodRestarted() {
        String name = running();
        String uid = Json.text(revisions().get(0), "metadata", "uid");
        fleet.forgetCounts();
        assertThat(write(name, delete(uid)).reply()).isEqualTo(new WriteReply.Done("", 0, true, List.of()));
        assertThat(revisions()).isEmpty();
        fleet.now = fleet.now.plusSeconds(1);
        fleet.settle();
        assertThat(numbers()).containsExactly(name + "=1");
        assertThat(Json.text(revisions().get(0), "metadata", "uid")).isNotEqualTo(uid);
        assertThat(fleet.ended()).isZero();
        assertThat(fleet.created()).isZero();
    }

    /** The numbers that the e2e test "should manage the lifecycle of a ControllerRevision" asks for. */
    @Test
    void aRevisionMadeByHandTakesPartInTheNumbering() {
        String name = running();
        ObjectNode initial = revisions().get(0);
        fleet.forgetCounts();
        write("logger-byhand", copyOf(initial, "logger-byhand", "byhand", 2));
        assertThat(numbers()).containsExactly(name + "=1", "logger-byhand=2");
        write(name, delete(""));
        fleet.settle();
        assertThat(numbers()).as("another one has the template").containsExactly("logger-byhand=2");
        assertThat(fleet.ended()).isZero();
        fleet.store(daemonSet(UID, 2, "b"));
        assertThat(numbers()).hasSize(2).last().asString().endsWith("=3");
        write("logger-byhand", delete(""));
        fleet.settle();
        assertThat(numbers()).singleElement().asString().endsWith("=3");
        // Back to the first template: nobody remembers it, so it is recorded anew.
        fleet.store(daemonSet(UID, 3, "a"));
        assertThat(numbers()).hasSize(2).last().asString().isEqualTo(name + "=4");
    }

    /** TestDSCUpdatesPodLabelAfterDedupCurHistories, but that the one stays whose hash the Pods have. */
    @Test
    void ofSeveralWithTheCurrentTemplateOneStaysAndNoPodRestarts() {
        String name = running();
        ObjectNode initial = revisions().get(0);
        write("logger-second", copyOf(initial, "logger-second", "second", 2));
        write("logger-seventh", copyOf(initial, "logger-seventh", "seventh", 7));
        fleet.settle();
        assertThat(numbers()).as("nothing else happened").hasSize(3);
        fleet.forgetCounts();
        fleet.addNodes(1).settle();
        assertThat(numbers()).containsExactly(name + "=7");
        assertThat(fleet.ended()).isZero();
        assertThat(fleet.created()).isEqualTo(1);
        assertThat(fleet.recover()).isEqualTo(fleet.state);
    }

    /** Between the two changes no Pod was replaced, so none may be by the second. */
    @Test
    void anUndoneUpdateFindsTheRevisionThatPodsHave() {
        String name = running();
        ObjectNode initial = revisions().get(0);
        write("logger-byhand", copyOf(initial, "logger-byhand", "byhand", 7));
        fleet.forgetCounts();
        fleet.store(daemonSet(UID, 2, "b"));
        assertThat(numbers())
                .hasSize(2)
                .startsWith(name + "=7")
                .last()
                .asString()
                .endsWith("=8");
        write("logger-late", copyOf(initial, "logger-late", "late", 20));
        fleet.store(daemonSet(UID, 3, "a"));
        fleet.settle();
        assertThat(fleet.ended()).isZero();
        assertThat(numbers()).hasSize(2).last().isEqualTo(name + "=21");
    }

    @Test
    void whatCannotBeAName() {
        String name = running();
        ObjectNode initial = revisions().get(0);
        assertThat(refusal(write(name, copyOf(initial, name, "x", 2))).reason()).isEqualTo("AlreadyExists");
        ObjectWrite.Create sameHash = copyOf(initial, "logger-second", fleet.revision(), 2);
        assertThat(write("logger-second", sameHash).events())
                .singleElement()
                .satisfies(event -> assertThat(((DaemonSetEvent.RevisionWritten) event).hash())
                        .as("the label is taken")
                        .isEqualTo("logger-second"));
        assertThat(write("logger-second", sameHash).reply())
                .as("the same command again")
                .isInstanceOf(WriteReply.Done.class);
        assertThat(refusal(write("logger-second", new ObjectWrite.Create(sameHash.object(), "made-again")))
                        .reason())
                .isEqualTo("AlreadyExists");
    }

    @Test
    void dataOfSomebodyElseIsNoTemplate() {
        running();
        ObjectNode odd = revisions().get(0);
        odd.putArray("data").add(1);
        write("logger-odd", copyOf(odd, "logger-odd", "odd", 2));
        fleet.store(daemonSet(UID, 2, "b"));
        assertThat(numbers()).hasSize(3);
        assertThat(revisions().get(1).path("data").isArray()).isTrue();
    }

    @Test
    void theOwnerStays() {
        String name = running();
        write(name, patch("{'metadata':{'ownerReferences':[]}}", 0));
        assertThat(Json.text(revisions().get(0).at("/metadata/ownerReferences/0"), "uid"))
                .isEqualTo(UID);
    }

    @Test
    void aLateOneIsRefusedAndSoIsOneForADaemonSetThatIsGone() {
        String name = running();
        deadline = START;
        assertThat(refusal(write(name, delete(""))).reason()).isEqualTo("Timeout");
        deadline = START.plusSeconds(3600);
        fleet.delete();
        assertThat(refusal(write(name, delete(""))).reason()).isEqualTo("NotFound");
    }

    @Test
    void everyRevisionGoesWithItsDaemonSet() {
        running();
        write("logger-byhand", copyOf(revisions().get(0), "logger-byhand", "byhand", 2));
        fleet.delete();
        assertThat(fleet.journal)
                .extracting(FleetSimulation.Row::event)
                .filteredOn(DaemonSetEvent.RevisionTrimmed.class::isInstance)
                .hasSize(2);
    }
}
