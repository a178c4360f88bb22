package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.LeaseKeeper;
import io.everynode.controlplane.entity.NodeEntity;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.SerializationTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that fall silent and return, and what their Leases cost. Real actors, with a short grace. */
class NodeLifecycleTest {

    @RegisterExtension
    static final TestServer on = TestServer.forClass(
            "everynode.lifecycle { grace-period = 3s, startup-grace-period = 3s, eviction-rate = 10, unhealthy-zone-threshold = 1 }");

    private static ScheduledExecutorService kubelets;

    @BeforeAll
    static void start() {
        kubelets = Executors.newSingleThreadScheduledExecutor();
        for (String node : List.of("alive-1", "alive-2")) {
            on.node(node);
            // A status without news is a heartbeat, too.
            kubelets.scheduleWithFixedDelay(() -> heartbeat(node), 0, 200, TimeUnit.MILLISECONDS);
        }
    }

    @AfterAll
    static void stop() {
        kubelets.shutdownNow();
    }

    private static void heartbeat(String node) {
        on.patch(
                Kinds.NODE,
                "",
                node,
                "status",
                "{'status':{'conditions':[{'type':'Ready','status':'True','lastHeartbeatTime':'"
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "'}]}}");
    }

    private static JsonNode object(Kind kind, String namespace, String name) {
        return on.server
                .catalog()
                .get(kind, namespace, name)
                .map(found -> (JsonNode) found.tree())
                .orElseThrow();
    }

    private static JsonNode condition(JsonNode object, String type) {
        for (JsonNode condition : Json.at(object, "status", "conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return Json.object();
    }

    private static List<String> taints(JsonNode node) {
        List<String> taints = new ArrayList<>();
        Json.at(node, "spec", "taints")
                .forEach(taint -> taints.add(Json.text(taint, "key") + ":" + Json.text(taint, "effect")));
        return taints;
    }

    private static List<String> events(String about) {
        List<String> reasons = new ArrayList<>();
        for (StoredObject event : on.server.catalog().list(Kinds.EVENT, "")) {
            if (Json.text(event.tree(), "involvedObject", "name").equals(about)) {
                reasons.add(Json.text(event.tree(), "reason"));
            }
        }
        return reasons;
    }

    private static String ready(JsonNode object) {
        return Json.text(condition(object, "Ready"), "status");
    }

    private static void podReady(String name) {
        on.patch(
                Kinds.POD,
                "default",
                name,
                "status",
                "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}");
    }

    @Test
    void aSilentNodeLosesItsOrdinaryPodsAndKeepsItsDaemonPods() {
        on.node("silent");
        on.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'default'},"
                        + "'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'nodeName':'silent','containers':[{'name':'c','image':'i:1'}]}}}}");
        on.create(
                Kinds.POD,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'plain','namespace':'default'},"
                        + "'spec':{'nodeName':'silent','containers':[{'name':'c','image':'i:1'}],'tolerations':["
                        + "{'key':'node.kubernetes.io/unreachable','operator':'Exists','effect':'NoExecute',"
                        + "'tolerationSeconds':1}]}}");
        TestServer.until(() -> on.count(Kinds.POD, "default") == 2);
        String daemon = "";
        for (StoredObject pod : on.server.catalog().podsOnNode("silent")) {
            daemon = pod.name().equals("plain") ? daemon : pod.name();
        }
        podReady(daemon);
        podReady("plain");

        TestServer.until(() -> ready(object(Kinds.NODE, "", "silent")).equals("Unknown"));
        assertThat(Json.text(condition(object(Kinds.NODE, "", "silent"), "Ready"), "reason"))
                .isEqualTo("NodeStatusUnknown");
        assertThat(taints(object(Kinds.NODE, "", "silent"))).contains("node.kubernetes.io/unreachable:NoSchedule");
        assertThat(ready(object(Kinds.POD, "default", daemon)))
                .as("in the same persist")
                .isEqualTo("False");

