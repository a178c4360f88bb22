package io.everynode.core.authorization;

import static io.everynode.core.authorization.Access.json;
import static io.everynode.core.authorization.Access.rule;
import static io.everynode.core.authorization.Access.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceRightsTest {

    private static final User ANN = User.of("ann", "dev");

    private static final Access SOME = new Access()
            .role(
                    "a/some",
                    rule("get", "", "secrets", "own"),
                    rule("get", "", "configmaps", "own"),
                    rule("get", "", "persistentvolumeclaims", "own"),
                    rule("impersonate", "", "serviceaccounts", "own"))
            .bind("a/some", "a/some", user("ann"));

    private static String refused(Access access, Kind kind, ObjectNode before, ObjectNode after) {
        return ReferenceRights.refusal(access.authorizer(), ANN, kind, "a", "new", before, after)
                .map(ApiStatus::message)
                .orElse("");
    }

    private static ObjectNode pod(String spec) {
        return json("{'spec':{" + spec + "}}");
    }

    private static ObjectNode daemonSet(String spec) {
        return json("{'spec':{'template':{'spec':{" + spec + "}}}}");
    }

    private static String secret(String name) {
        return "'volumes':[{'name':'v','secret':{'secretName':'" + name + "'}}]";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'volumes':[{'name':'v','secret':{'secretName':'NAME'}}] | get resource \"secrets\"",
                "'volumes':[{'name':'v','projected':{'sources':[{'secret':{'name':'NAME'}}]}}] | get resource \"secrets\"",
                "'volumes':[{'name':'v','configMap':{'name':'NAME'}}] | get resource \"configmaps\"",
                "'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'NAME'}}] | get resource \"persistentvolumeclaims\"",
                "'containers':[{'name':'c','envFrom':[{'secretRef':{'name':'NAME'}}]}] | get resource \"secrets\"",
                "'initContainers':[{'name':'c','env':[{'name':'E','valueFrom':{'secretKeyRef':{'name':'NAME','key':'k'}}}]}]"
                        + " | get resource \"secrets\"",
                "'ephemeralContainers':[{'name':'c','envFrom':[{'configMapRef':{'name':'NAME'}}]}] | get resource \"configmaps\"",
                "'imagePullSecrets':[{'name':'NAME'}] | get resource \"secrets\"",
                "'serviceAccountName':'NAME' | impersonate resource \"serviceaccounts\"",
                "'serviceAccount':'NAME' | impersonate resource \"serviceaccounts\"",
            })
    void aPodHasNoMoreThanItsAuthor(String spec, String why) {
        for (Kind kind : new Kind[] {Kinds.POD, Kinds.DAEMON_SET, Kinds.POD_TEMPLATE}) {
            String frame = kind.equals(Kinds.POD)
                    ? "{'spec':{SPEC}}"
                    : kind.equals(Kinds.DAEMON_SET)
                            ? "{'spec':{'template':{'spec':{SPEC}}}}"
                            : "{'template':{'spec':{SPEC}}}";
            String object = frame.replace("SPEC", spec);
            assertThat(refused(SOME, kind, null, json(object.replace("NAME", "own"))))
                    .isEmpty();
            assertThat(refused(SOME, kind, null, json(object.replace("NAME", "foreign"))))
                    .isEqualTo(kind.plural() + (kind.equals(Kinds.DAEMON_SET) ? ".apps" : "")
                            + " \"new\" is forbidden: its Pods would have what their author has not: User \"ann\" cannot "
                            + why + " in API group \"\" in the namespace \"a\"");
        }
    }

    @Test
    void whatItNamedBeforeIsNotAskedAgain() {
        assertThat(refused(SOME, Kinds.DAEMON_SET, daemonSet(secret("foreign")), daemonSet(secret("foreign"))))
                .isEmpty();
        assertThat(refused(SOME, Kinds.DAEMON_SET, daemonSet(secret("other")), daemonSet(secret("foreign"))))
                .contains("secrets");
        assertThat(refused(
                        SOME,
                        Kinds.POD,
                        pod("'serviceAccountName':'foreign'"),
                        pod("'serviceAccountName':'foreign','restartPolicy':'Never'")))
                .isEmpty();
    }

    @Test
    void theDefaultAccountAndClaimsOfTheirOwnAreEverybodys() {
        assertThat(refused(SOME, Kinds.POD, null, pod("'serviceAccountName':'default'")))
                .isEmpty();
        assertThat(refused(
                        SOME,
                        Kinds.POD,
                        null,
                        pod("'volumes':[{'name':'v','ephemeral':{'volumeClaimTemplate':{'spec':{}}}}]")))
                .isEmpty();
    }
}
