package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods that nobody runs any more, and namespaces that go. */
class CollectorsTest {

    @RegisterExtension
    static final TestServer on =
            TestServer.forClass("everynode.control-plane { missing-node-quarantine = 100ms, ended-pods-kept = 3 }");

    private static void namespace(String name) {
        on.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}".formatted(name));
        TestServer.until(() ->
                on.server.catalog().get(Kinds.SERVICE_ACCOUNT, name, "default").isPresent());
    }

    private static StoredObject pod(String namespace, String name, String node, String more) {
        return on.create(
                Kinds.POD,
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'%s'%s},"
                                + "'spec':{%s'containers':[{'name':'c','image':'i:1'}]}}")
                        .formatted(name, namespace, more, node.isEmpty() ? "" : "'nodeName':'" + node + "',"));
    }

    /** A DaemonSet of the namespace's own node, as other tests have nodes too. */
    private static void agent(String namespace) {
        on.create(
                Kinds.DAEMON_SET,
                ("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'%s'},"
                                + "'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                                + "'spec':{'nodeName':'%s-1','containers':[{'name':'c','image':'i:1'}]}}}}")
                        .formatted(namespace, namespace));
    }

    private static Optional<StoredObject> get(String namespace, String name) {
        return on.server.catalog().get(Kinds.POD, namespace, name);
    }

    private static boolean bound(String namespace, String name) {
        return !CatalogVersion.nodeOf(get(namespace, name).orElseThrow()).isEmpty();
    }

    /** The versions of the Pod that a watch from this one sees, up to its removal. */
    private static List<Change> seen(StoredObject since) {
        WatchCursor cursor = on.server
                .watch(new WatchSelection(Kinds.POD, since.namespace(), since.name(), ""), since.resourceVersion())
                .orElseThrow();
        List<Change> changes = new ArrayList<>();
        while (changes.isEmpty() || changes.get(changes.size() - 1).type() != Change.Type.REMOVED) {
            changes.addAll(cursor.next().toCompletableFuture().join());
        }
        cursor.close();
        return changes;
    }

    @Test
    void podsOfADeletedNodeFailAndGo() {
        on.node("leaving");
        StoredObject pod = pod("default", "on-leaving", "leaving", "");
        TestServer.until(() -> bound("default", "on-leaving"));
        on.delete(Kinds.NODE, "", "leaving", null);
        List<Change> changes = seen(pod);
        ObjectNode last = changes.get(changes.size() - 2).object().tree();
        assertThat(Json.text(last, "status", "phase")).isEqualTo("Failed");
        assertThat(last.path("status").path("conditions").toString())
                .contains("\"reason\":\"DeletionByPodGC\",\"message\":\"PodGC: node no longer exists\"");
    }

    @Test
    void terminatingPodsGoWhenTheirNodeIsOutOfService() {
        on.node("broken");
        pod("default", "on-broken", "broken", "");
        pod("default", "running-on-broken", "broken", "");
        TestServer.until(() -> bound("default", "on-broken") && bound("default", "running-on-broken"));
        on.delete(Kinds.POD, "default", "on-broken", null);
        on.patch(Kinds.NODE, "", "broken", "status", "{'status':{'conditions':[{'type':'Ready','status':'False'}]}}");
        assertThat(get("default", "on-broken"))
                .as("its runtime may still answer")
                .isPresent();
        on.patch(
                Kinds.NODE,
                "",
                "broken",
                "",
                "{'spec':{'taints':[{'key':'node.kubernetes.io/out-of-service','effect':'NoSchedule'}]}}");
        TestServer.until(() -> get("default", "on-broken").isEmpty());
        assertThat(get("default", "running-on-broken")).isPresent();
    }

    @Test
    void aHeldPodThatNeverGotANodeFails() {
        pod("default", "never-bound", "", ",'finalizers':['a.b/c']");
        on.patch(Kinds.POD, "default", "never-bound", "", "{'metadata':{'labels':{'a':'b'}}}");
        on.delete(Kinds.POD, "default", "never-bound", null);
        TestServer.until(
                () -> Json.text(get("default", "never-bound").orElseThrow().tree(), "status", "phase")
                        .equals("Failed"));
        on.patch(Kinds.POD, "default", "never-bound", "", "{'metadata':{'finalizers':null}}");
        assertThat(get("default", "never-bound")).isEmpty();
    }

    @Test
    void theOldestOfTooManyEndedPodsGo() {
        for (int i = 0; i < 5; i++) {
            pod("default", "ended-" + i, "", "");
            on.patch(
                    Kinds.POD,
                    "default",
                    "ended-" + i,
                    "status",
                    i == 4 ? "{'status':{'phase':'Failed','reason':'Evicted'}}" : "{'status':{'phase':'Succeeded'}}");
        }
        TestServer.until(() ->
                get("default", "ended-0").isEmpty() && get("default", "ended-4").isEmpty());
        assertThat(List.of(get("default", "ended-1"), get("default", "ended-2"), get("default", "ended-3")))
                .allMatch(Optional::isPresent);
    }

    @Test
    void aNamespaceGoesWithAllItHolds() {
        namespace("full");
        on.node("full-1");
        agent("full");
        pod("full", "web", "full-1", "");
        on.sendConfigMap("full", "settings", "v").toCompletableFuture().join();
        TestServer.until(() -> on.count(Kinds.POD, "full") == 2 && bound("full", "web"));
        TestServer.until(() -> on.count(Kinds.EVENT, "full") > 0);
        on.delete(Kinds.NAMESPACE, "", "full", null);
        TestServer.until(
                () -> on.server
                        .catalog()
                        .get(Kinds.NAMESPACE, "", "full")
                        .map(namespace -> namespace
                                .tree()
                                .at("/status/conditions/3/message")
                                .asText())
                        .orElse("")
                        .equals(
                                "Some resources are remaining: configmaps. has 1 resource instances, pods. has 2 resource instances, serviceaccounts. has 1 resource instances"));
        assertThat(on.count(Kinds.DAEMON_SET, "full")).isZero();
        TestServer.until(() -> {
            on.confirmEnds("full");
            return on.server.catalog().get(Kinds.NAMESPACE, "", "full").isEmpty();
        });
        for (var kind : Kinds.all()) {
            assertThat(kind.namespaced() ? on.count(kind, "full") : 0)
                    .as(kind + " left behind")
                    .isZero();
        }
    }

    @Test
    void aNamespaceTellsWhoHoldsIt() {
        namespace("held");
        on.create(
                Kinds.CONFIG_MAP,
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'c','namespace':'held','finalizers':['a.b/c']}}");
        on.delete(Kinds.NAMESPACE, "", "held", null);
        TestServer.until(() -> {
            JsonNode conditions = on.server
                    .catalog()
                    .get(Kinds.NAMESPACE, "", "held")
                    .orElseThrow()
                    .tree()
                    .at("/status/conditions");
            return conditions.toString().contains("remaining: a.b/c in 1 resource instances");
        });
        on.patch(Kinds.CONFIG_MAP, "held", "c", "", "{'metadata':{'finalizers':null}}");
        TestServer.until(
                () -> on.server.catalog().get(Kinds.NAMESPACE, "", "held").isEmpty());
    }

    private static WriteResult evict(String namespace, String name, String uid) {
        return on.write(
                Kinds.POD,
                namespace,
                name,
                new ObjectWrite.Evict(
                        new Precondition(uid, 0),
                        null,
                        ObjectWrite.Propagation.DEFAULT,
                        new Disruption(Disruption.EVICTION_API, "Eviction API: evicting", false)));
    }

    /** Ordinary and daemon Pods alike; a daemon Pod is made again. */
    @Test
    void evictedPodsSayWhyAndEndGracefully() {
        namespace("evicting");
        on.node("evicting-1");
        agent("evicting");
        pod("evicting", "web", "evicting-1", "");
        TestServer.until(() -> on.count(Kinds.POD, "evicting") == 2 && bound("evicting", "web"));
        List<String> names = new ArrayList<>();
        on.server.catalog().list(Kinds.POD, "evicting").forEach(pod -> names.add(pod.name()));
        for (String name : names) {
            assertThat(TestServer.refused(evict("evicting", name, "another")).code())
                    .isEqualTo(409);
            ObjectNode evicted = TestServer.stored(evict("evicting", name, "")).tree();
            assertThat(evicted.path("metadata").has("deletionTimestamp")).isTrue();
            assertThat(evicted.path("status").path("conditions").toString())
                    .contains("\"type\":\"DisruptionTarget\"", "\"reason\":\"EvictionByEvictionAPI\"");
            on.delete(Kinds.POD, "evicting", name, 0L);
        }
        TestServer.until(() -> on.count(Kinds.POD, "evicting") == 1);
        assertThat(OwnerDuty.ownerless(on.server.catalogVersion()))
                .as("all daemon Pods have their DaemonSet")
                .isEmpty();
        assertThat(names)
                .doesNotContain(on.server
                        .catalog()
                        .list(Kinds.POD, "evicting")
                        .iterator()
                        .next()
                        .name());
    }

    @Test
    void aDaemonPodCanBeDeletedInTheForeground() {
        namespace("front");
        on.node("front-1");
        agent("front");
        TestServer.until(() -> on.count(Kinds.POD, "front") == 1);
        String name =
                on.server.catalog().list(Kinds.POD, "front").iterator().next().name();
        on.write(
                Kinds.POD,
                "front",
                name,
                new ObjectWrite.Delete(Precondition.NONE, 0L, ObjectWrite.Propagation.FOREGROUND));
        TestServer.until(() -> get("front", name).isEmpty());
    }
}
