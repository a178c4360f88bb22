package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes of those who may write, but not everything: nodes, and users who write roles and bindings. */
class WriteGuardTest {

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
    private static final String ROLES = RBAC + "/namespaces/default/roles";
    private static final String BINDINGS = RBAC + "/namespaces/default/rolebindings";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String MERGE = "application/merge-patch+json";

    @RegisterExtension
    static final TestServer server = TestServer.withRoles();

    @BeforeAll
    static void somebodyWhoWritesRolesAndTwoNodes() {
        created(
                ROLES,
                "{'metadata':{'name':'own'},'rules':[{'verbs':['*'],'apiGroups':['rbac.authorization.k8s.io'],"
                        + "'resources':['roles','rolebindings']},{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}");
        // Without escalate and bind.
        created(
                ROLES,
                "{'metadata':{'name':'writer'},'rules':[{'verbs':['get','create','update','patch','delete'],"
                        + "'apiGroups':['rbac.authorization.k8s.io'],'resources':['roles','rolebindings']},"
                        + "{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}");
        created(
                BINDINGS,
                "{'metadata':{'name':'writer'}," + ref("Role", "writer") + ",'subjects':[" + user("ann") + "]}");
        created(
                ROLES,
                "{'metadata':{'name':'strong'},'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['secrets']}]}");
        for (String node : List.of("n1", "n2")) {
            created("/api/v1/nodes", "{'metadata':{'name':'" + node + "'}}");
            created(
                    PODS,
                    "{'metadata':{'name':'on-" + node + "','labels':{'a':'b'}},'spec':{'nodeName':'" + node
                            + "','serviceAccountName':'robot','containers':[{'name':'c','image':'i'}],"
                            + "'volumes':[{'name':'s','secret':{'secretName':'of-" + node + "'}}]}}");
            created("/api/v1/namespaces/default/secrets", "{'metadata':{'name':'of-" + node + "'}}");
        }
        created("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'robot'}}");
    }

    private static String ref(String kind, String role) {
        return "'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'" + kind + "','name':'" + role + "'}";
    }

    private static String user(String name) {
        return "{'kind':'User','apiGroup':'rbac.authorization.k8s.io','name':'" + name + "'}";
    }

    private static void created(String path, String body) {
        Answer answer = server.post(path, body.replace('\'', '"'));
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    }

    private static Answer as(String who, String method, String path, String body, String type) {
        List<String> headers = new ArrayList<>(List.of("Impersonate-User", who, "Content-Type", type));
        if (who.startsWith("system:node:")) {
            headers.addAll(List.of("Impersonate-Group", "system:nodes"));
        }
        return server.send(method, path, body == null ? null : body.replace('\'', '"'), headers.toArray(String[]::new));
    }

    private static Answer ann(String method, String path, String body) {
        return as("ann", method, path, body, method.equals("PATCH") ? MERGE : "application/json");
    }

    private static Answer n1(String method, String path, String body) {
        return as("system:node:n1", method, path, body, method.equals("PATCH") ? MERGE : "application/json");
    }

    private static String message(Answer answer) {
        return Json.text(answer.json(), "message");
    }

    @Test
    void aRoleMayGrantWhatItsWriterHolds() {
        String held = "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]";
        String more = "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['secrets']}]";

        assertThat(ann("POST", ROLES, "{'metadata':{'name':'fine'}," + held + "}")
                        .code())
                .isEqualTo(201);
        Answer create = ann("POST", ROLES, "{'metadata':{'name':'more'}," + more + "}");
        assertThat(create.code()).isEqualTo(403);
        assertThat(message(create))
                .isEqualTo("roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"ann\""
                        + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}");
        for (Answer refused : List.of(
                ann("PATCH", ROLES + "/fine", "{" + more + "}"),
                ann("PUT", ROLES + "/fine", "{'metadata':{'name':'fine'}," + more + "}"),
                as(
                        "ann",
                        "PATCH",
                        ROLES + "/fine",
                        "[{'op':'replace','path':'/rules/0/resources/0','value':'secrets'}]",
                        "application/json-patch+json"),
                as(
                        "ann",
                        "PATCH",
                        ROLES + "/fine?fieldManager=m&force=true",
                        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','metadata':{'name':'fine'}," + more
                                + "}",
                        "application/apply-patch+yaml"),
                as(
                        "ann",
                        "PATCH",
                        ROLES + "/made-by-apply?fieldManager=m",
                        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','metadata':{'name':'made-by-apply'},"
                                + more + "}",
                        "application/apply-patch+yaml"))) {
            assertThat(refused.code()).as(refused.text()).isEqualTo(403);
            assertThat(message(refused)).contains("not currently held");
        }
        assertThat(server.get(ROLES + "/fine").text()).doesNotContain("secrets");
        assertThat(server.get(ROLES + "/made-by-apply").code()).isEqualTo(404);
        assertThat(ann("PATCH", ROLES + "/fine", "{'metadata':{'labels':{'a':'b'}}}")
                        .code())
                .isEqualTo(200);
        assertThat(ann("DELETE", ROLES + "/fine", null).code()).isEqualTo(200);
    }

