package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.TestServer.refused;
import static io.everynode.controlplane.runtime.TestServer.stored;
import static io.everynode.controlplane.runtime.TestServer.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Writes through the whole control plane in one JVM. */
@Timeout(60)
class ControlPlaneWritesTest {

    @RegisterExtension
    static final TestServer cp = TestServer.forClass("");

    @BeforeAll
    static void start() {
        cp.node("n1");
        cp.node("n2");
    }

    private static WriteResult replace(String name, String value, long resourceVersion, String uid) {
        ObjectNode tree = TestServer.configMap("default", name, value);
        return cp.send(
                        Kinds.CONFIG_MAP,
                        "default",
                        name,
                        new ObjectWrite.Replace("", tree, new Precondition(uid, 0)),
                        resourceVersion)
                .toCompletableFuture()
                .join();
    }

    @Test
    void aWriteNamesTheVersionItWasMadeFor() {
        StoredObject first = cp.configMap("versions");
        StoredObject second = stored(replace("versions", "w", first.resourceVersion(), ""));
        assertThat(second.resourceVersion()).isGreaterThan(first.resourceVersion());
        ApiStatus stale = refused(replace("versions", "x", first.resourceVersion(), ""));
        assertThat(stale.code()).isEqualTo(409);
        assertThat(stale.message())
                .isEqualTo("Operation cannot be fulfilled on configmaps \"versions\": the object has been modified; "
                        + "please apply your changes to the latest version and try again");
        assertThat(refused(replace("versions", "x", second.resourceVersion() + 1_000_000, ""))
                        .code())
                .as("a version that never was")
                .isEqualTo(409);
        assertThat(stored(replace("versions", "x", 0, "")).resourceVersion()).isGreaterThan(second.resourceVersion());
    }

    @Test
    void aWriteNamesTheIncarnationItIsMeantFor() {
        StoredObject first = cp.configMap("incarnations");
        ApiStatus other = refused(replace("incarnations", "x", 0, "other-uid"));
        assertThat(other.message())
                .isEqualTo("Operation cannot be fulfilled on configmaps \"incarnations\": Precondition failed: "
                        + "UID in precondition: other-uid, UID in object meta: " + first.uid());
        WriteResult deletion = cp.write(
                Kinds.CONFIG_MAP,
                "default",
                "incarnations",
                new ObjectWrite.Delete(new Precondition("other-uid", 0), null, ObjectWrite.Propagation.BACKGROUND));
        assertThat(refused(deletion).code()).isEqualTo(409);
        assertThat(cp.delete(Kinds.CONFIG_MAP, "default", "incarnations", null))
                .isInstanceOfSatisfying(WriteResult.Removed.class, removed -> {
                    assertThat(removed.last().uid()).isEqualTo(first.uid());
                    assertThat(removed.last().resourceVersion()).isGreaterThan(first.resourceVersion());
                });
        assertThat(refused(cp.delete(Kinds.CONFIG_MAP, "default", "incarnations", null))
                        .code())
                .isEqualTo(404);
        StoredObject second = cp.configMap("incarnations");
        assertThat(second.uid()).isNotEqualTo(first.uid());
        assertThat(refused(replace("incarnations", "x", first.resourceVersion(), ""))
                        .code())
                .isEqualTo(409);
    }

