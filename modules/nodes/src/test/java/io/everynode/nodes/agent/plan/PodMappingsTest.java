package io.everynode.nodes.agent.plan;

import static io.everynode.nodes.agent.plan.Given.START;
import static io.everynode.nodes.agent.plan.Given.pod;
import static io.everynode.nodes.agent.plan.Given.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.everynode.nodes.agent.plan.ContainerFacts.State;
import io.everynode.nodes.agent.plan.PodSeen.Failure;
import io.everynode.nodes.agent.plan.PodSeen.Health;
import io.everynode.objects.Json;
import io.everynode.objects.Quantity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a Pod's spec to what the Engine is asked for, and from its containers to its status. */
class PodMappingsTest {

    private static final PodObjects OBJECTS = new PodObjects(Map.of(
            ObjectRef.configMap("c"), tree("{data: {k: v, file: text}}"),
            ObjectRef.secret("s"), tree("{data: {w: c2VzYW1l}}")));

    private static PodFields fields(PodView pod) {
        return new PodFields(
                pod,
                "n",
                List.of("172.17.0.2"),
                List.of("10.0.0.1"),
                Map.of("memory", Quantity.parse("1Gi").orElseThrow()));
    }

    private static Map<String, String> env(String container) throws ConfigProblem {
        PodView pod = pod("containers: [{name: a, image: i, " + container + "}]");
        return Environment.of(pod.containers().get(0), OBJECTS, fields(pod), Map.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$(A) | 1",
                "x$(A)y$(B) | x1y$(B)",
                "$$(A) | $(A)",
                "$$$(A) | $1",
                "$A | $A",
                "$(A | $(A",
                "a$ | a$"
            })
    void referencesAreExpanded(String text, String expected) {
        assertThat(Environment.expand(text, Map.of("A", "1"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "configMapKeyRef: {name: c, key: k} | v",
                "secretKeyRef: {name: s, key: w} | sesame",
                "configMapKeyRef: {name: none, key: k, optional: true} |",
                "fieldRef: {fieldPath: metadata.name} | p",
                "fieldRef: {fieldPath: spec.nodeName} | n",
                "fieldRef: {fieldPath: status.podIP} | 172.17.0.2",
                "fieldRef: {fieldPath: status.hostIP} | 10.0.0.1",
                "resourceFieldRef: {resource: limits.memory, divisor: 1Mi} | 1024",
                "resourceFieldRef: {resource: requests.cpu} | 0"
            })
    void valuesComeFromWhereTheySay(String from, String expected) throws ConfigProblem {
        assertThat(env("env: [{name: X, valueFrom: {" + from + "}}]").get("X")).isEqualTo(expected);
    }

    @Test
    void laterVariablesWinAndMaySeeEarlierOnes() throws ConfigProblem {
        assertThat(env("envFrom: [{prefix: P_, configMapRef: {name: c}}], env: [{name: P_k, value: own},"
                        + " {name: Y, value: '$(P_k)-$(P_file)'}]"))
                .containsEntry("P_k", "own")
                .containsEntry("Y", "own-text");
    }

    @Test
    void whatIsMissingIsTold() {
        assertThatThrownBy(() -> env("env: [{name: X, valueFrom: {configMapKeyRef: {name: none, key: k}}}]"))
                .hasMessage("configmap \"none\" not found");
        assertThatThrownBy(() -> env("env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: k}}}]"))
                .hasMessage("couldn't find key k in Secret ns/s");
    }

    private static HostConfig settings(String podContext, String container) throws ConfigProblem {
        PodView pod =
                pod("securityContext: {" + podContext + "}, containers: [{name: a, image: i, " + container + "}]");
        HostConfig host = HostConfig.newHostConfig();
        ContainerSettings.apply(pod, pod.containers().get(0), name -> "{profile " + name + "}", host);
        return host;
    }

    @Test
    void securitySettingsArePassedOn() throws ConfigProblem {
        HostConfig host = settings(
                "supplementalGroups: [7], seccompProfile: {type: Unconfined}",
                "securityContext: {capabilities: {add: [NET_ADMIN], drop: [ALL]}, readOnlyRootFilesystem: true,"
                        + " allowPrivilegeEscalation: false, appArmorProfile: {type: Localhost, localhostProfile: q}}");
        assertThat(host.getCapAdd()).containsExactly(Capability.NET_ADMIN);
        assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
        assertThat(host.getReadonlyRootfs()).isTrue();
        assertThat(host.getGroupAdd()).containsExactly("7");
        assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges", "seccomp=unconfined", "apparmor=q");
        assertThat(settings("", "securityContext: {seccompProfile: {type: Localhost, localhostProfile: f}}")
                        .getSecurityOpts())
                .containsExactly("seccomp={profile f}");
        assertThatThrownBy(() -> settings("", "securityContext: {capabilities: {add: [NO_SUCH]}}"))
                .hasMessage("unknown capability \"NO_SUCH\"");
    }

    @Test
    void requestsAndLimitsBecomeCgroupSettings() throws ConfigProblem {
        HostConfig host = settings("", "resources: {requests: {cpu: 250m}, limits: {cpu: 500m, memory: 64Mi}}");
        assertThat(host.getCpuShares()).isEqualTo(256);
        assertThat(host.getCpuQuota()).isEqualTo(50_000);
        assertThat(host.getMemory()).isEqualTo(64L << 20);
        assertThat(host.getMemorySwap()).isEqualTo(64L << 20);
        assertThat(settings("", "resources: {}").getCpuShares()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"'', 1000, ''", "'', '', root", "'runAsUser: 0', 1000, root", "'runAsUser: 5', '', ''", "'', web, name"
    })
    void runAsNonRootIsKept(String user, String imageUser, String problem) throws ConfigProblem {
        PodView pod = pod("securityContext: {runAsNonRoot: true" + (user.isEmpty() ? "" : ", " + user)
                + "}, containers: [{name: a, image: i}]");
        ContainerSpec spec = pod.containers().get(0);
        if (problem.isEmpty()) {
            ContainerSettings.refuseRoot(pod, spec, imageUser);
        } else {
            assertThatThrownBy(() -> ContainerSettings.refuseRoot(pod, spec, imageUser))
                    .hasMessageContaining(problem.equals("root") ? "will run as root" : "non-numeric user (web)");
        }
    }

    @Test
    void volumesAreFilesWithTheirModes() throws ConfigProblem {
        PodView pod = pod("volumes: [{name: v, projected: {defaultMode: 256, sources: ["
                + "{configMap: {name: c, items: [{key: k, path: d/k}]}}, {secret: {name: s}},"
                + " {downwardAPI: {items: [{path: me, mode: 420, fieldRef: {fieldPath: metadata.name}}]}}]}},"
                + " {name: e, emptyDir: {}}, {name: h, hostPath: {path: /var/log, type: Directory}}]");
        List<Volumes.Step> steps = Volumes.of(pod, Path.of("/r"), OBJECTS, fields(pod), token -> "t");
        Volumes.Files files = (Volumes.Files) steps.get(0);
        assertThat(files.files()).containsOnlyKeys("d/k", "w", "me");
        assertThat(new String(files.files().get("w").bytes(), StandardCharsets.UTF_8))
                .isEqualTo("sesame");
        assertThat(files.files().get("w").mode()).isEqualTo(0400);
        assertThat(files.files().get("me").mode()).isEqualTo(0644);
        assertThat(files.toString()).doesNotContain("sesame");
        assertThat(steps.get(1)).isEqualTo(new Volumes.Directory("e", Path.of("/r/volumes/e")));
        assertThat(steps.get(2)).isEqualTo(new Volumes.HostPath("h", Path.of("/var/log"), "Directory"));
    }

    // The status

    private static final String PROBED = "containers: [{name: a, image: i, readinessProbe: {}}]";

    private static ObjectNode status(PodView pod, Given given) {
        return PodStatus.of(
                pod, given.seen(), new PodStatus.Host(List.of("10.0.0.1")), Json.object(), START.plusSeconds(11));
    }

    private static JsonNode ready(ObjectNode status) {
        for (JsonNode each : status.path("conditions")) {
            if (Json.text(each, "type").equals("Ready")) {
                return each;
            }
        }
        throw new AssertionError(status);
    }

    @Test
    void aRunningPodIsReadyWhenItsProbeSaysSo() {
        Given given = new Given().sandbox(State.RUNNING).running("a");
        ObjectNode status = status(pod(PROBED), given);
        assertThat(Json.text(status, "phase")).isEqualTo("Running");
        assertThat(Json.text(ready(status), "message")).isEqualTo("containers with unready status: [a]");
        given.health.put("id-a-0", new Health(true, true, false));
        status = status(pod(PROBED), given);
        assertThat(Json.text(ready(status), "status")).isEqualTo("True");
        assertThat(Json.text(status, "podIP")).isEqualTo("172.17.0.2");
        assertThat(status.path("containerStatuses").get(0).path("state").has("running"))
                .isTrue();
    }

    @Test
    void aCrashedContainerShowsItsBackOffAndItsLastState() {
        Given given = new Given().sandbox(State.RUNNING).ended("a", 1, 3, 20);
        JsonNode one = status(pod("containers: [{name: a, image: i}]"), given)
                .path("containerStatuses")
                .get(0);
        assertThat(Json.text(one, "state", "waiting", "reason")).isEqualTo("CrashLoopBackOff");
        assertThat(Json.text(one, "state", "waiting", "message"))
                .isEqualTo("back-off 20s restarting failed container=a pod=p_ns(u1)");
        assertThat(Json.at(one, "lastState", "terminated", "exitCode").asInt()).isEqualTo(3);
        assertThat(one.path("restartCount").asInt()).isEqualTo(1);
    }

    @Test
    void aPullThatFailedWaits() {
        Given given = new Given().sandbox(State.RUNNING);
        PodView pod = pod("containers: [{name: a, image: i}]");
        given.failures.put("start a", new Failure("ErrImagePull", "no", 1, START.plusSeconds(3600)));
        assertThat(Json.text(status(pod, given).path("containerStatuses").get(0), "state", "waiting", "reason"))
                .isEqualTo("ErrImagePull");
        given.failures.put("start a", new Failure("ErrImagePull", "no", 2, START));
        JsonNode waiting = Json.at(status(pod, given).path("containerStatuses").get(0), "state", "waiting");
        assertThat(Json.text(waiting, "reason")).isEqualTo("ImagePullBackOff");
        assertThat(Json.text(waiting, "message")).isEqualTo("Back-off pulling image \"i\": no");
    }

    @ParameterizedTest
    @CsvSource({"Never, 0, Succeeded", "Never, 1, Failed", "OnFailure, 0, Succeeded", "OnFailure, 1, Running"})
    void phasesFollowTheRestartPolicy(String policy, int exitCode, String phase) {
        Given given = new Given().sandbox(State.RUNNING).ended("a", 0, exitCode, 0);
        PodView pod = pod("restartPolicy: " + policy + ", containers: [{name: a, image: i}]");
        assertThat(Json.text(status(pod, given), "phase")).isEqualTo(phase);
    }
}
