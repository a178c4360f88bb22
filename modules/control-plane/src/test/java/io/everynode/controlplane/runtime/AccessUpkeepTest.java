package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.AccessRulesFeed;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.AccessRules;
import io.everynode.core.authorization.PolicyRule;
import io.everynode.core.authorization.User;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Default roles, the rules of aggregated ones, and the index of roles beside the catalog. */
class AccessUpkeepTest {

    private static final String GROUP = "'apiVersion':'rbac.authorization.k8s.io/v1'";

    @RegisterExtension
    static final TestServer on = TestServer.forClass("everynode.authorization.mode = rbac");

    private static Optional<StoredObject> role(String name) {
        return on.server.catalog().get(Kinds.CLUSTER_ROLE, "", name);
    }

    private static List<PolicyRule> rules(String name) {
        return PolicyRule.rules(role(name).orElseThrow().tree());
    }

    private static void merge(Kind kind, String namespace, String name, String patch) {
        assertThat(on.patch(kind, namespace, name, "", patch)).isInstanceOf(WriteResult.Stored.class);
    }

    private static AccessRequest request(String verb, String resource) {
        return AccessRequest.ofResource(User.of("ann"), verb, "", resource, "", "default", "");
    }

    /** By the index, which must say what all roles and bindings say together. */
    private static boolean allowed(String verb, String resource) {
        boolean whole = AccessRulesFeed.of(on.server.catalog())
                .decide(request(verb, resource))
                .allowed();
        boolean folded = on.server.accessRules().decide(request(verb, resource)).allowed();
        assertThat(folded).isEqualTo(whole);
        return folded;
    }

    @Test
    void theDefaultsAreMadeAndAggregatedRolesFilled() {
        assertThat(role("cluster-admin")).isPresent();
        assertThat(on.server.catalog().get(Kinds.CLUSTER_ROLE_BINDING, "", "cluster-admin"))
                .isPresent();
        AccessRules access = on.server.accessRules();
        for (String name : List.of("view", "edit", "admin")) {
            TestServer.until(
                    () -> rules(name).equals(access.aggregatedRules(name).orElseThrow()));
            assertThat(rules(name)).isNotEmpty();
        }
    }

    @Test
    void whatADefaultLacksIsAddedUnlessItIsToBeLeft() {
        merge(Kinds.CLUSTER_ROLE, "", "system:node-bootstrapper", "{'rules':[]}");
        merge(
                Kinds.CLUSTER_ROLE,
                "",
                "system:auth-delegator",
                "{'metadata':{'annotations':{'rbac.authorization.kubernetes.io/autoupdate':'false'}},'rules':[]}");
        on.delete(Kinds.CLUSTER_ROLE_BINDING, "", "system:monitoring", null);

        assertThat(new DefaultAccess(on.server, Clock.systemUTC()).ensure()).isTrue();

        assertThat(rules("system:node-bootstrapper")).isNotEmpty();
        assertThat(rules("system:auth-delegator")).isEmpty();
        assertThat(on.server.catalog().get(Kinds.CLUSTER_ROLE_BINDING, "", "system:monitoring"))
                .isPresent();
        long version = role("system:node-bootstrapper").orElseThrow().resourceVersion();
        assertThat(new DefaultAccess(on.server, Clock.systemUTC()).ensure()).isTrue();
        assertThat(role("system:node-bootstrapper").orElseThrow().resourceVersion())
                .isEqualTo(version);
    }

    @Test
    void everyAcknowledgedChangeCounts() {
        on.create(
                Kinds.ROLE_BINDING,
                "{" + GROUP + ",'kind':'RoleBinding','metadata':{'name':'ann','namespace':'default'},"
                        + "'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'own'},"
                        + "'subjects':[{'kind':'User','apiGroup':'rbac.authorization.k8s.io','name':'ann'}]}");
        assertThat(allowed("get", "pods")).isFalse();
        on.create(
                Kinds.ROLE,
                "{" + GROUP + ",'kind':'Role','metadata':{'name':'own','namespace':'default'},"
                        + "'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['pods']}]}");
        for (int i = 0; i < 20; i++) {
            assertThat(allowed("get", "pods")).isEqualTo(i % 2 == 0);
            assertThat(allowed("get", "secrets")).isEqualTo(i % 2 == 1);
            String other = i % 2 == 0 ? "secrets" : "pods";
            merge(
                    Kinds.ROLE,
                    "default",
                    "own",
                    "{'rules':[{'verbs':['get'],'apiGroups':[''],'resources':['" + other + "']}]}");
        }
        on.delete(Kinds.ROLE_BINDING, "default", "ann", null);
        assertThat(allowed("get", "pods")).isFalse();
    }

    @Test
    void aRoleThatIsAddedToAnAggregatedOneIsShownThere() {
        ObjectNode before = role("edit").orElseThrow().tree();
        on.create(
                Kinds.CLUSTER_ROLE,
                "{" + GROUP + ",'kind':'ClusterRole','metadata':{'name':'more','labels':{"
                        + "'rbac.authorization.k8s.io/aggregate-to-view':'true'}},"
                        + "'rules':[{'verbs':['get'],'apiGroups':['example.com'],'resources':['things']}]}");
        TestServer.until(
                () -> rules("view").stream().anyMatch(rule -> rule.resources().contains("things")));
        TestServer.until(
                () -> rules("admin").stream().anyMatch(rule -> rule.resources().contains("things")));
        on.delete(Kinds.CLUSTER_ROLE, "", "more", null);
        TestServer.until(
                () -> rules("admin").stream().noneMatch(rule -> rule.resources().contains("things")));
        assertThat(before.path("aggregationRule"))
                .isEqualTo(role("edit").orElseThrow().tree().path("aggregationRule"));
    }
}
