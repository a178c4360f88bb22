package io.everynode.core.authorization;

import static io.everynode.core.authorization.Access.json;
import static io.everynode.core.authorization.Access.rule;
import static io.everynode.core.authorization.Access.urls;
import static io.everynode.core.authorization.Access.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscalationTest {

    private static final User ANN = User.of("ann", "dev");

    private static ObjectNode role(String... rules) {
        return json("{'metadata':{'name':'new'},'rules':[" + String.join(",", rules) + "]}");
    }

    private static String refused(Access access, Kind kind, ObjectNode before, ObjectNode after) {
        String namespace = kind.namespaced() ? "a" : "";
        Optional<ApiStatus> refusal =
                Escalation.refusal(access.authorizer(), ANN, kind, namespace, "new", before, after);
        return refusal.map(ApiStatus::message).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "get, '', pods, , get, '', pods, , yes",
        "get, '', pods, , get|list, '', pods, , no",
        "get|list, '', pods, , get, '', pods, , yes",
        "*, '', pods, , get, '', pods, , yes",
        "get, '', pods, , *, '', pods, , no",
        "get, *, pods, , get, apps, pods, , yes",
        "get, '', *, , get, '', secrets, , yes",
        "get, '', pods, , get, '', *, , no",
        "get, '', */status, , get, '', pods/status, , yes",
        "get, '', pods/status, , get, '', */status, , no",
        "get, '', pods, p, get, '', pods, p, yes",
        "get, '', pods, p, get, '', pods, q, no",
        "get, '', pods, p, get, '', pods, , no",
        "get, '', pods, , get, '', pods, p, yes",
    })
    void aRoleGrantsOnlyWhatIsHeld(
            String verbs,
            String groups,
            String resources,
            String names,
            String newVerbs,
            String newGroups,
            String newResources,
            String newNames,
            String yes) {
        String own = names == null
                ? rule(verbs.replace('|', ','), groups, resources)
                : rule(verbs.replace('|', ','), groups, resources, names);
        String granted = newNames == null
                ? rule(newVerbs.replace('|', ','), newGroups, newResources)
                : rule(newVerbs.replace('|', ','), newGroups, newResources, newNames);
        Access access = new Access().role("a/own", own).bind("a/b", "a/own", user("ann"));

        assertThat(refused(access, Kinds.ROLE, null, role(granted)).isEmpty()).isEqualTo(yes.equals("yes"));
        // What is held in a namespace cannot be granted in the whole cluster.
        assertThat(refused(access, Kinds.CLUSTER_ROLE, null, role(granted))).isNotEmpty();
    }

    @Test
    void rightsMayBeHeldThroughSeveralRules() {
        Access access = new Access()
                .role("one", rule("get", "", "pods"))
                .role("two", rule("list", "", "pods"))
                .bind("one", "one", user("ann"))
                .bind("two", "two", user("ann"));

        assertThat(refused(access, Kinds.ROLE, null, role(rule("get,list", "", "pods"))))
                .isEmpty();
    }

    @Test
    void saysWhatIsMissing() {
        Access access = new Access().role("own", rule("get", "", "pods")).bind("b", "own", user("ann"));

        assertThat(refused(
                        access,
                        Kinds.ROLE,
                        null,
                        role(rule("get,list,watch", ",apps", "pods"), rule("get", "", "secrets", "s"))))
                .isEqualTo("roles.rbac.authorization.k8s.io \"new\" is forbidden: user \"ann\" (groups=[\"dev\"]) is"
                        + " attempting to grant RBAC permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"list\" \"watch\"]}\n"
                        + "{APIGroups:[\"\"], Resources:[\"secrets\"], ResourceNames:[\"s\"], Verbs:[\"get\"]}\n"
                        + "{APIGroups:[\"apps\"], Resources:[\"pods\"], Verbs:[\"get\" \"list\" \"watch\"]}");
        assertThat(refused(access, Kinds.CLUSTER_ROLE, null, role(urls("get", "/healthz"))))
                .endsWith("\n{NonResourceURLs:[\"/healthz\"], Verbs:[\"get\"]}");
    }

    @Test
    void aRuleOfVeryManyPartsIsRefusedSoon() {
        String many = IntStream.range(0, 300).mapToObj(i -> "x" + i).collect(Collectors.joining(","));

        assertThat(refused(new Access(), Kinds.ROLE, null, role(rule(many, many, many))))
                .contains("at most 10000 combinations");
    }

    @Test
    void theVerbEscalateAllowsIt() {
        Access access = new Access()
                .role("own", rule("escalate", "rbac.authorization.k8s.io", "roles", "new"))
                .bind("a/b", "own", user("ann"));

        assertThat(refused(access, Kinds.ROLE, null, role(rule("*", "*", "*")))).isEmpty();
        assertThat(refused(access, Kinds.CLUSTER_ROLE, null, role(rule("*", "*", "*"))))
                .isNotEmpty();
    }

    @Test
    void mastersMayGrantEverything() {
        assertThat(Escalation.refusal(
                        new Access().authorizer(),
                        User.of("root", User.MASTERS),
                        Kinds.CLUSTER_ROLE,
                        "",
                        "new",
                        null,
                        role(rule("*", "*", "*"))))
                .isEmpty();
    }

    @Test
    void whatTheGarbageCollectorChangesGrantsNothing() {
        ObjectNode before = role(rule("*", "*", "*"));
        ObjectNode after = before.deepCopy();
        ((ObjectNode) after.path("metadata")).put("resourceVersion", "5").putArray("ownerReferences");

        assertThat(refused(new Access(), Kinds.ROLE, before, after)).isEmpty();
        ((ObjectNode) after.path("metadata")).putObject("labels").put("a", "b");
        assertThat(refused(new Access(), Kinds.ROLE, before, after)).isNotEmpty();
    }

    @Test
    void anAggregationRuleTakesEverything() {
        ObjectNode sum = json("{'aggregationRule':{'clusterRoleSelectors':[{}]}}");
        Access access = new Access().role("own", rule("get,list", "*", "*")).bind("b", "own", user("ann"));

        String refusal = refused(access, Kinds.CLUSTER_ROLE, null, sum);
        access.role("all", rule("*", "*", "*")).bind("b", "all", user("ann"));

        assertThat(refusal).endsWith("is forbidden: must have cluster-admin privileges to use an aggregationRule");
        assertThat(refused(access, Kinds.CLUSTER_ROLE, null, sum)).isEmpty();
        // Nor may one be taken away.
        assertThat(refused(new Access(), Kinds.CLUSTER_ROLE, sum, json("{}"))).contains("aggregationRule");
    }

    @Test
    void aBindingGrantsOnlyWhatIsHeldUnlessTheRoleMayBeBound() {
        ObjectNode binding = json("{'roleRef':{'kind':'ClusterRole','name':'strong'},'subjects':[]}");
        Access access = new Access().role("strong", rule("get", "", "secrets"));

        assertThat(refused(access, Kinds.ROLE_BINDING, null, binding))
                .startsWith("rolebindings.rbac.authorization.k8s.io \"new\" is forbidden: user \"ann\"");
        access.role("binder", rule("bind", "rbac.authorization.k8s.io", "clusterroles", "strong"))
                .bind("a/b", "binder", user("ann"));
        assertThat(refused(access, Kinds.ROLE_BINDING, null, binding)).isEmpty();
        assertThat(refused(access, Kinds.CLUSTER_ROLE_BINDING, null, binding)).isNotEmpty();
        access.unbind("a/b").bind("a/b", "strong", user("ann"));
        assertThat(refused(access, Kinds.ROLE_BINDING, null, binding)).isEmpty();
        assertThat(refused(access, Kinds.CLUSTER_ROLE_BINDING, null, binding)).isNotEmpty();
    }

    @Test
    void aBindingOfARoleThatIsMissingIsRefused() {
        ObjectNode binding = json("{'roleRef':{'kind':'Role','name':'gone'}}");

        assertThat(refused(new Access(), Kinds.ROLE_BINDING, null, binding))
                .isEqualTo("role.rbac.authorization.k8s.io \"gone\" not found");
    }
}