    @Test
    void ofManyThatSawTheSameVersionOneWins() {
        StoredObject object = cp.configMap("race");
        List<java.util.concurrent.CompletableFuture<WriteResult>> results = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            results.add(cp.send(
                            Kinds.CONFIG_MAP,
                            "default",
                            "race",
                            new ObjectWrite.Replace(
                                    "", TestServer.configMap("default", "race", "w" + i), Precondition.NONE),
                            object.resourceVersion())
                    .toCompletableFuture());
        }
        assertThat(results.stream()
                        .map(java.util.concurrent.CompletableFuture::join)
                        .filter(WriteResult.Stored.class::isInstance)
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aWriteThatIsOnlyTriedShowsTheVersionThatIsThere() {
        StoredObject object = cp.configMap("tried");
        WriteResult tried = cp.server
                .write(new WriteRequest(
                        Kinds.CONFIG_MAP,
                        "default",
                        "tried",
                        new ObjectWrite.Replace("", TestServer.configMap("default", "tried", "w"), Precondition.NONE),
                        0,
                        true,
                        new Caller("admin", "test"),
                        "test",
                        Instant.now().plusSeconds(30)))
                .toCompletableFuture()
                .join();
        assertThat(tried)
                .isInstanceOfSatisfying(
                        WriteResult.DryRun.class,
                        dry -> assertThat(dry.object()
                                        .path("metadata")
                                        .path("resourceVersion")
                                        .asText())
                                .isEqualTo(Long.toString(object.resourceVersion())));
    }

    @Test
    void aLateWriteIsRefused() {
        WriteResult late = cp.server
                .write(new WriteRequest(
                        Kinds.CONFIG_MAP,
                        "default",
                        "late",
                        new ObjectWrite.Create(TestServer.configMap("default", "late", "v"), ""),
                        0,
                        false,
                        new Caller("admin", "test"),
                        "test",
                        Instant.now().minusMillis(1)))
                .toCompletableFuture()
                .join();
        assertThat(refused(late).code()).isEqualTo(504);
        assertThat(cp.server.catalog().get(Kinds.CONFIG_MAP, "default", "late")).isEmpty();
    }

    @Test
    void aReadThatBeginsAfterAnAnswerSeesTheWrite() throws Exception {
        BlockingQueue<StoredObject> answered = new LinkedBlockingQueue<>();
        Thread writer = new Thread(() -> {
            for (int i = 0; i < 50; i++) {
                answered.add(cp.configMap("barrier-" + i));
            }
        });
        writer.start();
        for (int i = 0; i < 50; i++) {
            StoredObject object = answered.poll(20, TimeUnit.SECONDS);
            var catalog = cp.server.currentCatalog().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(catalog.get(Kinds.CONFIG_MAP, "default", object.name())).isPresent();
            assertThat(catalog.resourceVersion()).isGreaterThanOrEqualTo(object.resourceVersion());
        }
        writer.join();
    }

    @Test
    void aDaemonPodCanBeLabelled() {
        cp.daemonSet("default", "labelled");
        until(() -> podsOf("default", "labelled").size() == 2);
        StoredObject pod = podsOf("default", "labelled").get(0);
        StoredObject labelled =
                stored(cp.patch(Kinds.POD, "default", pod.name(), "", "{'metadata':{'labels':{'x':'y'}}}"));
        assertThat(labelled.labels()).containsEntry("x", "y").containsEntry("a", "b");
        StoredObject both = stored(cp.patch(
                Kinds.POD,
                "default",
                pod.name(),
                "status",
                "{'metadata':{'labels':{'x':'z'}},'status':{'phase':'Running'}}"));
        assertThat(both.labels()).containsEntry("x", "z");
        assertThat(Json.text(both.tree(), "status", "phase")).isEqualTo("Running");
        assertThat(Json.at(both.tree(), "spec", "containers")).hasSize(1);
    }

    private static List<StoredObject> podsOf(String namespace, String daemonSet) {
        List<StoredObject> pods = new ArrayList<>();
        for (StoredObject pod : cp.server.catalog().list(Kinds.POD, namespace)) {
            if (pod instanceof StoredDaemonPod daemon
                    && daemon.pod().createdBy().daemonSet().equals(daemonSet)) {
                pods.add(pod);
            }
        }
        return pods;
    }

    private static List<Change> follow(Kind kind, String namespace) {
        List<Change> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        WatchCursor cursor = cp.server
                .watch(
                        new WatchSelection(kind, namespace, "", ""),
                        cp.server.catalog().resourceVersion())
                .orElseThrow();
        follow(cursor, seen);
        return seen;
    }

    private static void follow(WatchCursor cursor, List<Change> seen) {
        cursor.next().thenAccept(changes -> {
            seen.addAll(changes);
            follow(cursor, seen);
        });
    }

    private static long removed(List<Change> changes) {
        synchronized (changes) {
            return changes.stream().filter(c -> c.type() == Change.Type.REMOVED).count();
        }
    }

    @Test
    void aDaemonSetGoesWithItsPodsAndRevisionsAndAllIsTold() {
        namespace("gone");
        List<Change> pods = follow(Kinds.POD, "gone");
        List<Change> revisions = follow(Kinds.CONTROLLER_REVISION, "gone");
        List<Change> daemonSets = follow(Kinds.DAEMON_SET, "gone");
        cp.daemonSet("gone", "agent");
        until(() -> cp.count(Kinds.POD, "gone") == 2);
        cp.patch(
                Kinds.DAEMON_SET,
                "gone",
                "agent",
                "",
                "{'spec':{'template':{'metadata':{'annotations':{'second':'template'}}}}}");
        until(() -> cp.count(Kinds.CONTROLLER_REVISION, "gone") == 2);
        assertThat(cp.delete(Kinds.DAEMON_SET, "gone", "agent", null)).isInstanceOf(WriteResult.Removed.class);
        assertThat(cp.count(Kinds.DAEMON_SET, "gone")).isZero();
        assertThat(cp.count(Kinds.CONTROLLER_REVISION, "gone")).isZero();
        until(() -> {
            cp.confirmEnds("gone");
            return cp.count(Kinds.POD, "gone") == 0;
        });
        until(() -> removed(revisions) == 2 && removed(daemonSets) == 1 && removed(pods) >= 2);
        for (List<Change> changes : List.of(pods, revisions, daemonSets)) {
            synchronized (changes) {
                assertThat(changes).extracting(Change::version).isSorted().doesNotHaveDuplicates();
                assertThat(changes.stream()
                                .filter(c -> c.type() == Change.Type.ADDED)
                                .count())
                        .isEqualTo(removed(changes));
            }
        }
    }

    private static void namespace(String name) {
        cp.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}");
    }