        TestServer.until(
                () -> Json.at(object(Kinds.POD, "default", "plain"), "metadata").has("deletionTimestamp"));
        JsonNode plain = object(Kinds.POD, "default", "plain");
        assertThat(ready(plain)).isEqualTo("False");
        assertThat(Json.text(condition(plain, "DisruptionTarget"), "reason")).isEqualTo("DeletionByTaintManager");
        assertThat(taints(object(Kinds.NODE, "", "silent")))
                .containsExactlyInAnyOrder(
                        "node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute");
        assertThat(Json.at(object(Kinds.POD, "default", daemon), "metadata").has("deletionTimestamp"))
                .isFalse();
        assertThat(events("silent")).contains("RegisteredNode", "NodeNotReady");
        assertThat(events("plain")).contains("NodeNotReady", "TaintManagerEviction");
        assertThat(events(daemon)).contains("NodeNotReady");
        assertThat(ready(object(Kinds.NODE, "", "alive-1"))).isEqualTo("True");

        WriteResult back = on.patch(
                Kinds.NODE, "", "silent", "status", "{'status':{'conditions':[{'type':'Ready','status':'True'}]}}");
        assertThat(taints(TestServer.stored(back).tree())).isEmpty();
        assertThat(events("silent")).contains("NodeReady");
    }

    private static String lease(String node, String renewTime, String more) {
        return ("{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'%s',"
                        + "'namespace':'kube-node-lease'%s},'spec':{'holderIdentity':'%s','leaseDurationSeconds':40,"
                        + "'renewTime':'%s'}}")
                .formatted(node, more, node, renewTime);
    }

    private static String time(int seconds) {
        return "2026-11-21T10:%02d:%02d.000000Z".formatted(seconds / 60, seconds % 60);
    }

    private static WriteResult put(String node, String renewTime, StoredObject seen) {
        String body = lease(
                node,
                renewTime,
                ",'uid':'" + seen.uid() + "','resourceVersion':'" + seen.resourceVersion() + "','creationTimestamp':'"
                        + Json.text(seen.tree(), "metadata", "creationTimestamp") + "'");
        return on.send(
                        Kinds.LEASE,
                        LeaseRenewal.NAMESPACE,
                        node,
                        new ObjectWrite.Replace("", TestServer.json(body), Precondition.NONE),
                        seen.resourceVersion())
                .toCompletableFuture()
                .join();
    }

    private static StoredObject read(String node) {
        return on.server
                .withSoftState(on.server
                        .catalog()
                        .get(Kinds.LEASE, LeaseRenewal.NAMESPACE, node)
                        .orElseThrow())
                .toCompletableFuture()
                .join();
    }

    /** The journal's rows for Leases: every one of them is a change in the catalog. */
    private static long leaseVersion(String node) {
        return object(Kinds.LEASE, LeaseRenewal.NAMESPACE, node)
                .path("metadata")
                .path("resourceVersion")
                .asLong();
    }

    private static void renewed(int number, StoredObject made) {
        WriteResult result = number % 2 == 0
                ? put("renewing", time(number), made)
                : on.patch(
                        Kinds.LEASE,
                        LeaseRenewal.NAMESPACE,
                        "renewing",
                        "",
                        "{'spec':{'renewTime':'" + time(number) + "'}}");
        StoredObject seen = TestServer.stored(result);
        assertThat(seen.resourceVersion()).isEqualTo(made.resourceVersion());
        assertThat(Json.text(seen.tree(), "spec", "renewTime")).isEqualTo(time(number));
        assertThat(read("renewing").tree()).isEqualTo(seen.tree());
    }

    @Test
    void renewalsWriteNoJournalRowsAndKeepTheNodeAlive() {
        on.node("renewing");
        StoredObject made = on.create(Kinds.LEASE, lease("renewing", time(0), ""));
        on.node("witness");
        int[] renewals = {0};
        // As long as it takes until a node that does not renew is lost.
        TestServer.until(() -> {
            renewed(++renewals[0], made);
            return ready(object(Kinds.NODE, "", "witness")).equals("Unknown");
        });
        assertThat(ready(object(Kinds.NODE, "", "renewing"))).isEqualTo("True");
        assertThat(leaseVersion("renewing")).isEqualTo(made.resourceVersion());

        // Any other change is journaled, and does not hide the newest renewal.
        StoredObject labelled = TestServer.stored(
                on.patch(Kinds.LEASE, LeaseRenewal.NAMESPACE, "renewing", "", "{'metadata':{'labels':{'a':'b'}}}"));
        assertThat(labelled.resourceVersion()).isGreaterThan(made.resourceVersion());
        assertThat(Json.text(read("renewing").tree(), "spec", "renewTime")).isEqualTo(time(renewals[0]));
        assertThat(TestServer.refused(put("renewing", time(renewals[0] + 1), made))
                        .code())
                .as("an older version")
                .isEqualTo(409);

        on.delete(Kinds.LEASE, LeaseRenewal.NAMESPACE, "renewing", null);
        on.create(Kinds.LEASE, lease("renewing", time(1), ""));
        assertThat(Json.text(read("renewing").tree(), "spec", "renewTime"))
                .as("renewals of the one before are not its own")
                .isEqualTo(time(1));
    }

    @Test
    void leasesOfNodesInThisJvmAreRenewedTogether() {
        on.node("together-1");
        on.node("together-2");
        StoredObject made = on.create(Kinds.LEASE, lease("together-1", time(0), ""));
        Instant at = Instant.parse("2099-01-01T00:00:07.000008Z");
        assertThat(on.server.renewLeases(List.of("together-1", "together-2", "nobody"), at))
                .as("those without a Lease have to be written")
                .containsExactly("together-2", "nobody");
        TestServer.until(
                () -> Json.text(read("together-1").tree(), "spec", "renewTime").equals("2099-01-01T00:00:07.000008Z"));
        assertThat(leaseVersion("together-1")).isEqualTo(made.resourceVersion());
    }

    @Test
    void otherLeasesAndLeasesOfNoNodeAreJournaled() {
        String other = lease("leader", time(0), "").replace("kube-node-lease", "kube-system");
        StoredObject made = on.create(Kinds.LEASE, other);
        assertThat(TestServer.stored(on.patch(
                                Kinds.LEASE, "kube-system", "leader", "", "{'spec':{'renewTime':'" + time(9) + "'}}"))
                        .resourceVersion())
                .isGreaterThan(made.resourceVersion());
        StoredObject stray = on.create(Kinds.LEASE, lease("no-such-node", time(0), ""));
        assertThat(TestServer.stored(on.patch(
                                Kinds.LEASE,
                                LeaseRenewal.NAMESPACE,
                                "no-such-node",
                                "",
                                "{'spec':{'renewTime':'" + time(9) + "'}}"))
                        .resourceVersion())
                .isGreaterThan(stray.resourceVersion());
    }

    /** Keepers and Nodes may be in other JVMs. */
    @Test
    void theirMessagesCanBeSent() {
        SerializationTestKit kit = new SerializationTestKit(on.server.system());
        CommandMeta meta = new CommandMeta("c", LeaseKeeper.CALLER, "test", 1, 2);
        kit.verifySerialization(
                new LeaseKeeper.Renew("n", "u", time(1), on.server.system().ignoreRef()), false);
        kit.verifySerialization(new LeaseKeeper.Heard("n", "u", time(1)), true);
        kit.verifySerialization(new LeaseKeeper.Newest("n", on.server.system().ignoreRef()), false);
        kit.verifySerialization(new LeaseKeeper.Kept("u", time(1)), true);
        kit.verifySerialization(LeaseKeeper.Wake.INSTANCE, true);
        kit.verifySerialization(
                new NodeEntity.LostContact(
                        new NodeCommand.LostContact(meta, 3, 4),
                        on.server.system().ignoreRef()),
                false);
        kit.verifySerialization(
                new NodeEntity.SetEvictingTaint(
                        new NodeCommand.SetEvictingTaint(meta, 3, "k"),
                        on.server.system().ignoreRef()),
                false);
        kit.verifySerialization(new NodeEntity.ContactAnswer(""), true);
    }

    @Test
    void aNodeWithoutAnyStatusBecomesUnknown() {
        on.create(Kinds.NODE, "{'apiVersion':'v1','kind':'Node','metadata':{'name':'never'}}");
        assertThat(taints(object(Kinds.NODE, "", "never"))).contains("node.kubernetes.io/not-ready:NoSchedule");
        TestServer.until(() -> ready(object(Kinds.NODE, "", "never")).equals("Unknown"));
        JsonNode ready = condition(object(Kinds.NODE, "", "never"), "Ready");
        assertThat(Json.text(ready, "reason")).isEqualTo("NodeStatusNeverUpdated");
        assertThat(Json.text(ready, "message")).isEqualTo("Kubelet never posted node status.");
        assertThat(taints(object(Kinds.NODE, "", "never")))
                .contains("node.kubernetes.io/unreachable:NoSchedule")
                .doesNotContain("node.kubernetes.io/not-ready:NoSchedule");
    }
}