    @Test
    void anApplyThatMakesARoleIsDone() {
        Answer applied = as(
                "ann",
                "PATCH",
                ROLES + "/applied?fieldManager=m",
                "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','metadata':{'name':'applied'},"
                        + "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}",
                "application/apply-patch+yaml");

        assertThat(applied.code()).as(applied.text()).isEqualTo(201);
        assertThat(applied.json().path("metadata").path("managedFields")).hasSize(1);
    }

    @Test
    void aBindingMayGrantWhatItsWriterHolds() {
        Answer strong = ann(
                "POST",
                BINDINGS,
                "{'metadata':{'name':'s'}," + ref("Role", "strong") + ",'subjects':[" + user("ann") + "]}");
        assertThat(strong.code()).isEqualTo(403);
        Answer missing = ann("POST", BINDINGS, "{'metadata':{'name':'m'}," + ref("ClusterRole", "none") + "}");
        assertThat(missing.code()).isEqualTo(404);
        assertThat(ann("POST", BINDINGS, "{'metadata':{'name':'w'}," + ref("Role", "writer") + "}")
                        .code())
                .isEqualTo(201);
        // Nor may somebody be added to a binding of more.
        created(BINDINGS, "{'metadata':{'name':'of-strong'}," + ref("Role", "strong") + "}");
        assertThat(ann("PATCH", BINDINGS + "/of-strong", "{'subjects':[" + user("ann") + "]}")
                        .code())
                .isEqualTo(403);
        Answer otherRole = ann("PATCH", BINDINGS + "/w", "{" + ref("Role", "own") + "}");
        assertThat(otherRole.code()).isEqualTo(422);
        assertThat(message(otherRole)).contains("cannot change roleRef");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH|/api/v1/nodes/n1/status|{'status':{'phase':'Running'}}|200|",
                "PATCH|/api/v1/nodes/n1/status|{'metadata':{'labels':{'mine':'x'}},'status':{}}|200|",
                "PATCH|/api/v1/nodes/n2/status|{'status':{'phase':'Running'}}|403|node \"n1\" is not allowed to modify node \"n2\"",
                "PATCH|/api/v1/nodes/n1|{'metadata':{'labels':{'own':'x','kubernetes.io/os':'linux'}}}|200|",
                "PATCH|/api/v1/nodes/n1|{'metadata':{'labels':{'node-role.kubernetes.io/master':''}}}|403|is not allowed to modify labels: node-role.kubernetes.io/master",
                "PATCH|/api/v1/nodes/n1|{'spec':{'taints':[{'key':'a','effect':'NoSchedule'}]}}|403|node \"n1\" is not allowed to modify taints",
                "DELETE|/api/v1/nodes/n1||403|User \"system:node:n1\" cannot delete resource \"nodes\"",
                "POST|/api/v1/nodes|{'metadata':{'name':'n3'}}|403|node \"n1\" is not allowed to modify node \"n3\"",
                "GET|/api/v1/nodes/n1||200|",
                "GET|/api/v1/nodes||403|cannot read all nodes",
                "GET|/api/v1/nodes?fieldSelector=metadata.name=n1||200|",
                "GET|/api/v1/pods?fieldSelector=spec.nodeName=n1||200|",
                "GET|/api/v1/pods?fieldSelector=spec.nodeName=n2||403|can only list/watch pods",
                "GET|/api/v1/namespaces/default/secrets/of-n1||200|",
                "GET|/api/v1/namespaces/default/secrets/of-n2||403|no relationship found between node 'n1' and this object",
                "GET|/api/v1/namespaces/default/secrets?fieldSelector=metadata.name=of-n1||200|",
                "GET|/api/v1/namespaces/default/secrets||403|No Object name found",
                "PATCH|/api/v1/namespaces/default/pods/on-n1/status|{'status':{'phase':'Running'}}|200|",
                "PATCH|/api/v1/namespaces/default/pods/on-n2/status|{'status':{'phase':'Running'}}|403|can only update pod status for pods with spec.nodeName set to itself",
                "PATCH|/api/v1/namespaces/default/pods/none/status|{'status':{}}|404|",
                "PATCH|/api/v1/namespaces/default/pods/on-n1|{'metadata':{'labels':{'c':'d'}}}|403|User \"system:node:n1\" cannot patch resource \"pods\"",
                "DELETE|/api/v1/namespaces/default/pods/on-n2||403|can only delete pods with spec.nodeName set to itself",
                "POST|/api/v1/namespaces/default/pods/on-n2/eviction|{'metadata':{'name':'on-n2'}}|403|can only evict pods with spec.nodeName set to itself",
                "POST|/api/v1/namespaces/default/pods/on-n1/binding|{'target':{'name':'n1'}}|403|cannot create resource \"pods/binding\"",
                "POST|/api/v1/namespaces/default/pods|{'metadata':{'name':'x'},'spec':{'nodeName':'n1','containers':[{'name':'c','image':'i'}]}}|403|can only create mirror pods",
                "POST|/api/v1/namespaces/default/serviceaccounts/robot/token|{'spec':{}}|403|node requested token not bound to a pod",
                "POST|/api/v1/namespaces/default/serviceaccounts/robot/token|{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'on-n2','uid':'x'}}}|403|does not match the UID",
                "POST|/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases|{'metadata':{'name':'n2'}}|403|can only access node lease with the same name",
                "PUT|/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n2|{'metadata':{'name':'n2'}}|403|can only access node lease with the same name",
                "POST|/apis/storage.k8s.io/v1/csinodes|{'metadata':{'name':'n1'},'spec':{'drivers':[]}}|201|",
                "POST|/apis/storage.k8s.io/v1/csinodes|{'metadata':{'name':'n2'},'spec':{'drivers':[]}}|403|can only access CSINode with the same name",
            })
    void aNodeTouchesOnlyItsOwn(String method, String path, String body, int code, String why) {
        Answer answer = n1(method, path, body == null || body.isEmpty() ? null : body);

        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        if (code == 403) {
            assertThat(message(answer)).contains(why);
        }
    }

    /** Of the audiences that it may ask for, and of the right to ask for others. */
    @Test
    void aNodeGetsTokensOnlyForWhomItsPodNames() {
        Answer pod = server.post(
                PODS,
                "{'metadata':{'name':'asks'},'spec':{'nodeName':'n1','serviceAccountName':'robot',".replace('\'', '"')
                        + ("'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'t','projected':{'sources':["
                                        + "{'serviceAccountToken':{'path':'t','audience':'vault'}}]}}]}}")
                                .replace('\'', '"'));
        assertThat(pod.code()).as(pod.text()).isEqualTo(201);
        String uid = Json.text(pod.json(), "metadata", "uid");

        assertThat(tokenFor(uid, "'vault'").code()).isEqualTo(201);
        Answer api = tokenFor(uid, "");
        assertThat(api.code()).isEqualTo(403);
        assertThat(message(api))
                .isEqualTo("serviceaccounts \"robot\" is forbidden: audience \"\" not found in pod spec volume");
        assertThat(message(tokenFor(uid, "'registry'"))).endsWith("audience \"registry\" not found in pod spec volume");
        assertThat(message(tokenFor(uid, "'vault','registry'"))).endsWith("node may only request 0 or 1 audiences");

        String rbac = "/apis/rbac.authorization.k8s.io/v1/";
        created(
                rbac + "clusterroles",
                "{'metadata':{'name':'registry-tokens'},'rules':[{'verbs':['request-serviceaccounts-token-audience'],"
                        + "'apiGroups':[''],'resources':['registry']}]}");
        created(
                rbac + "clusterrolebindings",
                "{'metadata':{'name':'registry-tokens'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                        + "'kind':'ClusterRole','name':'registry-tokens'},'subjects':[{'kind':'Group',"
                        + "'apiGroup':'rbac.authorization.k8s.io','name':'system:nodes'}]}");
        assertThat(tokenFor(uid, "'registry'").code()).isEqualTo(201);
        assertThat(tokenFor(uid, "'other'").code()).isEqualTo(403);
    }

    private static Answer tokenFor(String uid, String audiences) {
        return n1(
                "POST",
                "/api/v1/namespaces/default/serviceaccounts/robot/token",
                "{'spec':{'audiences':[" + audiences
                        + "],'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'asks'," + "'uid':'" + uid
                        + "'}}}");
    }

    @Test
    void aNodeDeletesAPodOfItsOwn() {
        created(PODS, "{'metadata':{'name':'gone'},'spec':{'nodeName':'n1','containers':[{'name':'c','image':'i'}]}}");

        assertThat(n1("DELETE", PODS + "/gone", null).code()).isEqualTo(200);
    }

    @Test
    void whatAddsToThePodsLabelsThroughItsStatusIsRefused() {
        Answer answer = n1(
                "PUT",
                PODS + "/on-n1/status",
                "{'metadata':{'name':'on-n1','labels':{'a':'other'}},'spec':{'nodeName':'n1','serviceAccountName':'robot',"
                        + "'containers':[{'name':'c','image':'i'}]},'status':{'phase':'Running'}}");

        // Either the change is left out of a status, or it is refused; it never comes through.
        assertThat(server.get(PODS + "/on-n1").json().path("metadata").path("labels"))
                .hasToString("{\"a\":\"b\"}");
        assertThat(answer.code()).isIn(200, 403);
    }
}