    @Test
    void aNamespaceIsEmptiedAndGoes() {
        namespace("ending");
        cp.create(
                Kinds.CONFIG_MAP,
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'held','namespace':'ending',"
                        + "'finalizers':['x.io/y']}}");
        cp.create(
                Kinds.POD,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'ending'},"
                        + "'spec':{'containers':[{'name':'c','image':'i:1'}]}}");
        cp.daemonSet("ending", "agent");
        until(() -> cp.count(Kinds.POD, "ending") == 3);
        assertThat(cp.delete(Kinds.NAMESPACE, "", "ending", null))
                .isInstanceOfSatisfying(
                        WriteResult.Stored.class,
                        s -> assertThat(Json.text(s.object().tree(), "status", "phase"))
                                .isEqualTo("Terminating"));
        ApiStatus refusal = refused(
                cp.sendConfigMap("ending", "late", "v").toCompletableFuture().join());
        assertThat(refusal.code()).isEqualTo(403);
        assertThat(refusal.details().causes())
                .extracting(ApiStatus.Cause::reason)
                .containsExactly("NamespaceTerminating");
        assertThat(refusal.message())
                .isEqualTo("configmaps \"late\" is forbidden: unable to create new content in namespace ending "
                        + "because it is being terminated");
        until(() -> {
            cp.confirmEnds("ending");
            return cp.count(Kinds.POD, "ending") == 0 && cp.count(Kinds.DAEMON_SET, "ending") == 0;
        });
        assertThat(cp.server.catalog().get(Kinds.NAMESPACE, "", "ending"))
                .as("held by what is in it")
                .isPresent();
        cp.patch(Kinds.CONFIG_MAP, "ending", "held", "", "{'metadata':{'finalizers':null}}");
        until(() -> cp.server.catalog().get(Kinds.NAMESPACE, "", "ending").isEmpty());
        assertThat(refused(cp.sendConfigMap("ending", "late", "v")
                                .toCompletableFuture()
                                .join())
                        .code())
                .isEqualTo(404);
        namespace("ending");
        stored(cp.sendConfigMap("ending", "late", "v").toCompletableFuture().join());
    }

    @Test
    void aPodThatEndedWithoutANodeIsLeftAlone() {
        cp.create(
                Kinds.POD,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'huge','namespace':'default'},'spec':{"
                        + "'containers':[{'name':'c','image':'i:1','resources':{'requests':{'cpu':'400'}}}]}}");
        until(() -> new String(huge().json(), java.nio.charset.StandardCharsets.UTF_8).contains("Insufficient cpu"));
        StoredObject ended = stored(cp.patch(Kinds.POD, "default", "huge", "status", "{'status':{'phase':'Failed'}}"));
        cp.node("n-more");
        cp.configMap("after-the-scheduler-looked");
        assertThat(huge().resourceVersion()).isEqualTo(ended.resourceVersion());
        cp.delete(Kinds.NODE, "", "n-more", null);
    }

    private static void big(String name) {
        cp.create(
                Kinds.POD,
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default'},'spec':{"
                                + "'tolerations':[{'key':'only'}],"
                                + "'nodeSelector':{'kubernetes.io/hostname':'single'},'containers':["
                                + "{'name':'c','image':'i:1','resources':{'requests':{'cpu':'3'}}}]}}")
                        .formatted(name));
    }

    private static String nodeOf(String pod) {
        return Json.text(
                cp.server.catalog().get(Kinds.POD, "default", pod).orElseThrow().tree(), "spec", "nodeName");
    }

    /** A node's room is known to be free only when it has confirmed; nothing that clients see changes then. */
    @Test
    void roomThatIsReleasedIsUsedAgain() {
        cp.create(
                Kinds.NODE,
                "{'apiVersion':'v1','kind':'Node','metadata':{'name':'single','labels':{'kubernetes.io/hostname':'single'}},"
                        + "'spec':{'taints':[{'key':'only','effect':'NoSchedule'}]},"
                        + "'status':{'allocatable':{'cpu':'4','pods':'110'},"
                        + "'conditions':[{'type':'Ready','status':'True'}]}}");
        big("first");
        until(() -> nodeOf("first").equals("single"));
        big("second");
        until(() -> cp.server
                .catalog()
                .get(Kinds.POD, "default", "second")
                .orElseThrow()
                .tree()
                .toString()
                .contains("Insufficient cpu"));
        cp.delete(Kinds.POD, "default", "first", 0L);
        until(() -> nodeOf("second").equals("single"));
        big("third");
        until(() -> cp.server
                .catalog()
                .get(Kinds.POD, "default", "third")
                .orElseThrow()
                .tree()
                .toString()
                .contains("Insufficient cpu"));
        cp.patch(Kinds.POD, "default", "second", "status", "{'status':{'phase':'Succeeded'}}");
        until(() -> nodeOf("third").equals("single"));
    }

    private static StoredObject huge() {
        return cp.server.catalog().get(Kinds.POD, "default", "huge").orElseThrow();
    }
}
