package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Pods need to speak with the API, with real actors: a token's volume and the authority in their namespace. */
class AccountTokensInPodsTest {

    private static final String NAME = "kube-root-ca.crt";
    private static final String AUTHORITY = "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n";

    private static TestServer cp;

    /** Made by a server that mounted nothing, as earlier versions did. */
    private static ObjectNode before;

    @BeforeAll
    static void startTwice(@TempDir Path dataDir) {
        cp = TestServer.start(dataDir, "");
        cp.node("old");
        cp.daemonSet("default", "agent");
        TestServer.until(() -> cp.count(Kinds.POD, "default") == 1);
        before = onNode("agent", "old");
        cp.close();
        cp = TestServer.startShowing(dataDir, () -> AUTHORITY);
    }

    @AfterAll
    static void stop() {
        cp.close();
    }

    private static ObjectNode onNode(String daemonSet, String node) {
        for (StoredObject pod : cp.server.catalog().list(Kinds.POD, "default")) {
            if (pod.name().startsWith(daemonSet + "-")
                    && Json.text(pod.tree(), "spec", "nodeName").equals(node)) {
                return pod.tree();
            }
        }
        return null;
    }

    private static ObjectNode awaitOnNode(String daemonSet, String node) {
        TestServer.until(() -> onNode(daemonSet, node) != null);
        return onNode(daemonSet, node);
    }

