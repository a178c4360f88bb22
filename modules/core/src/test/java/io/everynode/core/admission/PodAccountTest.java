package io.everynode.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As plugin/pkg/admission/serviceaccount/admission.go decides. */
class PodAccountTest {

    private static final String MIRROR = "{'metadata':{'annotations':{'kubernetes.io/config.mirror':'x'}},'spec':%s}";

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'spec':{}} | default",
                "{'spec':{'serviceAccountName':''}} | default",
                "{'spec':{'serviceAccountName':'robot'}} | robot",
                "{'spec':{'serviceAccount':'old'}} | old",
                "{'spec':{'serviceAccount':'old','serviceAccountName':'robot'}} | robot",
                "{'metadata':{'annotations':{'kubernetes.io/config.mirror':'x'}},'spec':{}} | ``",
            })
    void name(String pod, String name) {
        assertThat(PodAccount.nameOf(json(pod))).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "robot | ``                                | error looking up service account ns/robot: serviceaccount \"robot\" not found",
                "robot | {}                                | ``",
                "robot | {'imagePullSecrets':[{'name':'k'}]} | ``",
            })
    void missingOrThere(String name, String account, String refusal) {
        ObjectNode pod = json("{'spec':{}}");
        PodAccount runsAs = new PodAccount("ns", name, account.isEmpty() ? null : json(account), "");
        assertThat(runsAs.admit(pod)).isEqualTo(refusal);
        assertThat(pod.path("spec").has("imagePullSecrets")).isEqualTo(account.contains("imagePullSecrets"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'serviceAccountName':'x'} | a mirror pod may not reference service accounts",
                "{'volumes':[{'name':'v','secret':{'secretName':'s'}}]} | a mirror pod may not reference secrets",
                "{'volumes':[{'name':'v','projected':{'sources':[{'secret':{}}]}}]} | a mirror pod may not reference secrets",
                "{'imagePullSecrets':[{'name':'s'}]} | a mirror pod may not reference secrets",
                "{'containers':[{'env':[{'name':'E','valueFrom':{'secretKeyRef':{}}}]}]} | a mirror pod may not reference secrets",
                "{'initContainers':[{'envFrom':[{'secretRef':{}}]}]} | a mirror pod may not reference secrets",
                "{'volumes':[{'name':'v','projected':{'sources':[{'serviceAccountToken':{}}]}}]} | a mirror pod may not use service account token volume projections",
                "{'volumes':[{'name':'v','emptyDir':{}}]} | ``",
            })
    void mirrorPods(String spec, String refusal) {
        ObjectNode pod = json(MIRROR.formatted(spec));
        assertThat(new PodAccount("ns", PodAccount.nameOf(pod), null, "kube-api-access-x").admit(pod))
                .isEqualTo(refusal);
    }

    @ParameterizedTest
    @CsvSource({"own,own", "'',theirs"})
    void pullSecretsOfTheAccountAreForPodsWithoutTheirOwn(String own, String expected) {
        ObjectNode pod = json(own.isEmpty() ? "{'spec':{}}" : "{'spec':{'imagePullSecrets':[{'name':'" + own + "'}]}}");
        new PodAccount("ns", "a", json("{'imagePullSecrets':[{'name':'theirs'}]}"), "").admit(pod);
        assertThat(pod.at("/spec/imagePullSecrets/0/name").asText()).isEqualTo(expected);
    }
}
