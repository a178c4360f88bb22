package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods run as a ServiceAccount that is there, with real actors. */
class PodAccountAdmissionTest {

    @RegisterExtension
    static final TestServer cp = TestServer.shared();

    private static WriteResult pod(String namespace, String name, String account) {
        ObjectNode tree = TestServer.json(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'%s'},'spec':{'serviceAccountName':'%s','containers':[{'name':'c','image':'i'}]}}"
                        .formatted(namespace, account));
        Json.child(tree, "metadata").put(name.endsWith("-") ? "generateName" : "name", name);
        return cp.write(Kinds.POD, namespace, name.endsWith("-") ? "" : name, new ObjectWrite.Create(tree, ""));
    }

    private static void namespace(String name) {
        cp.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}".formatted(name));
    }

    private static void account(String namespace, String name, String more) {
        cp.create(
                Kinds.SERVICE_ACCOUNT,
                "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'%s','namespace':'%s'}%s}"
                        .formatted(name, namespace, more));
    }

    @Test
    void aPodWithoutItsAccountIsRefused() {
        namespace("accounts");
        ApiStatus status = TestServer.refused(pod("accounts", "lost", "robot"));
        assertThat(status.code()).isEqualTo(403);
        assertThat(status.message())
                .isEqualTo("pods \"lost\" is forbidden: error looking up service account accounts/robot:"
                        + " serviceaccount \"robot\" not found");
        assertThat(TestServer.refused(pod("accounts", "many-", "robot")).message())
                .startsWith("pods \"many-\" is forbidden: error looking up");
        account("accounts", "robot", ",'imagePullSecrets':[{'name':'key'}]");
        ObjectNode made = TestServer.stored(pod("accounts", "found", "robot")).tree();
        assertThat(made.at("/spec/imagePullSecrets/0/name").asText()).isEqualTo("key");
        assertThat(made.at("/spec/serviceAccount").asText()).isEqualTo("robot");
    }

    @Test
    void theFirstPodOfANewNamespaceWaitsForItsAccount() {
        for (int i = 0; i < 5; i++) {
            namespace("brand-new-" + i);
            ObjectNode made =
                    TestServer.stored(pod("brand-new-" + i, "first", "")).tree();
            assertThat(made.at("/spec/serviceAccountName").asText()).isEqualTo("default");
        }
    }

    @Test
    void aDaemonSetWithoutItsAccountMakesPodsOnceItIsThere() {
        namespace("accountless");
        cp.node("accounts-n1");
        cp.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'accountless'},"
                        + "'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'serviceAccountName':'later','nodeSelector':{'kubernetes.io/hostname':'accounts-n1'},"
                        + "'containers':[{'name':'c','image':'i:1'}]}}}}");
        cp.patch(Kinds.NODE, "", "accounts-n1", "", "{'metadata':{'labels':{'kubernetes.io/hostname':'accounts-n1'}}}");
        TestServer.until(() -> event("accountless")
                .equals("Error creating: pods \"agent-\" is forbidden: error looking up service account"
                        + " accountless/later: serviceaccount \"later\" not found"));
        assertThat(cp.count(Kinds.POD, "accountless")).isZero();
        account("accountless", "later", ",'imagePullSecrets':[{'name':'key'}]");
        TestServer.until(() -> cp.count(Kinds.POD, "accountless") == 1);
        StoredObject pod =
                cp.server.catalog().list(Kinds.POD, "accountless").iterator().next();
        assertThat(pod.tree().at("/spec/imagePullSecrets/0/name").asText()).isEqualTo("key");
    }

    private static String event(String namespace) {
        for (StoredObject event : cp.server.catalog().list(Kinds.EVENT, namespace)) {
            if (Json.text(event.tree(), "reason").equals("FailedCreate")) {
                return Json.text(event.tree(), "message");
            }
        }
        return "";
    }
}