    private static ObjectNode pod(String namespace, String name, String spec) {
        return cp.create(
                        Kinds.POD,
                        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'%s'},'spec':{%s'containers':[{'name':'c','image':'i'}]}}"
                                .formatted(name, namespace, spec))
                .tree();
    }

    private static void account(String name, String more) {
        cp.create(
                Kinds.SERVICE_ACCOUNT,
                "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'%s','namespace':'default'}%s}"
                        .formatted(name, more));
    }

    private static JsonNode volume(ObjectNode pod) {
        for (JsonNode volume : pod.at("/spec/volumes")) {
            if (Json.text(volume, "name").startsWith("kube-api-access-")) {
                assertThat(pod.at("/spec/containers/0/volumeMounts").findValuesAsText("name"))
                        .containsOnlyOnce(Json.text(volume, "name"));
                return volume;
            }
        }
        return null;
    }

    @Test
    void aPodGetsItsAccountsToken() {
        JsonNode first = volume(pod("default", "first", ""));
        JsonNode second = volume(pod("default", "second", ""));
        assertThat(first.at("/projected/sources/0/serviceAccountToken/expirationSeconds")
                        .asInt())
                .isEqualTo(3607);
        assertThat(Json.text(first, "name")).isNotEqualTo(Json.text(second, "name"));
        assertThat(volume(pod("default", "alone", "'automountServiceAccountToken':false,")))
                .isNull();
        account("quiet", ",'automountServiceAccountToken':false");
        assertThat(volume(pod("default", "of-quiet", "'serviceAccountName':'quiet',")))
                .isNull();
        assertThat(volume(pod("default", "loud", "'serviceAccountName':'quiet','automountServiceAccountToken':true,")))
                .isNotNull();
    }

    @Test
    void aMirrorPodGetsNone() {
        ObjectNode mirror = cp.create(
                        Kinds.POD,
                        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'mirror','namespace':'default',"
                                + "'annotations':{'kubernetes.io/config.mirror':'x'}},"
                                + "'spec':{'nodeName':'old','containers':[{'name':'c','image':'i'}]}}")
                .tree();
        assertThat(mirror.at("/spec").has("volumes")).isFalse();
    }

    /** The Pod that was there before has none, goes on, and its DaemonSet takes it for what it should be. */
    @Test
    void podsOfDaemonSetsGetItAndThoseThatWereThereStayAsTheyAre() {
        cp.node("new");
        ObjectNode made = awaitOnNode("agent", "new");
        assertThat(volume(made)).isNotNull();
        assertThat(volume(before)).isNull();
        ObjectNode still = onNode("agent", "old");
        assertThat(still.at("/metadata/uid")).isEqualTo(before.at("/metadata/uid"));
        assertThat(still.at("/spec")).isEqualTo(before.at("/spec"));
        assertThat(made.at("/metadata/labels")).isEqualTo(still.at("/metadata/labels"));
        assertThat(daemonSet("agent").at("/status/observedGeneration").asInt()).isEqualTo(1);
    }

    private static ObjectNode daemonSet(String name) {
        return cp.server
                .catalog()
                .get(Kinds.DAEMON_SET, "default", name)
                .orElseThrow()
                .tree();
    }

    @Test
    void whatAnAccountSaysLaterIsForLaterPods() {
        account("changing", "");
        cp.node("one");
        cp.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'follower','namespace':'default'},"
                        + "'spec':{'selector':{'matchLabels':{'f':'f'}},'template':{'metadata':{'labels':{'f':'f'}},"
                        + "'spec':{'serviceAccountName':'changing','containers':[{'name':'c','image':'i:1'}]}}}}");
        ObjectNode first = awaitOnNode("follower", "one");
        assertThat(volume(first)).isNotNull();
        TestServer.stored(
                cp.patch(Kinds.SERVICE_ACCOUNT, "default", "changing", "", "{'automountServiceAccountToken':false}"));
        cp.node("two");
        assertThat(volume(awaitOnNode("follower", "two"))).isNull();
        assertThat(onNode("follower", "one")).isEqualTo(first);
    }

    private static String shown(String namespace) {
        return cp.server
                .catalog()
                .get(Kinds.CONFIG_MAP, namespace, NAME)
                .map(map -> map.tree().path("data").toString())
                .orElse("");
    }

    @Test
    void everyNamespaceHasTheAuthorityAndKeepsIt() {
        String wanted = Json.object().put("ca.crt", AUTHORITY).toString();
        cp.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'fresh'}}");
        for (String namespace : List.of("default", "kube-system", "fresh")) {
            TestServer.until(() -> shown(namespace).equals(wanted));
        }
        TestServer.stored(cp.patch(Kinds.CONFIG_MAP, "fresh", NAME, "", "{'data':{'ca.crt':'other','more':'x'}}"));
        TestServer.until(() -> shown("fresh").equals(wanted));
        cp.delete(Kinds.CONFIG_MAP, "fresh", NAME, null);
        TestServer.until(() -> shown("fresh").equals(wanted));
        TestServer.stored(cp.patch(
                Kinds.CONFIG_MAP, "fresh", NAME, "", "{'immutable':true,'data':{'ca.crt':'other','more':'x'}}"));
        TestServer.until(() -> shown("fresh").equals(wanted));
        cp.delete(Kinds.NAMESPACE, "", "fresh", null);
        TestServer.until(
                () -> cp.server.catalog().get(Kinds.NAMESPACE, "", "fresh").isEmpty());
        assertThat(shown("fresh")).isEmpty();
    }

    @Test
    void aChangedAuthorityIsShownToAllAndLookedForNowAndThen() {
        TestServer.until(() ->
                !shown("kube-public").isEmpty() && !shown("kube-node-lease").isEmpty());
        CatalogVersion version = cp.server.catalogVersion();
        AtomicReference<String> file = new AtomicReference<>(AUTHORITY);
        RootAuthorityDuty duty = new RootAuthorityDuty(file::get);
        assertThat(duty.everything(version)).containsExactly("");
        Duty.Todo nothing = duty.decide(version, "", Instant.now());
        assertThat(nothing).isEqualTo(new Duty.Todo(List.of(), RootAuthorityDuty.LOOK_EVERY));
        file.set("new");
        assertThat(duty.decide(version, "default", Instant.now()).writes())
                .as("one look into the files serves all")
                .isEmpty();
        Duty.Todo all = duty.decide(version, "", Instant.now());
        List<String> namespaces = new ArrayList<>();
        for (WriteRequest write : all.writes()) {
            namespaces.add(write.namespace());
            ObjectNode map = ((ObjectWrite.Replace) write.write()).object();
            assertThat(map.path("data").toString()).isEqualTo("{\"ca.crt\":\"new\"}");
        }
        assertThat(namespaces).contains("default", "kube-node-lease", "kube-public", "kube-system");
        assertThat(duty.decide(version, "", Instant.now()).writes())
                .as("until the catalog shows it")
                .hasSameSizeAs(all.writes());
    }
}
