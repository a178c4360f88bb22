package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigException;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.audit.AuditedViolation;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pod Security levels with real actors, for ordinary and for daemon Pods. */
class PodSecurityTest {

    private static final String PLAIN = "'containers':[{'name':'c','image':'i:1'}]";
    private static final String HOST = "'hostNetwork':true," + PLAIN;
    private static final String BASELINE =
            "violates PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)";

    @RegisterExtension
    static final TestServer on = TestServer.shared();

    private static void namespace(String name, String labels) {
        on.create(
                Kinds.NAMESPACE,
                "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s','labels':{%s}}}"
                        .formatted(name, labels));
        // Its Pods run as this account, which a controller makes.
        soon(() ->
                on.server.catalog().get(Kinds.SERVICE_ACCOUNT, name, "default").isPresent());
    }

    /** Also on a machine that has much else to do: a DaemonSet asks again after up to ten seconds. */
    private static void soon(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(90))
                .until(condition);
    }

    private static String label(String mode, String level) {
        return "'pod-security.kubernetes.io/%s':'%s'".formatted(mode, level);
    }

    private static WriteResult relabel(String namespace, String labels) {
        return on.patch(Kinds.NAMESPACE, "", namespace, "", "{'metadata':{'labels':{" + labels + "}}}");
    }

    private static WriteResult pod(String namespace, String name, String spec) {
        ObjectNode tree = TestServer.json(
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'%s'}," + "'spec':{%s}}")
                        .formatted(name, namespace, spec));
        return on.write(Kinds.POD, namespace, name, new ObjectWrite.Create(tree, ""));
    }

    private static List<String> warnings(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Stored.class);
        return ((WriteResult.Stored) result).warnings();
    }

    @Test
    void aPodThatViolatesWhatIsEnforcedIsRefused() {
        namespace("enforcing", label("enforce", "baseline"));

        ApiStatus refused = TestServer.refused(pod("enforcing", "p", HOST));
        assertThat(refused.code()).isEqualTo(403);
        assertThat(refused.reason()).isEqualTo("Forbidden");
        assertThat(refused.message()).isEqualTo("pods \"p\" is forbidden: " + BASELINE);
        assertThat(on.server.catalog().get(Kinds.POD, "enforcing", "p")).isEmpty();

        assertThat(warnings(pod("enforcing", "p", PLAIN))).isEmpty();
        relabel("enforcing", label("enforce", "privileged"));
        assertThat(warnings(pod("enforcing", "q", HOST))).isEmpty();
    }

    @Test
    void anUpdateMakesNothingOfAPodThatItCouldNotBeMadeAs() {
        namespace("updating", label("enforce", "baseline"));
        pod("updating", "p", PLAIN);

        String unconfined =
                "{'metadata':{'annotations':{'container.apparmor.security.beta.kubernetes.io/c':'unconfined'}}}";
        assertThat(TestServer.refused(on.patch(Kinds.POD, "updating", "p", "", unconfined))
                        .message())
                .startsWith(
                        "pods \"p\" is forbidden: violates PodSecurity \"baseline:latest\": forbidden AppArmor profile");
        assertThat(warnings(on.patch(Kinds.POD, "updating", "p", "", "{'metadata':{'labels':{'a':'b'}}}")))
                .isEmpty();
        String image = "{'spec':{'containers':[{'name':'c','image':'i:2'}]}}";
        assertThat(warnings(on.patch(Kinds.POD, "updating", "p", "", image))).isEmpty();

        // What was there before goes on, and may end, but is not renewed.
        relabel("updating", label("enforce", "privileged"));
        pod("updating", "q", HOST);
        relabel("updating", label("enforce", "baseline"));
        assertThat(warnings(on.patch(Kinds.POD, "updating", "q", "", "{'metadata':{'labels':{'a':'b'}}}")))
                .isEmpty();
        assertThat(TestServer.refused(on.patch(Kinds.POD, "updating", "q", "", image))
                        .message())
                .isEqualTo("pods \"q\" is forbidden: " + BASELINE);
    }

    @Test
    void whoWritesIsWarned() {
        namespace("warning", label("warn", "baseline") + "," + label("warn-version", "v1.20"));
        String warning = "would violate PodSecurity \"baseline:v1.20\": host namespaces (hostNetwork=true)";

        assertThat(warnings(pod("warning", "p", HOST))).containsExactly(warning);
        assertThat(warnings(pod("warning", "q", PLAIN))).isEmpty();
        String template = "{'metadata':{'labels':{'a':'b'}},'spec':{%s}}";
        ObjectNode daemonSet = TestServer.json(
                ("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'d','namespace':'warning'},'spec':{"
                                + "'selector':{'matchLabels':{'a':'b'}},'template':" + template + "}}")
                        .formatted(HOST));
        assertThat(warnings(on.write(Kinds.DAEMON_SET, "warning", "d", new ObjectWrite.Create(daemonSet, ""))))
                .containsExactly(warning);
        assertThat(warnings(on.patch(Kinds.DAEMON_SET, "warning", "d", "", "{'metadata':{'labels':{'x':'y'}}}")))
                .containsExactly(warning);
        assertThat(warnings(on.patch(
                        Kinds.DAEMON_SET, "warning", "d", "", "{'spec':{'template':{'spec':{'hostNetwork':false}}}}")))
                .isEmpty();
        ObjectNode podTemplate = TestServer.json(
                ("{'apiVersion':'v1','kind':'PodTemplate','metadata':{'name':'t','namespace':'warning'},'template':"
                                + template + "}")
                        .formatted(HOST));
        assertThat(warnings(on.write(Kinds.POD_TEMPLATE, "warning", "t", new ObjectWrite.Create(podTemplate, ""))))
                .containsExactly(warning);
    }

    @Test
    void whatIsAuditedIsToldWhetherItIsDoneOrRefused() {
        namespace("audited", label("audit", "baseline"));
        namespace("refusing", label("audit", "baseline") + "," + label("enforce", "baseline"));
        Queue<AuditedViolation> told = new ConcurrentLinkedQueue<>();
        on.server.tellAudited(told::add);
        String violation = "would violate PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)";

        assertThat(warnings(pod("audited", "p", HOST))).isEmpty();
        pod("audited", "q", PLAIN);
        TestServer.refused(pod("refusing", "r", HOST));
        on.server.tellAudited(ignored -> {});

        assertThat(told)
                .extracting(AuditedViolation::namespace, AuditedViolation::name, AuditedViolation::refused)
                .containsExactly(tuple("audited", "p", false), tuple("refusing", "r", true));
        assertThat(told).allSatisfy(each -> {
            assertThat(each.violations()).isEqualTo(violation);
            assertThat(each.kind()).isEqualTo(Kinds.POD);
            assertThat(each.user()).isNotEmpty();
        });
    }

    @Test
    void labelsAreCheckedAndTellOfPodsThatAreThere() {
        namespace("levelled", "");
        pod("levelled", "b", HOST);
        pod("levelled", "a", HOST);
        pod("levelled", "c", PLAIN);

        ApiStatus wrong = TestServer.refused(
                relabel("levelled", label("enforce", "strict") + "," + label("warn-version", "1.2")));
        assertThat(wrong.code()).isEqualTo(422);
        assertThat(wrong.message())
                .contains(
                        "metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of privileged, baseline, restricted",
                        "metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: \"1.2\": must be \"latest\" or \"v1.x\"");
        assertThat(warnings(relabel("levelled", label("warn", "restricted")))).isEmpty();
        assertThat(warnings(relabel("levelled", label("enforce", "baseline"))))
                .containsExactly(
                        "existing pods in namespace \"levelled\" violate the new PodSecurity enforce level \"baseline:latest\"",
                        "a (and 1 other pod): host namespaces");
        assertThat(warnings(relabel("levelled", label("enforce", "baseline")))).isEmpty();
        assertThat(on.count(Kinds.POD, "levelled")).isEqualTo(3);
    }

    @Test
    void theSystemsOwnNamespaceIsPrivileged() {
        var defaults = PodSecuritySettings.from(TestServer.config(
                "everynode.pod-security { enforce = restricted, enforce-version = v1.20, warn = baseline }"));
        assertThat(defaults.of("team", Json.object()).enforce()).hasToString("restricted:v1.20");
        assertThat(defaults.of("team", Json.object()).warn()).hasToString("baseline:latest");
        assertThat(defaults.of("kube-system", Json.object()).allowsAll()).isTrue();
        assertThatThrownBy(() -> PodSecuritySettings.from(TestServer.config("everynode.pod-security.audit = strict")))
                .isInstanceOf(ConfigException.BadValue.class)
                .hasMessageContaining("everynode.pod-security.audit");
        assertThatThrownBy(
                        () -> PodSecuritySettings.from(TestServer.config("everynode.pod-security.warn-version = new")))
                .hasMessageContaining("everynode.pod-security.warn-version");
    }

    @Test
    void aDaemonSetHearsWhyItHasNoPodsAndHasThemOnceItMay() {
        DaemonSetFixture fleet = new DaemonSetFixture(on, "secured").nodes(2);
        relabel("secured", label("enforce", "baseline"));
        fleet.daemonSet("agent", DaemonSetFixture.ROLLING, "'nodeSelector':{'case':'secured'},'hostNetwork':true", "");

        soon(() -> events("secured").size() == 1);
        assertThat(events("secured")).containsExactly("Error creating: pods \"agent-\" is forbidden: " + BASELINE);
        assertThat(fleet.pods("agent")).isEmpty();
        long written = sequence(fleet);

        // Nothing more is written while nothing changes.
        on.configMap("podsecurity-later");
        assertThat(sequence(fleet)).isEqualTo(written);

        relabel("secured", label("enforce", "privileged"));
        soon(() -> {
            fleet.runtimes("agent");
            return fleet.active("agent").size() == 2 && fleet.status("agent", "numberReady") == 2;
        });

        // Those that are there stay when the namespace becomes strict again; new ones are not made.
        assertThat(warnings(relabel("secured", label("enforce", "baseline"))))
                .element(1)
                .asString()
                .endsWith("(and 1 other pod): host namespaces");
        fleet.nodes(0).node("secured-3", "", "'allocatable':{'cpu':'4','memory':'8Gi','pods':'110'}");
        soon(() -> fleet.status("agent", "desiredNumberScheduled") == 3);
        assertThat(fleet.active("agent")).hasSize(2);
    }

    private static long sequence(DaemonSetFixture fleet) {
        return on.server
                .catalog()
                .get(Kinds.DAEMON_SET, fleet.name, "agent")
                .orElseThrow()
                .resourceVersion();
    }

    private static List<String> events(String namespace) {
        List<String> messages = new ArrayList<>();
        for (StoredObject event : on.server.catalog().list(Kinds.EVENT, namespace)) {
            if (Json.text(event.tree(), "reason").equals("FailedCreate")) {
                messages.add(Json.text(event.tree(), "message"));
            }
        }
        return messages;
    }
}
