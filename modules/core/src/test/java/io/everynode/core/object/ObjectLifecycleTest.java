package io.everynode.core.object;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectLifecycleTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.500Z");

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode configMap() {
        return json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a','namespace':'d','uid':'u',"
                + "'creationTimestamp':'2026-01-01T00:00:00Z'},'data':{'k':'v'}}");
    }

    private static ObjectNode pod(String nodeName, String phase) {
        ObjectNode pod = json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a','namespace':'d','uid':'u'},"
                + "'spec':{'terminationGracePeriodSeconds':12,'containers':[{'name':'c','image':'i'}]},'status':{}}");
        if (!nodeName.isEmpty()) {
            Json.child(pod, "spec").put("nodeName", nodeName);
        }
        Json.child(pod, "status").put("phase", phase);
        return pod;
    }

    private static ObjectChange decide(Kind kind, ObjectNode current, ObjectWrite write) {
        ObjectNode before = current == null ? null : current.deepCopy();
        ObjectChange change = ObjectLifecycle.decide(kind, "a", current, current == null ? 0 : 7, write, NOW);
        assertThat(current).as("trees that come in are not changed").isEqualTo(before);
        return change;
    }

    private static ObjectWrite.Delete delete(String uid, long sequence, Long grace) {
        return new ObjectWrite.Delete(new Precondition(uid, sequence), grace, ObjectWrite.Propagation.BACKGROUND);
    }

    private static ObjectWrite.Patch patch(PatchType type, String body, Precondition precondition) {
        return new ObjectWrite.Patch("", type, json(body), FieldValidation.STRICT, precondition);
    }

    private static ApiStatus refusal(ObjectChange change) {
        assertThat(change).isInstanceOf(ObjectChange.Refused.class);
        return ((ObjectChange.Refused) change).status();
    }

    @Test
    void aCreatedObjectGetsItsUidAndTime() {
        ObjectNode submitted = configMap();
        Json.child(submitted, "metadata").put("resourceVersion", "5");
        ObjectChange change = decide(Kinds.CONFIG_MAP, null, new ObjectWrite.Create(submitted, "new-uid"));
        ObjectNode stored = ((ObjectChange.Stored) change).object();
        assertThat(Json.text(stored, "metadata", "uid")).isEqualTo("new-uid");
        assertThat(Json.text(stored, "metadata", "creationTimestamp")).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(Json.at(stored, "metadata").has("resourceVersion")).isFalse();
    }

    @Test
    void whatExistsCannotBeCreated() {
        ObjectWrite create = new ObjectWrite.Create(configMap(), "x");
        assertThat(refusal(decide(Kinds.CONFIG_MAP, configMap(), create)).message())
                .isEqualTo("configmaps \"a\" already exists");
        ObjectNode terminating = configMap();
        Json.child(terminating, "metadata").put("deletionTimestamp", "2026-03-01T12:00:00Z");
        ApiStatus status = refusal(decide(Kinds.CONFIG_MAP, terminating, create));
        assertThat(status.message()).isEqualTo("object is being deleted: configmaps \"a\" already exists");
        assertThat(status.code()).isEqualTo(409);
    }

    static Stream<Arguments> preconditions() {
        return Stream.of(
                Arguments.of("", 0L, null),
                Arguments.of("u", 0L, null),
                Arguments.of("", 7L, null),
                Arguments.of("u", 7L, null),
                Arguments.of(
                        "v",
                        7L,
                        "Operation cannot be fulfilled on configmaps \"a\": Precondition failed: "
                                + "UID in precondition: v, UID in object meta: u"),
                Arguments.of(
                        "u",
                        6L,
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; "
                                + "please apply your changes to the latest version and try again"),
                Arguments.of(
                        "",
                        8L,
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; "
                                + "please apply your changes to the latest version and try again"));
    }

    @ParameterizedTest
    @MethodSource("preconditions")
    void preconditionsHoldForEveryWrite(String uid, long sequence, String message) {
        Precondition condition = new Precondition(uid, sequence);
        ObjectNode changed = configMap();
        Json.child(changed, "data").put("k", "w");
        for (ObjectWrite write : new ObjectWrite[] {
            delete(uid, sequence, null),
            new ObjectWrite.Replace("", changed, condition),
            patch(PatchType.MERGE, "{'data':{'k':'w'}}", condition)
        }) {
            ObjectChange change = decide(Kinds.CONFIG_MAP, configMap(), write);
            if (message == null) {
                assertThat(change).isNotInstanceOf(ObjectChange.Refused.class);
            } else {
                boolean otherDeleted = write instanceof ObjectWrite.Delete && uid.equals("v");
                assertThat(refusal(change).message())
                        .isEqualTo(
                                otherDeleted
                                        ? "Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (v) does "
                                                + "not match the UID in record (u). The object might have been deleted and then recreated"
                                        : message);
                assertThat(refusal(change).reason()).isEqualTo("Conflict");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "kube-system", "kube-public"})
    void someNamespacesCannotBeDeleted(String name) {
        ObjectNode namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
        namespace.putObject("metadata").put("name", name).put("uid", "u");
        ApiStatus status = refusal(decide(Kinds.NAMESPACE, namespace, delete("", 0, null)));
        assertThat(status.code()).isEqualTo(403);
        assertThat(status.message())
                .isEqualTo("namespaces \"" + name + "\" is forbidden: this namespace may not be deleted");
    }

    @Test
    void nothingThereIsNotFound() {
        for (ObjectWrite write : new ObjectWrite[] {
            delete("", 0, null),
            new ObjectWrite.Replace("", configMap(), Precondition.NONE),
            patch(PatchType.MERGE, "{}", Precondition.NONE)
        }) {
            assertThat(refusal(decide(Kinds.CONFIG_MAP, null, write)).code()).isEqualTo(404);
        }
    }

    @Test
    void aReplacementOfAnotherIncarnationIsAConflict() {
        ObjectNode other = configMap();
        Json.child(other, "metadata").put("uid", "older");
        ApiStatus status =
                refusal(decide(Kinds.CONFIG_MAP, configMap(), new ObjectWrite.Replace("", other, Precondition.NONE)));
        assertThat(status.code()).isEqualTo(409);
    }

    @Test
    void patchesChangeNothingOrSomethingOrAreRefused() {
        assertThat(decide(
                        Kinds.CONFIG_MAP, configMap(), patch(PatchType.MERGE, "{'data':{'k':'v'}}", Precondition.NONE)))
                .isInstanceOf(ObjectChange.Unchanged.class);
        ObjectChange change = decide(
                Kinds.CONFIG_MAP, configMap(), patch(PatchType.STRATEGIC, "{'data':{'l':'w'}}", Precondition.NONE));
        assertThat(Json.at(((ObjectChange.Stored) change).object(), "data").toString())
                .isEqualTo("{\"k\":\"v\",\"l\":\"w\"}");
        assertThat(refusal(decide(
                                Kinds.CONFIG_MAP,
                                configMap(),
                                patch(PatchType.MERGE, "{'dta':{'l':'w'}}", Precondition.NONE)))
                        .code())
                .isBetween(400, 422);
    }

    @Test
    void aResourceVersionInAPatchIsNotStored() {
        ObjectChange change = decide(
                Kinds.CONFIG_MAP,
                configMap(),
                patch(PatchType.MERGE, "{'metadata':{'resourceVersion':'9'},'data':{'l':'w'}}", Precondition.NONE));
        assertThat(Json.at(((ObjectChange.Stored) change).object(), "metadata").has("resourceVersion"))
                .isFalse();
    }

    static Stream<Arguments> podDeletions() {
        return Stream.of(
                Arguments.of("n", "Running", null, 12L),
                Arguments.of("n", "Running", 3L, 3L),
                Arguments.of("n", "Pending", null, 12L),
                Arguments.of("n", "Running", 0L, 0L),
                // pkg/registry/core/pod/strategy.go: a negative period means one second.
                Arguments.of("n", "Running", -5L, 1L),
                Arguments.of("", "Pending", null, 0L),
                Arguments.of("", "Pending", 5L, 0L),
                Arguments.of("n", "Failed", null, 0L),
                Arguments.of("n", "Succeeded", 5L, 0L));
    }

    @ParameterizedTest(name = "on \"{0}\", {1}, asked {2} -> {3}")
    @MethodSource("podDeletions")
    void podsEndWithinTheirGrace(String node, String phase, Long asked, long grace) {
        ObjectChange change = decide(Kinds.POD, pod(node, phase), delete("", 0, asked));
        if (grace == 0) {
            assertThat(change).isInstanceOf(ObjectChange.Removed.class);
        } else {
            ObjectNode stored = ((ObjectChange.Stored) change).object();
            assertThat(Json.at(stored, "metadata", "deletionGracePeriodSeconds").asLong())
                    .isEqualTo(grace);
            assertThat(Json.text(stored, "metadata", "deletionTimestamp"))
                    .isEqualTo(Instant.parse("2026-03-01T12:00:00Z")
                            .plusSeconds(grace)
                            .toString());
        }
    }

    @Test
    void aSecondDeletionOnlyShortens() {
        ObjectNode first = ((ObjectChange.Stored) decide(Kinds.POD, pod("n", "Running"), delete("", 0, 10L))).object();
        assertThat(decide(Kinds.POD, first, delete("", 0, 10L))).isInstanceOf(ObjectChange.Unchanged.class);
        assertThat(decide(Kinds.POD, first, delete("", 0, 20L))).isInstanceOf(ObjectChange.Unchanged.class);
        ObjectChange later = ObjectLifecycle.decide(Kinds.POD, "a", first, 8, delete("", 0, 4L), NOW.plusSeconds(3));
        assertThat(Json.text(((ObjectChange.Stored) later).object(), "metadata", "deletionTimestamp"))
                .as("counted from the first deletion")
                .isEqualTo("2026-03-01T12:00:04Z");
        assertThat(decide(Kinds.POD, first, delete("", 0, 0L))).isInstanceOf(ObjectChange.Removed.class);
    }

    @Test
    void finalizersHoldAnyObject() {
        ObjectNode held = configMap();
        Json.child(held, "metadata").putArray("finalizers").add("x.io/y").add("x.io/z");
        ObjectNode terminating = ((ObjectChange.Stored) decide(Kinds.CONFIG_MAP, held, delete("", 0, null))).object();
        assertThat(Json.text(terminating, "metadata", "deletionTimestamp")).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(decide(Kinds.CONFIG_MAP, terminating, delete("", 0, null)))
                .isInstanceOf(ObjectChange.Unchanged.class);
        ObjectChange one = decide(
                Kinds.CONFIG_MAP,
                terminating,
                patch(PatchType.MERGE, "{'metadata':{'finalizers':['x.io/z']}}", Precondition.NONE));
        assertThat(one).isInstanceOf(ObjectChange.Stored.class);
        ObjectChange none = decide(
                Kinds.CONFIG_MAP,
                ((ObjectChange.Stored) one).object(),
                patch(PatchType.MERGE, "{'metadata':{'finalizers':null}}", Precondition.NONE));
        assertThat(none).isInstanceOf(ObjectChange.Removed.class);
    }

    @Test
    void aNamespaceIsHeldByItsSpec() {
        ObjectNode namespace = json("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'a','uid':'u'},"
                + "'spec':{'finalizers':['kubernetes']},'status':{'phase':'Active'}}");
        ObjectNode terminating =
                ((ObjectChange.Stored) decide(Kinds.NAMESPACE, namespace, delete("", 0, null))).object();
        assertThat(Json.text(terminating, "status", "phase")).isEqualTo("Terminating");
        ObjectNode empty = terminating.deepCopy();
        Json.child(empty, "spec").remove("finalizers");
        assertThat(decide(Kinds.NAMESPACE, terminating, new ObjectWrite.Replace("", empty, Precondition.NONE)))
                .as("only the subresource finalizes")
                .isNotInstanceOf(ObjectChange.Removed.class);
        assertThat(decide(Kinds.NAMESPACE, terminating, new ObjectWrite.Replace("finalize", empty, Precondition.NONE)))
                .isInstanceOf(ObjectChange.Removed.class);
        ObjectNode withMore = empty.deepCopy();
        Json.child(withMore, "status").put("phase", "Active");
        Json.child(withMore, "spec").putArray("finalizers").add("x.io/other");
        ObjectNode stored = ((ObjectChange.Stored) decide(
                        Kinds.NAMESPACE, terminating, new ObjectWrite.Replace("finalize", withMore, Precondition.NONE)))
                .object();
        assertThat(Json.at(stored, "spec", "finalizers").toString()).isEqualTo("[\"x.io/other\"]");
        assertThat(Json.text(stored, "status", "phase"))
                .as("its status is not the client's")
                .isEqualTo("Terminating");
    }
}
