package io.everynode.core.authorization;

import static io.everynode.core.authorization.Access.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.rules.ObjectRules;
import io.everynode.objects.rules.WriteContext;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleReconciliationTest {

    private static ObjectNode named(java.util.List<ObjectNode> all, String name) {
        return all.stream()
                .filter(object -> Json.text(object, "metadata", "name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theDefaultsAreValidAndNeedNoChange() {
        for (ObjectNode role : DefaultRoles.clusterRoles()) {
            assertThat(ObjectRules.create(Kinds.CLUSTER_ROLE, role, new WriteContext(Instant.EPOCH, "u", "x")))
                    .isInstanceOf(Outcome.Done.class);
            assertThat(RoleReconciliation.role(role, role)).isEmpty();
        }
        for (ObjectNode binding : DefaultRoles.clusterRoleBindings()) {
            assertThat(ObjectRules.create(
                            Kinds.CLUSTER_ROLE_BINDING, binding, new WriteContext(Instant.EPOCH, "u", "x")))
                    .isInstanceOf(Outcome.Done.class);
            assertThat(RoleReconciliation.binding(binding, binding)).isEmpty();
        }
    }

    @Test
    void whatIsMissingIsAddedAndWhatIsMoreStays() {
        ObjectNode wanted = named(DefaultRoles.clusterRoles(), "system:auth-delegator");
        ObjectNode current = json("{'metadata':{'name':'x','labels':{'own':'l'}},'rules':["
                + "{'verbs':['create','get'],'apiGroups':['authentication.k8s.io'],'resources':['*']},"
                + "{'verbs':['list'],'apiGroups':[''],'resources':['pods']}]}");

        ObjectNode result = RoleReconciliation.role(current, wanted).orElseThrow();

        assertThat(result.path("rules")).hasSize(3);
        assertThat(Json.text(result.path("rules").path(2).path("resources").path(0)))
                .isEqualTo("subjectaccessreviews");
        assertThat(Json.text(result, "metadata", "labels", "own")).isEqualTo("l");
        assertThat(Json.text(result, "metadata", "labels", "kubernetes.io/bootstrapping"))
                .isEqualTo("rbac-defaults");
        assertThat(RoleReconciliation.role(result, wanted)).isEmpty();
    }

    @Test
    void anAggregatedRoleKeepsItsRules() {
        ObjectNode wanted = named(DefaultRoles.clusterRoles(), "edit");
        ObjectNode current = wanted.deepCopy();
        current.putArray("rules").addObject().putArray("verbs").add("get");
        assertThat(RoleReconciliation.role(current, wanted)).isEmpty();

        current.remove("aggregationRule");
        assertThat(RoleReconciliation.role(current, wanted).orElseThrow().path("aggregationRule"))
                .isEqualTo(wanted.path("aggregationRule"));
    }

    @Test
    void subjectsAreAddedAndTheRoleIsTheDefaults() {
        ObjectNode wanted = named(DefaultRoles.clusterRoleBindings(), "cluster-admin");
        ObjectNode current = wanted.deepCopy();
        current.putArray("subjects").addObject().put("kind", "User").put("name", "ann");
        ((ObjectNode) current.path("roleRef")).put("name", "view");

        ObjectNode result = RoleReconciliation.binding(current, wanted).orElseThrow();

        assertThat(result.path("subjects")).hasSize(2);
        assertThat(result.path("roleRef")).isEqualTo(wanted.path("roleRef"));
    }

    @Test
    void oneThatIsAnnotatedIsLeftAlone() {
        ObjectNode current =
                json("{'metadata':{'annotations':{'rbac.authorization.kubernetes.io/autoupdate':'false'}}}");

        assertThat(RoleReconciliation.role(current, named(DefaultRoles.clusterRoles(), "view")))
                .isEmpty();
        assertThat(RoleReconciliation.binding(current, named(DefaultRoles.clusterRoleBindings(), "cluster-admin")))
                .isEmpty();
    }

    /** What the default roles come to, for a user of one of them in the namespace a. */
    @ParameterizedTest
    @CsvSource({
        "view, get pods a/p, yes",
        "view, list daemonsets.apps a/, yes",
        "view, get pods/log a/p, yes",
        "view, get secrets a/s, no",
        "view, create pods a/, no",
        "view, get roles.rbac.authorization.k8s.io a/r, no",
        "view, get pods b/p, no",
        "edit, get secrets a/s, yes",
        "edit, patch daemonsets.apps a/d, yes",
        "edit, create pods/exec a/p, yes",
        "edit, create serviceaccounts/token a/s, yes",
        "edit, patch pods/status a/p, no",
        "edit, create roles.rbac.authorization.k8s.io a/, no",
        "edit, create resourcequotas a/, no",
        "admin, create rolebindings.rbac.authorization.k8s.io a/, yes",
        "admin, create localsubjectaccessreviews.authorization.k8s.io a/, yes",
        "admin, get pods a/p, yes",
        "admin, delete namespaces a/a, no",
        "admin, list nodes, no",
        "cluster-admin, delete namespaces a/a, yes",
        "cluster-admin, escalate clusterroles.rbac.authorization.k8s.io a/x, yes",
    })
    void theDefaultsAllow(String role, String what, String yes) {
        Access access = new Access();
        AccessRules rules = AccessRules.NONE;
        for (ObjectNode each : DefaultRoles.clusterRoles()) {
            rules = rules.with(Kinds.CLUSTER_ROLE, "", Json.text(each, "metadata", "name"), each);
        }
        rules = rules.with(
                Kinds.ROLE_BINDING,
                "a",
                "b",
                json("{'roleRef':{'kind':'ClusterRole','name':'" + role + "'},'subjects':[" + Access.user("ann")
                        + "]}"));
        Authorizer authorizer = new Authorizer(rules, access.authorizer().world());

        assertThat(authorizer.decide(Access.request(User.of("ann"), what)).allowed())
                .isEqualTo(yes.equals("yes"));
    }

    /** What machines may without anybody's doing: join with a token, and renew what they have. */
    @ParameterizedTest
    @CsvSource({
        "bootstrapper, create certificatesigningrequests.certificates.k8s.io, yes",
        "bootstrapper, watch certificatesigningrequests.certificates.k8s.io, yes",
        "bootstrapper, create certificatesigningrequests/nodeclient.certificates.k8s.io, yes",
        "bootstrapper, create certificatesigningrequests/selfnodeclient.certificates.k8s.io, no",
        "bootstrapper, update certificatesigningrequests/approval.certificates.k8s.io, no",
        "bootstrapper, create nodes, no",
        "node, create certificatesigningrequests/selfnodeclient.certificates.k8s.io, yes",
        "node, create certificatesigningrequests/nodeclient.certificates.k8s.io, no",
        "node, create certificatesigningrequests/selfnodeserver.certificates.k8s.io, yes",
        "bootstrapper, create certificatesigningrequests/selfnodeserver.certificates.k8s.io, no",
        "ann, create certificatesigningrequests/nodeclient.certificates.k8s.io, no",
    })
    void theDefaultBindingsLetMachinesJoin(String who, String what, String yes) {
        AccessRules rules = AccessRules.NONE;
        for (ObjectNode each : DefaultRoles.clusterRoles()) {
            rules = rules.with(Kinds.CLUSTER_ROLE, "", Json.text(each, "metadata", "name"), each);
        }
        for (ObjectNode each : DefaultRoles.clusterRoleBindings()) {
            rules = rules.with(Kinds.CLUSTER_ROLE_BINDING, "", Json.text(each, "metadata", "name"), each);
        }
        User user = switch (who) {
            case "bootstrapper" -> User.of("system:bootstrap:abcdef", User.BOOTSTRAPPERS);
            case "node" -> User.of("system:node:a", User.NODES);
            default -> User.of(who);
        };

        assertThat(new Authorizer(rules, new Access().authorizer().world())
                        .decide(Access.request(user, what))
                        .allowed())
                .isEqualTo(yes.equals("yes"));
    }
}
