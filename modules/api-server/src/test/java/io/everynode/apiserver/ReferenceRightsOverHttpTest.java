package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With {@code pod-references = checked} nobody mounts what they may not read. */
class ReferenceRightsOverHttpTest {

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
    private static final String DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets";
    private static final String APPLY = "application/apply-patch+yaml";

    @RegisterExtension
    static final TestServer server = TestServer.withCheckedReferences();

    @BeforeAll
    static void somebodyWhoWritesDaemonSetsAndReadsOneSecret() {
        created(
                RBAC + "roles",
                "{'metadata':{'name':'deployer'},'rules':["
                        + "{'verbs':['*'],'apiGroups':['apps'],'resources':['daemonsets']},"
                        + "{'verbs':['*'],'apiGroups':[''],'resources':['pods']},"
                        + "{'verbs':['get'],'apiGroups':[''],'resources':['secrets'],'resourceNames':['own']}]}");
        created(
                RBAC + "rolebindings",
                "{'metadata':{'name':'deployer'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role',"
                        + "'name':'deployer'},'subjects':[{'kind':'User','apiGroup':'rbac.authorization.k8s.io',"
                        + "'name':'ann'}]}");
    }

    private static void created(String path, String body) {
        Answer answer = server.post(path, body.replace('\'', '"'));
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    }

    private static Answer ann(String method, String path, String body, String type) {
        return server.send(method, path, body.replace('\'', '"'), "Impersonate-User", "ann", "Content-Type", type);
    }

    private static String spec(String secret) {
        return "{'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'v','secret':{'secretName':'" + secret
                + "'}}]}";
    }

    private static String daemonSet(String name, String secret) {
        return "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'" + name
                + "'},'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':"
                + spec(secret) + "}}}";
    }

    @Test
    void whatItsAuthorMayNotReadIsNotMounted() {
        assertThat(ann("POST", DAEMON_SETS, daemonSet("fine", "own"), "application/json")
                        .code())
                .isEqualTo(201);
        String pod = "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':" + spec("foreign") + "}";
        String volumes = "{'spec':{'template':{'spec':" + spec("foreign") + "}}}";
        for (Answer refused : List.of(
                ann("POST", "/api/v1/namespaces/default/pods", pod, "application/json"),
                ann("POST", DAEMON_SETS, daemonSet("more", "foreign"), "application/json"),
                ann("PUT", DAEMON_SETS + "/fine", daemonSet("fine", "foreign"), "application/json"),
                ann("PATCH", DAEMON_SETS + "/fine", volumes, "application/merge-patch+json"),
                ann("PATCH", DAEMON_SETS + "/fine?fieldManager=m&force=true", daemonSet("fine", "foreign"), APPLY),
                ann("PATCH", DAEMON_SETS + "/applied?fieldManager=m", daemonSet("applied", "foreign"), APPLY))) {
            assertThat(refused.code()).as(refused.text()).isEqualTo(403);
            assertThat(refused.text()).contains("User \\\"ann\\\" cannot get resource \\\"secrets\\\"");
        }
        assertThat(server.get(DAEMON_SETS).text()).doesNotContain("foreign");
    }
}
