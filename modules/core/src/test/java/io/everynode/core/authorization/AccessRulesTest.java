package io.everynode.core.authorization;

import static io.everynode.core.authorization.Access.group;
import static io.everynode.core.authorization.Access.rule;
import static io.everynode.core.authorization.Access.urls;
import static io.everynode.core.authorization.Access.user;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {

    private static final User ANN = User.of("ann", "dev", User.AUTHENTICATED);

    @ParameterizedTest
    @CsvSource({
        // verbs
        "get, '', pods, , get pods a/p, yes",
        "get, '', pods, , list pods a/, no",
        "*, '', pods, , deletecollection pods a/, yes",
        "*, '', pods, , whatever pods a/, yes",
        // groups
        "get, apps, daemonsets, , get daemonsets.apps a/d, yes",
        "get, '', daemonsets, , get daemonsets.apps a/d, no",
        "get, *, daemonsets, , get daemonsets.apps a/d, yes",
        "get, *, pods, , get pods a/p, yes",
        // resources and subresources
        "get, '', *, , get pods a/p, yes",
        "get, '', *, , get pods/log a/p, yes",
        "get, '', pods, , get pods/log a/p, no",
        "get, '', pods/log, , get pods/log a/p, yes",
        "get, '', pods/log, , get pods a/p, no",
        "update, *, */scale, , update daemonsets/scale.apps a/d, yes",
        "update, *, */scale, , update pods/scale a/d, yes",
        "update, *, */scale, , update pods/status a/d, no",
        "update, *, */scale, , update pods a/d, no",
        "get, '', pods/*, , get pods/log a/p, no",
        // names
        "get, '', pods, p, get pods a/p, yes",
        "get, '', pods, p, get pods a/q, no",
        "get|delete, '', pods, p|q, delete pods a/q, yes",
        "create, '', pods, p, create pods a/, no",
        "list, '', pods, p, list pods a/, no",
        "list, '', pods, p, list pods a/p, yes",
        "deletecollection, '', pods, p, deletecollection pods a/, no",
        // places
        "get, '', pods, , get pods, no",
        "get, '', pods, , get pods b/p, no",
    })
    void aRoleOfANamespaceAllows(String verbs, String groups, String resources, String names, String what, String yes) {
        String rule = names == null
                ? rule(verbs.replace('|', ','), groups, resources)
                : rule(verbs.replace('|', ','), groups, resources, names.replace('|', ','));
        Access access = new Access().role("a/r", rule).bind("a/b", "a/r", user("ann"));
        boolean expected = yes.equals("yes");

        assertThat(access.ask(ANN, what).allowed()).isEqualTo(expected);
        // The same through a ClusterRole that is bound in the namespace.
        Access through = new Access().role("r", rule).bind("a/b", "r", user("ann"));
        assertThat(through.ask(ANN, what).allowed()).isEqualTo(expected);
        // Nobody else has it.
        assertThat(access.ask(User.of("bob"), what).allowed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/healthz, get /healthz, yes",
        "/healthz, get /healthz/etcd, no",
        "/healthz/*, get /healthz/etcd, yes",
        "/healthz/*, get /healthz, no",
        "/healthz*, get /healthz, yes",
        "/healthz**, get /healthzx, yes",
        "*, get /anything/at/all, yes",
        "/a*b, get /axb, no",
        "*/b, get /a/b, no",
        "*, post /x, no",
        "*, get pods a/p, no",
    })
    void aClusterRoleAllowsPaths(String url, String what, String yes) {
        Access access = new Access().role("r", urls("get", url)).bind("b", "r", user("ann"));

        assertThat(access.ask(ANN, what).allowed()).isEqualTo(yes.equals("yes"));
    }

    @Test
    void pathsAreNotOfANamespace() {
        Access access = new Access().role("r", urls("*", "*")).bind("a/b", "r", user("ann"));

        assertThat(access.ask(ANN, "get /healthz").allowed()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kind':'User','name':'ann'}|yes",
                "{'kind':'Group','name':'dev'}|yes",
                "{'kind':'Group','name':'system:authenticated'}|yes",
                "{'kind':'User','name':'dev'}|no",
                "{'kind':'Group','name':'ann'}|no",
                "{'kind':'User','name':'Ann'}|no",
                "{'kind':'ServiceAccount','name':'ann'}|no",
            })
    void aBindingGrantsToItsSubjects(String subject, String yes) {
        Access access = new Access().role("a/r", rule("get", "", "pods")).bind("a/b", "a/r", subject);

        assertThat(access.ask(ANN, "get pods a/p").allowed()).isEqualTo(yes.equals("yes"));
    }

    @Test
    void anAccountIsOfTheBindingsNamespaceUnlessItSaysAnother() {
        Access access = new Access()
                .role("r", rule("get", "", "pods"))
                .bind("a/own", "r", "{'kind':'ServiceAccount','name':'robot'}")
                .bind("a/other", "r", "{'kind':'ServiceAccount','name':'robot','namespace':'b'}");

        assertThat(access.ask(User.of(User.accountName("a", "robot")), "get pods a/p")
                        .reason())
                .isEqualTo("RBAC: allowed by RoleBinding \"own/a\" of ClusterRole \"r\" to ServiceAccount \"robot/a\"");
        assertThat(access.ask(User.of(User.accountName("b", "robot")), "get pods a/p")
                        .allowed())
                .isTrue();
        assertThat(access.ask(User.of(User.accountName("c", "robot")), "get pods a/p")
                        .allowed())
                .isFalse();
    }

    @Test
    void saysByWhatItIsAllowed() {
        Access access = new Access()
                .role("cluster", rule("get", "", "nodes"))
                .role("a/own", rule("get", "", "pods"))
                .bind("everybody", "cluster", group("dev"))
                .bind("a/b", "a/own", user("ann"));

        assertThat(access.ask(ANN, "get nodes n").reason())
                .isEqualTo(
                        "RBAC: allowed by ClusterRoleBinding \"everybody\" of ClusterRole \"cluster\" to Group \"dev\"");
        assertThat(access.ask(ANN, "get pods a/p").reason())
                .isEqualTo("RBAC: allowed by RoleBinding \"b/a\" of Role \"own\" to User \"ann\"");
        assertThat(access.ask(User.of("root", User.MASTERS), "get pods a/p")).isEqualTo(new Verdict(true, ""));
    }

    @Test
    void aRoleThatIsMissingIsToldAndTheOthersStillCount() {
        Access access = new Access()
                .role("a/there", rule("get", "", "pods"))
                .bind("a/one", "a/gone", user("ann"))
                .bind("two", "lost", user("ann"))
                .bind("a/three", "a/there", user("ann"));

        assertThat(access.ask(ANN, "get pods a/p").allowed()).isTrue();
        assertThat(access.ask(ANN, "list pods a/").reason())
                .isEqualTo("RBAC: [clusterrole.rbac.authorization.k8s.io \"lost\" not found,"
                        + " role.rbac.authorization.k8s.io \"gone\" not found]");
        assertThat(access.removeRole("a/there").ask(ANN, "get pods a/p").allowed())
                .isFalse();
        assertThat(access.role("a/gone", rule("get", "", "pods"))
                        .ask(ANN, "get pods a/p")
                        .allowed())
                .isTrue();
    }

    @Test
    void aRightGoesWithItsLastBinding() {
        Access access = new Access()
                .role("r", rule("get", "", "pods"))
                .bind("a/one", "r", user("ann"), user("ann"))
                .bind("a/two", "r", user("ann"));

        assertThat(access.unbind("a/one").ask(ANN, "get pods a/p").reason()).contains("\"two/a\"");
        assertThat(access.unbind("a/two").ask(ANN, "get pods a/p")).isEqualTo(Verdict.NO);
        assertThat(access.unbind("a/two").ask(ANN, "get pods a/p")).isEqualTo(Verdict.NO);
    }

    @Test
    void aBindingOfOtherSubjectsLeavesTheFirst() {
        Access access = new Access().role("r", rule("get", "", "pods")).bind("a/b", "r", user("ann"));

        access.bind("a/b", "r", user("bob"));

        assertThat(access.ask(ANN, "get pods a/p").allowed()).isFalse();
        assertThat(access.ask(User.of("bob"), "get pods a/p").allowed()).isTrue();
    }

    @Test
    void anAggregatedRoleFollowsThoseThatItSelects() {
        Access access = new Access().sum("view", "to-edit", "to-view").sum("edit", "", "to-edit");
        access.bind("a/b", "edit", user("ann"));
        assertThat(access.ask(ANN, "get pods a/p").allowed()).isFalse();

        // Through two roles.
        access.labelled("pods", "to-view", rule("get", "", "pods"));
        assertThat(access.ask(ANN, "get pods a/p").allowed()).isTrue();
        assertThat(access.rules().aggregatedRules("edit").orElseThrow()).hasSize(1);

        access.labelled("pods", "to-view", rule("list", "", "pods"));
        assertThat(access.ask(ANN, "get pods a/p").allowed()).isFalse();
        assertThat(access.ask(ANN, "list pods a/").allowed()).isTrue();

        access.labelled("pods", "elsewhere", rule("list", "", "pods"));
        assertThat(access.ask(ANN, "list pods a/").allowed()).isFalse();

        access.labelled("pods", "to-edit", rule("list", "", "pods")).removeRole("pods");
        assertThat(access.ask(ANN, "list pods a/").allowed()).isFalse();
    }

    @Test
    void aggregatedRolesThatSelectEachOtherEnd() {
        Access access = new Access()
                .sum("one", "two", "one")
                .sum("two", "one", "two")
                .labelled("leaf", "one", rule("get", "", "pods"))
                .bind("a/b", "two", user("ann"));

        assertThat(access.ask(ANN, "get pods a/p").allowed()).isTrue();
    }

    @Test
    void anAggregatedRoleHasNoRulesOfItsOwn() {
        Access access = new Access();
        access.role("sum", "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'x':'y'}}]}", new String[] {
            rule("*", "*", "*")
        });
        access.bind("b", "sum", user("ann"));

        assertThat(access.ask(ANN, "get pods a/p").allowed()).isFalse();
    }

    @Test
    void heldRulesAreThoseOfTheClusterAndTheNamespace() {
        Access access = new Access()
                .role("r", rule("get", "", "nodes"))
                .role("a/r", rule("get", "", "pods"))
                .role("b/r", rule("get", "", "secrets"))
                .bind("all", "r", user("ann"))
                .bind("a/x", "a/r", group("dev"))
                .bind("b/x", "b/r", group("dev"))
                .bind("a/y", "a/missing", group("dev"));

        AccessRules.Held held = access.rules().held(ANN, "a");

        assertThat(held.rules()).extracting(PolicyRule::resources).hasToString("[[nodes], [pods]]");
        assertThat(held.errors()).isEqualTo("role.rbac.authorization.k8s.io \"missing\" not found");
        assertThat(access.rules().held(ANN, "").rules()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list pods y/|pods is forbidden: User \"x\" cannot list resource \"pods\" in API group \"\" in the namespace \"y\"",
                "get daemonsets/status.apps y/d|daemonsets.apps \"d\" is forbidden: User \"x\" cannot get resource"
                        + " \"daemonsets/status\" in API group \"apps\" in the namespace \"y\"",
                "list nodes|nodes is forbidden: User \"x\" cannot list resource \"nodes\" in API group \"\" at the cluster scope",
                "get /a<b|forbidden: User \"x\" cannot get path \"/a&lt;b\"",
            })
    void refusesInUpstreamsWords(String what, String message) {
        assertThat(Forbidden.of(Access.request(User.of("x"), what), "").message())
                .isEqualTo(message);
        assertThat(Forbidden.of(Access.request(User.of("x"), what), "RBAC: why").message())
                .isEqualTo(message + ": RBAC: why");
    }
}
