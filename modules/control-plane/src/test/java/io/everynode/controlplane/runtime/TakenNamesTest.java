package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.node.DaemonPodNames;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that are taken or cannot be kept. */
class TakenNamesTest {

    private static TestServer on;

    @BeforeAll
    static void start(@TempDir Path dataDir) {
        on = TestServer.start(dataDir, "");
    }

    @AfterAll
    static void stop() {
        on.close();
    }

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
