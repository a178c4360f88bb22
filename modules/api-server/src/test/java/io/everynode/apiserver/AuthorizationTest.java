package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that roles and bindings allow or not, for impersonated users. */
class AuthorizationTest {

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";

    @RegisterExtension
    static final TestServer server = TestServer.withRoles();

    @BeforeAll
    static void rolesOfAnn() {
        role(
                "/namespaces/default/roles",
                "reader",
                "{'verbs':['get','list','watch'],'apiGroups':[''],'resources':['configmaps']}");
        role("/clusterroles", "lists-nodes", "{'verbs':['list'],'apiGroups':[''],'resources':['nodes']}");
        role("/clusterroles", "discovery", "{'verbs':['get'],'nonResourceURLs':['/api','/api/*','/apis*','/version']}");
        role(
                "/clusterroles",
                "impersonator",
                "{'verbs':['impersonate'],'apiGroups':[''],'resources':['users'],'resourceNames':['bob']},"
                        + "{'verbs':['impersonate'],'apiGroups':[''],'resources':['groups','serviceaccounts']},"
                        + "{'verbs':['impersonate'],'apiGroups':['authentication.k8s.io'],'resources':['userextras/scopes','uids']}");
        bind("/namespaces/default/rolebindings", "reader", "Role", "reader", "{'kind':'User','name':'ann'}");
        bind("/clusterrolebindings", "nodes", "ClusterRole", "lists-nodes", "{'kind':'User','name':'ann'}");
        bind(
                "/clusterrolebindings",
                "discovery",
                "ClusterRole",
                "discovery",
                "{'kind':'Group','name':'system:authenticated'}");
        bind("/clusterrolebindings", "impersonator", "ClusterRole", "impersonator", "{'kind':'User','name':'carl'}");
        server.configMap("c", "");
    }

    private static void role(String where, String name, String rules) {
        created(post(RBAC + where, "{'metadata':{'name':'" + name + "'},'rules':[" + rules + "]}"));
    }

    private static void bind(String where, String name, String kind, String role, String subject) {
        created(post(
                RBAC + where,
                "{'metadata':{'name':'" + name + "'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'" + kind
                        + "','name':'" + role + "'},'subjects':[" + subject + "]}"));
    }

    private static void created(Answer answer) {
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
    }

    private static Answer post(String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return server.send("POST", path, body.replace('\'', '"'), all.toArray(String[]::new));
    }

