package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.START;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The history of a DaemonSet whose Pods were orphaned: it stays, and the next one of the name goes on with it. */
class LeftRevisionsTest {

    private static final CommandMeta META =
            new CommandMeta("c", new Caller("admin", "kubectl"), "request r", START.toEpochMilli(), 0);

    private DaemonSetState state = DaemonSetState.absent("default", "logger");
    private final List<DaemonSetEvent> journal = new ArrayList<>();
    private List<String> names;

    /** A DaemonSet with the templates a and b, which is gone. */
    @BeforeEach
    void leave() {
        write(create("first", "a", "logger"));
        write(new ObjectWrite.Patch(
                "",
                PatchType.STRATEGIC,
                json("{'metadata':{'annotations':{'kubernetes.io/change-cause':'to b'}},"
                        + "'spec':{'template':{'spec':{'containers':[{'name':'main','image':'b'}]}}}}"),
                FieldValidation.STRICT,
                Precondition.NONE));
        names = owned();
        assertThat(names).hasSize(2);
        orphan();
        assertThat(state.current()).isNull();
    }

    @AfterEach
    void aRestartComesToTheSame() {
        DaemonSetState recovered = DaemonSetState.absent("default", "logger");
        for (int i = 0; i < journal.size(); i++) {
            recovered = recovered.evolve(Fixtures.meta(START), journal.get(i), i + 1);
        }
        assertThat(recovered).isEqualTo(state);
    }

    private void persist(List<DaemonSetEvent> events) {
        for (DaemonSetEvent event : events) {
            journal.add(event);
            state = state.evolve(Fixtures.meta(START), event, journal.size());
        }
    }

    private WriteReply write(ObjectWrite write) {
        var decision = state.decide(new DaemonSetCommand.Write(META, write, false), START);
        persist(decision.events());
        return decision.reply();
    }

    private WriteReply revision(String name, ObjectWrite write) {
        var decision = state.decide(new DaemonSetCommand.WriteRevision(META, name, write, false), START);
        persist(decision.events());
        return decision.reply();
    }

    private static ObjectWrite.Create create(String uid, String image, String app) {
        ObjectNode object = daemonSet("", 0, image);
        ((ObjectNode) Json.at(object, "spec", "selector", "matchLabels")).put("app", app);
        ((ObjectNode) Json.at(object, "spec", "template", "metadata", "labels")).put("app", app);
        Outcome<ObjectNode> decoded = ObjectDecoder.check(Kinds.DAEMON_SET, object, FieldValidation.STRICT);
        return new ObjectWrite.Create(((Outcome.Done<ObjectNode>) decoded).value(), uid);
    }

    private void orphan() {
        write(new ObjectWrite.Delete(Precondition.NONE, null, Propagation.ORPHAN));
        persist(state.dependentsDone());
    }

    private static ObjectWrite labels(String labels) {
        return new ObjectWrite.Patch(
                "",
                PatchType.MERGE,
                json("{'metadata':{'labels':" + labels + "}}"),
                FieldValidation.STRICT,
                Precondition.NONE);
    }

    /** "name=number" of those that the DaemonSet has. */
    private List<String> owned() {
        return state.renderRevisions().stream()
                .map(tree -> Json.text(tree, "metadata", "name") + "=" + tree.path("revision"))
                .toList();
    }

    private static String name(String numbered) {
        return numbered.substring(0, numbered.indexOf('='));
    }

    @Test
    void theyHaveNoOwnerAndAreAsTheyWere() {
        assertThat(state.left()).containsOnlyKeys(name(names.get(0)), name(names.get(1)));
        ObjectNode second = state.renderLeft(name(names.get(1)));
        assertThat(Json.at(second, "metadata").has("ownerReferences")).isFalse();
        assertThat(second.path("revision").asInt()).isEqualTo(2);
        assertThat(Json.text(second, "metadata", "annotations", "kubernetes.io/change-cause"))
                .isEqualTo("to b");
        assertThat(Json.at(second, "data", "spec", "template").isObject()).isTrue();
    }

    @Test
    void theNextOneOfTheNewestTemplateGoesOnWithThem() {
        write(create("second", "b", "logger"));
        assertThat(owned()).isEqualTo(names);
        assertThat(state.left()).isEmpty();
        assertThat(state.renderRevisions())
                .allSatisfy(tree -> assertThat(ControllerRef.of(tree).uid()).isEqualTo("second"));
        assertThat("logger-" + state.current().currentRevision()).isEqualTo(name(names.get(1)));
        orphan();
        assertThat(state.left()).hasSize(2);
    }

    @Test
    void oneOfAnOlderTemplateGetsItsRevisionBackAndANewOneTheNextNumber() {
        write(create("second", "a", "logger"));
        assertThat(owned()).containsExactly(names.get(1), name(names.get(0)) + "=3");
        orphan();
        write(create("third", "c", "logger"));
        assertThat(owned()).hasSize(3).last().asString().endsWith("=4");
    }

    @Test
    void whatTheSelectorDoesNotMatchStaysUntilItDoes() {
        write(create("second", "b", "other"));
        assertThat(owned()).hasSize(1).doesNotContainAnyElementsOf(names);
        assertThat(state.left()).hasSize(2);
        String first = name(names.get(0));
        revision(first, labels("{'x':'y'}"));
        assertThat(Json.text(state.renderLeft(first), "metadata", "labels", "x"))
                .isEqualTo("y");
        revision(first, labels("{'app':'other'}"));
        assertThat(owned()).hasSize(2);
        assertThat(state.left()).hasSize(1);
    }

    @Test
    void clientsDeleteThem() {
        String first = name(names.get(0));
        ObjectWrite.Delete delete = new ObjectWrite.Delete(Precondition.NONE, null, Propagation.BACKGROUND);
        assertThat(revision(first, delete)).isEqualTo(new WriteReply.Done("", 0, true, List.of()));
        assertThat(state.left()).hasSize(1);
        assertThat(revision(first, delete)).isInstanceOf(WriteReply.Rejected.class);
        write(create("second", "a", "logger"));
        assertThat(owned()).as("recorded anew").containsExactly(names.get(1), first + "=3");
    }

    /** One that goes without leaving anything takes its own only. */
    @Test
    void aDeletionInTheBackgroundLeavesThoseOfOthers() {
        write(create("second", "b", "other"));
        write(new ObjectWrite.Delete(Precondition.NONE, null, Propagation.BACKGROUND));
        assertThat(state.current()).isNull();
        assertThat(state.left()).hasSize(2);
    }
}
