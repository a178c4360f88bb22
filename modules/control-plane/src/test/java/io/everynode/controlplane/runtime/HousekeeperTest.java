package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.node.DaemonPodNames;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods that are too many, and names that are taken or cannot be kept. */
class HousekeeperTest {

    @RegisterExtension
    static final TestServer on = TestServer.forClass("");

    /** The name of a daemon Pod follows from its DaemonSet and node, so a client can take it first. */
    @Test
    void theEarlierPodKeepsTheNameAndTheDaemonPodGetsAnother() {
        on.node("taken-1");
        StoredObject daemonSet = on.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'default'},"
                        + "'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'nodeSelector':{'go':'yes'},'containers':[{'name':'c','image':'i:1'}]}}}}");
        String next = DaemonPodNames.name("agent", daemonSet.uid(), "taken-1", 1);
        StoredObject mine = on.create(
                Kinds.POD,
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default'},"
                                + "'spec':{'containers':[{'name':'c','image':'i:1'}]}}")
                        .formatted(next));
        on.patch(Kinds.NODE, "", "taken-1", "", "{'metadata':{'labels':{'go':'yes'}}}");

        String other = DaemonPodNames.name("agent", daemonSet.uid(), "taken-1", 2);
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        on.server.catalog().get(Kinds.POD, "default", other).isPresent());
        assertThat(on.server
                        .catalog()
                        .get(Kinds.POD, "default", next)
                        .orElseThrow()
                        .uid())
                .isEqualTo(mine.uid());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> on.server.catalogVersion().hiddenPods().isEmpty());

        on.delete(Kinds.POD, "default", next, 0L);
        assertThat(on.server.catalog().get(Kinds.POD, "default", next)).isEmpty();
        assertThat(on.server.notReady()).isEmpty();
    }

    /** What a client makes by hand with a DaemonSet's labels; a Pod that somebody controls is left alone. */
    @Test
    void aPodBesideTheDaemonPodIsSurplus() {
        on.node("surplus-1");
        on.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'plain','namespace':'default'},"
                        + "'spec':{'selector':{'matchLabels':{'app':'plain'}},'template':{'metadata':{'labels':{'app':'plain'}},"
                        + "'spec':{'nodeName':'surplus-1','containers':[{'name':'c','image':'i:1'}]}}}}");
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        on.server.catalog().podsOnNode("surplus-1").iterator().hasNext());
        pod("extra", "");
        pod(
                "owned",
                ",'ownerReferences':[{'apiVersion':'batch/v1','kind':'Job','name':'j','uid':'u','controller':true}]");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> on.server
                        .catalog()
                        .get(Kinds.POD, "default", "extra")
                        .map(p -> Json.at(p.tree(), "metadata").has("deletionTimestamp"))
                        .orElse(true));
        assertThat(Json.at(
                                on.server
                                        .catalog()
                                        .get(Kinds.POD, "default", "owned")
                                        .orElseThrow()
                                        .tree(),
                                "metadata")
                        .has("deletionTimestamp"))
                .isFalse();
    }

    private static void pod(String name, String more) {
        on.create(
                Kinds.POD,
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default','labels':{'app':'plain'}%s},"
                                + "'spec':{'nodeName':'surplus-1','containers':[{'name':'c','image':'i:1'}]}}")
                        .formatted(name, more));
    }

    @Test
    void aNameThatTheJournalCannotKeepIsRefusedAndNothingElseSuffers() {
        String name = "|".repeat(400);
        WriteResult refused = on.write(
                Kinds.CLUSTER_ROLE,
                "",
                name,
                new ObjectWrite.Create(
                        TestServer.json("{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole',"
                                + "'metadata':{'name':'" + name + "'}}"),
                        ""));
        assertThat(refused).isInstanceOfSatisfying(WriteResult.Refused.class, refusal -> {
            assertThat(refusal.status().code()).isEqualTo(422);
            assertThat(refusal.status().details().causes())
                    .singleElement()
                    .satisfies(cause -> assertThat(cause.field()).isEqualTo("metadata.name"));
        });
        assertThat(Json.text(on.configMap("still-works").tree(), "metadata", "name"))
                .isEqualTo("still-works");
    }
}