    private static Answer as(String user, String request) {
        String[] words = request.split(" ");
        String body = words[0].equals("GET") || words[0].equals("DELETE") ? null : "{}";
        return server.send(
                words[0], words[1], body, "Impersonate-User", user, "Content-Type", "application/merge-patch+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/v1/namespaces/default/configmaps|200",
                "GET /api/v1/namespaces/default/configmaps/c|200",
                "GET /api/v1/nodes|200",
                "GET /api|200",
                "GET /apis/apps/v1|200",
                "GET /version|200",
                "GET /api/v1/configmaps|configmaps is forbidden: User \"ann\" cannot list resource \"configmaps\" in API group \"\" at the cluster scope",
                "GET /api/v1/namespaces/kube-system/configmaps|configmaps is forbidden: User \"ann\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"kube-system\"",
                "DELETE /api/v1/namespaces/default/configmaps/c|configmaps \"c\" is forbidden: User \"ann\" cannot delete resource \"configmaps\" in API group \"\" in the namespace \"default\"",
                "DELETE /api/v1/namespaces/default/configmaps|configmaps is forbidden: User \"ann\" cannot deletecollection resource \"configmaps\" in API group \"\" in the namespace \"default\"",
                "PATCH /api/v1/namespaces/default/configmaps/c|configmaps \"c\" is forbidden: User \"ann\" cannot patch resource \"configmaps\" in API group \"\" in the namespace \"default\"",
                "GET /api/v1/nodes?watch=true|nodes is forbidden: User \"ann\" cannot watch resource \"nodes\" in API group \"\" at the cluster scope",
                "GET /api/v1/watch/nodes|nodes is forbidden: User \"ann\" cannot watch resource \"nodes\" in API group \"\" at the cluster scope",
                "GET /api/v1/namespaces/default|namespaces \"default\" is forbidden: User \"ann\" cannot get resource \"namespaces\" in API group \"\" in the namespace \"default\"",
                "POST /api/v1/namespaces/default/pods/p/eviction|pods \"p\" is forbidden: User \"ann\" cannot create resource \"pods/eviction\" in API group \"\" in the namespace \"default\"",
                "GET /apis/apps/v1/deployments|deployments.apps is forbidden: User \"ann\" cannot list resource \"deployments\" in API group \"apps\" at the cluster scope",
                "GET /apis/not.served/v1/things|things.not.served is forbidden: User \"ann\" cannot list resource \"things\" in API group \"not.served\" at the cluster scope",
                "GET /healthz|forbidden: User \"ann\" cannot get path \"/healthz\"",
                "GET /everynode/v1/cluster|forbidden: User \"ann\" cannot get path \"/everynode/v1/cluster\"",
                "GET /openapi/v3|forbidden: User \"ann\" cannot get path \"/openapi/v3\"",
            })
    void aUserMayDoWhatIsGranted(String request, String expected) {
        Answer answer = as("ann", request);

        if (expected.equals("200")) {
            assertThat(answer.code()).as(answer.text()).isEqualTo(200);
            return;
        }
        assertThat(answer.code()).isEqualTo(403);
        assertThat(Json.text(answer.json(), "reason")).isEqualTo("Forbidden");
        assertThat(Json.text(answer.json(), "message")).isEqualTo(expected);
    }

    @Test
    void aRefusedWriteChangesNothing() {
        long version = server.version();
        int writes = server.controlPlane.requests().size();

        assertThat(as("ann", "DELETE /api/v1/namespaces/default/configmaps/c").code())
                .isEqualTo(403);

        assertThat(server.version()).isEqualTo(version);
        assertThat(server.controlPlane.requests()).hasSize(writes);
    }

    @Test
    void withoutImpersonationEverybodyIsOfTheMasters() {
        assertThat(server.get("/api/v1/secrets").code()).isEqualTo(200);
        assertThat(server.get("/healthz").code()).isEqualTo(200);
    }

    @Test
    void aBindingCountsFromItsAnswerOnAndNoLonger() {
        String list = "GET /api/v1/namespaces/kube-system/configmaps";
        assertThat(as("dora", list).code()).isEqualTo(403);
        bind("/namespaces/kube-system/rolebindings", "dora", "ClusterRole", "late", "{'kind':'User','name':'dora'}");
        assertThat(Json.text(as("dora", list).json(), "message"))
                .endsWith(": RBAC: clusterrole.rbac.authorization.k8s.io \"late\" not found");
        role("/clusterroles", "late", "{'verbs':['list'],'apiGroups':[''],'resources':['configmaps']}");
        assertThat(as("dora", list).code()).isEqualTo(200);
        server.delete(RBAC + "/namespaces/kube-system/rolebindings/dora");
        assertThat(as("dora", list).code()).isEqualTo(403);
    }

