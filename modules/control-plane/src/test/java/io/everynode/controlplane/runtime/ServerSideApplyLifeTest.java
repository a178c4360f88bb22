package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.TestServer.refused;
import static io.everynode.controlplane.runtime.TestServer.stored;
import static io.everynode.controlplane.runtime.TestServer.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Server-side apply through the whole control plane, by each of the entities. */
@Timeout(120)
class ServerSideApplyLifeTest {

    @RegisterExtension
    static final TestServer cp = TestServer.forClass("");

    @BeforeAll
    static void start() {
        cp.node("n1");
    }

    private static ObjectWrite apply(String manager, String config) {
        return new ObjectWrite.Apply(
                "", TestServer.json(config), FieldValidation.STRICT, Precondition.NONE, manager, false);
    }

    private static List<String> managers(StoredObject object) {
        List<String> managers = new ArrayList<>();
        for (JsonNode entry : Json.at(object.tree(), "metadata", "managedFields")) {
            managers.add(Json.text(entry, "manager") + " " + Json.text(entry, "operation"));
        }
        return managers;
    }

    private static String configMap(String name, String key) {
        return "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'" + name + "'},'data':{'" + key + "':'1'}}";
    }

    @Test
    void whoComesSecondAppliesToWhatTheFirstHasMade() {
        List<CompletableFuture<WriteResult>> results = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            results.add(cp.send(Kinds.CONFIG_MAP, "default", "raced", apply("m" + i, configMap("raced", "k" + i)), 0)
                    .toCompletableFuture());
        }
        assertThat(results.stream()
                        .map(CompletableFuture::join)
                        .map(WriteResult.Stored.class::cast)
                        .filter(WriteResult.Stored::created)
                        .count())
                .isEqualTo(1);
        StoredObject all =
                cp.server.catalog().get(Kinds.CONFIG_MAP, "default", "raced").orElseThrow();
        assertThat(all.tree().path("data")).hasSize(12);
        assertThat(managers(all)).hasSize(12);
    }

    @Test
    void anApplyThatChangesNothingHasNoVersionOfItsOwn() {
        StoredObject first = stored(cp.write(Kinds.CONFIG_MAP, "default", "same", apply("m", configMap("same", "k"))));
        StoredObject second = stored(cp.write(Kinds.CONFIG_MAP, "default", "same", apply("m", configMap("same", "k"))));
        assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
        assertThat(second.tree()).isEqualTo(first.tree());
    }

    @Test
    void aNewObjectIsAdmittedAsAnyOther() {
        ApiStatus noNamespace = refused(cp.write(Kinds.CONFIG_MAP, "nowhere", "x", apply("m", configMap("x", "k"))));
        ApiStatus noClass = refused(cp.write(
                Kinds.POD,
                "default",
                "unclassed",
                apply(
                        "m",
                        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'unclassed'},'spec':{"
                                + "'priorityClassName':'none','containers':[{'name':'c','image':'i'}]}}")));
        assertThat(noNamespace.code()).isEqualTo(404);
        assertThat(noClass.code()).isEqualTo(403);
    }

    @Test
    void aDaemonPodHasNoEntriesBeforeTheFirstApply() {
        StoredObject set = cp.daemonSet("default", "applied-pods");
        until(() -> pod(set.uid()) != null);
        StoredObject pod = pod(set.uid());
        assertThat(managers(pod)).isEmpty();

        String config =
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + pod.name() + "','labels':{'mine':'yes'}}}";
        StoredObject labelled = stored(cp.write(Kinds.POD, "default", pod.name(), apply("me", config)));
        assertThat(Json.text(labelled.tree(), "metadata", "labels", "mine")).isEqualTo("yes");
        assertThat(managers(labelled)).containsExactly("me Apply", "before-first-apply Update");

        StoredObject reported = stored(
                cp.patch(Kinds.POD, "default", pod.name(), "status", "{'status':{'phase':'Running','message':'m'}}"));
        assertThat(managers(reported)).isEqualTo(managers(labelled));
        StoredObject without = stored(cp.write(
                Kinds.POD,
                "default",
                pod.name(),
                apply("me", "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + pod.name() + "'}}")));
        assertThat(Json.at(without.tree(), "metadata", "labels").has("mine")).isFalse();
        assertThat(managers(without)).containsExactly("before-first-apply Update");
        assertThat(Json.text(without.tree(), "status", "message")).isEqualTo("m");
    }

    private static StoredObject pod(String daemonSetUid) {
        return first(Kinds.POD, daemonSetUid);
    }

    @Test
    void aDaemonSetsStatusIsLeftToItsPlanner() {
        String config = "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'planned'},'spec':{"
                + "'selector':{'matchLabels':{'a':'planned'}},'template':{'metadata':{'labels':{'a':'planned'}},"
                + "'spec':{'containers':[{'name':'c','image':'i'}]}}}}";
        WriteResult created = cp.write(Kinds.DAEMON_SET, "default", "planned", apply("me", config));
        assertThat(created)
                .isInstanceOfSatisfying(
                        WriteResult.Stored.class,
                        stored -> assertThat(stored.created()).isTrue());
        until(() ->
                Json.at(planned().tree(), "status", "desiredNumberScheduled").asInt() == 1);
        assertThat(managers(planned())).containsExactly("me Apply");
        StoredObject before = planned();
        StoredObject again = stored(cp.write(Kinds.DAEMON_SET, "default", "planned", apply("me", config)));
        assertThat(again.tree().path("metadata").path("generation"))
                .isEqualTo(before.tree().path("metadata").path("generation"));
    }

    private static StoredObject planned() {
        return cp.server.catalog().get(Kinds.DAEMON_SET, "default", "planned").orElseThrow();
    }

    @Test
    void aRevisionCanBeAppliedTo() {
        StoredObject set = cp.daemonSet("default", "revised");
        until(() -> revision(set.uid()) != null);
        StoredObject revision = revision(set.uid());
        StoredObject labelled = stored(cp.write(
                Kinds.CONTROLLER_REVISION,
                "default",
                revision.name(),
                apply(
                        "me",
                        "{'apiVersion':'apps/v1','kind':'ControllerRevision','metadata':{'name':'" + revision.name()
                                + "','labels':{'mine':'yes'}}}")));
        assertThat(Json.text(labelled.tree(), "metadata", "labels", "mine")).isEqualTo("yes");
        assertThat(managers(labelled)).containsExactly("me Apply", "before-first-apply Update");
    }

    private static StoredObject revision(String daemonSetUid) {
        return first(Kinds.CONTROLLER_REVISION, daemonSetUid);
    }

    private static StoredObject first(Kind kind, String owner) {
        for (StoredObject object : cp.server.catalog().list(kind, "default")) {
            if (owner(object.tree()).equals(owner)) {
                return object;
            }
        }
        return null;
    }

    private static String owner(ObjectNode tree) {
        return tree.path("metadata").path("ownerReferences").path(0).path("uid").asText("");
    }
}