    /** {@code carl} may impersonate bob, all groups and accounts, and scopes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "Impersonate-User: bob|201|bob system:authenticated",
                "Impersonate-User: bob;Impersonate-Group: a;Impersonate-Group: b|201|bob a,b,system:authenticated",
                "Impersonate-User: system:anonymous|201|system:anonymous system:unauthenticated",
                "Impersonate-User: system:serviceaccount:default:robot|201|system:serviceaccount:default:robot"
                        + " system:serviceaccounts,system:serviceaccounts:default,system:authenticated",
                "Impersonate-User: bob;Impersonate-Extra-Sco%70es: x|201|bob system:authenticated",
                "Impersonate-Group: a|400|groups, extra and uid cannot be impersonated without impersonating a user",
                "Impersonate-Uid: 1|400|groups, extra and uid cannot be impersonated without impersonating a user",
            })
    void impersonates(String headers, int code, String expected) {
        List<String> all = new ArrayList<>();
        for (String header : headers.split(";")) {
            all.addAll(List.of(header.split(": ", 2)));
        }
        Answer answer = server.send(
                "POST",
                "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                "{}",
                with(all, "Content-Type", "application/json"));

        if (code == 400) {
            assertThat(answer.code()).isEqualTo(400);
            assertThat(Json.text(answer.json(), "message")).isEqualTo(expected);
            return;
        }
        // Nobody granted them to ask who they are.
        assertThat(answer.code()).isEqualTo(403);
        bindSelf();
        Answer granted = server.send(
                "POST",
                "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                "{}",
                with(all, "Content-Type", "application/json"));
        server.delete(RBAC + "/clusterrolebindings/self");
        server.delete(RBAC + "/clusterroles/self");
        JsonNode user = granted.json().path("status").path("userInfo");
        List<String> groups = new ArrayList<>();
        user.path("groups").forEach(group -> groups.add(group.asText()));
        assertThat(Json.text(user, "username") + " " + String.join(",", groups)).isEqualTo(expected);
        if (headers.contains("Extra")) {
            assertThat(user.path("extra")).hasToString("{\"scopes\":[\"x\"]}");
        }
    }

    private static void bindSelf() {
        role(
                "/clusterroles",
                "self",
                "{'verbs':['create'],'apiGroups':['authentication.k8s.io'],'resources':['selfsubjectreviews']}");
        bind(
                "/clusterrolebindings",
                "self",
                "ClusterRole",
                "self",
                "{'kind':'Group','name':'system:authenticated'},{'kind':'Group','name':'system:unauthenticated'}");
    }

    private static String[] with(List<String> headers, String... more) {
        List<String> all = new ArrayList<>(headers);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'resourceAttributes':{'namespace':'default','verb':'list','resource':'configmaps'}}|true|RBAC: allowed by RoleBinding \"reader/default\" of Role \"reader\" to User \"ann\"",
                "{'resourceAttributes':{'namespace':'default','verb':'delete','resource':'configmaps'}}|false|''",
                "{'resourceAttributes':{'verb':'list','resource':'nodes'}}|true|RBAC: allowed by ClusterRoleBinding \"nodes\" of ClusterRole \"lists-nodes\" to User \"ann\"",
                "{'nonResourceAttributes':{'verb':'get','path':'/healthz'}}|false|''",
            })
    void reviewsAnswerAsRequestsAre(String spec, boolean allowed, String reason) {
        Answer answer = post(
                "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                "{'spec':" + spec.substring(0, spec.length() - 1) + ",'user':'ann'}}");

        JsonNode status = answer.json().path("status");
        assertThat(status.path("allowed").asBoolean()).isEqualTo(allowed);
        assertThat(status.path("reason").asText()).isEqualTo(reason);
    }

    @Test
    void tellsTheRulesOfSomebody() {
        bind("/clusterrolebindings", "reviews", "ClusterRole", "reviews", "{'kind':'User','name':'ann'}");
        role("/clusterroles", "reviews", "{'verbs':['create'],'apiGroups':['authorization.k8s.io'],'resources':['*']}");

        Answer answer = post(
                "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                "{'spec':{'namespace':'default'}}",
                "Impersonate-User",
                "ann");

        JsonNode status = answer.json().path("status");
        assertThat(status.path("incomplete").asBoolean()).isFalse();
        assertThat(status.path("resourceRules"))
                .hasToString(
                        "[{\"verbs\":[\"list\"],\"apiGroups\":[\"\"],\"resources\":[\"nodes\"]},"
                                + "{\"verbs\":[\"create\"],\"apiGroups\":[\"authorization.k8s.io\"],\"resources\":[\"*\"]},"
                                + "{\"verbs\":[\"get\",\"list\",\"watch\"],\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"]}]");
    }
}
