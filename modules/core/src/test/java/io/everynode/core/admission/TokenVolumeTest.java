package io.everynode.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.AdmittedTemplate;
import io.everynode.core.daemonset.PodTemplateHash;
import io.everynode.core.scheduling.PriorityAdmission;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.rules.ObjectRules;
import io.everynode.objects.rules.WriteContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As mountServiceAccountToken in plugin/pkg/admission/serviceaccount/admission.go does it. */
class TokenVolumeTest {

    private static final String NAME = "kube-api-access-abcde";

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode admitted(String spec, String account) {
        ObjectNode pod = json("{'spec':" + spec + "}");
        assertThat(new PodAccount("ns", "robot", json(account), NAME).admit(pod))
                .isEmpty();
        return Json.child(pod, "spec");
    }

    private static String mounts(JsonNode container) {
        return container.path("volumeMounts").findValuesAsText("name").stream().collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, true",
                "-, true, true",
                "-, false, false",
                "true, false, true",
                "true, -, true",
                "false, true, false",
                "false, -, false",
            })
    void thePodHasTheSayBeforeItsAccount(String pod, String account, boolean mounted) {
        ObjectNode spec = admitted(
                "{'containers':[{'name':'c'}]" + (pod == null ? "" : ",'automountServiceAccountToken':" + pod) + "}",
                account == null ? "{}" : "{'automountServiceAccountToken':" + account + "}");
        assertThat(spec.has("volumes")).isEqualTo(mounted);
        assertThat(spec.at("/containers/0").has("volumeMounts")).isEqualTo(mounted);
    }

    @Test
    void everyContainerThatMountsNothingThereGetsIt() {
        ObjectNode spec = admitted(
                "{'volumes':[{'name':'v','emptyDir':{}}],"
                        + "'initContainers':[{'name':'i'}],"
                        + "'containers':[{'name':'a','volumeMounts':[{'name':'v','mountPath':'/v'}]},"
                        + "{'name':'own','volumeMounts':[{'name':'v','mountPath':'" + TokenVolume.MOUNT_PATH + "'}]}]}",
                "{}");
        assertThat(mounts(spec.at("/initContainers/0"))).isEqualTo(NAME);
        assertThat(mounts(spec.at("/containers/0"))).isEqualTo("v " + NAME);
        assertThat(mounts(spec.at("/containers/1"))).isEqualTo("v");
        assertThat(spec.at("/containers/0/volumeMounts/1").toString())
                .isEqualTo("{\"name\":\"" + NAME + "\",\"readOnly\":true,\"mountPath\":\"" + TokenVolume.MOUNT_PATH
                        + "\"}");
        assertThat(spec.path("volumes").findValuesAsText("name")).startsWith("v", NAME);
    }

    /** What a real kube-apiserver adds, but for the order of the fields. */
    @Test
    void theVolumeIsUpstreams() {
        assertThat(admitted("{'containers':[{'name':'c'}]}", "{}").at("/volumes/0"))
                .isEqualTo(json("{'name':'" + NAME + "','projected':{'defaultMode':420,'sources':["
                        + "{'serviceAccountToken':{'expirationSeconds':3607,'path':'token'}},"
                        + "{'configMap':{'items':[{'key':'ca.crt','path':'ca.crt'}],'name':'kube-root-ca.crt'}},"
                        + "{'downwardAPI':{'items':[{'fieldRef':{'apiVersion':'v1','fieldPath':'metadata.namespace'},"
                        + "'path':'namespace'}]}}]}}"));
    }

    @Test
    void whereNoContainerNeedsItThereIsNone() {
        String own = "{'containers':[{'name':'c','volumeMounts':[{'name':'v','mountPath':'" + TokenVolume.MOUNT_PATH
                + "'}]}],'volumes':[{'name':'v','emptyDir':{}}]}";
        assertThat(admitted(own, "{}")).isEqualTo(json(own));
    }

    @Test
    void aVolumeOfThatNameIsTakenForIt() {
        ObjectNode spec = admitted(
                "{'containers':[{'name':'c'}],'volumes':[{'name':'kube-api-access-mine','emptyDir':{}}]}", "{}");
        assertThat(mounts(spec.at("/containers/0"))).isEqualTo("kube-api-access-mine");
        assertThat(spec.path("volumes")).hasSize(1);
    }

    @Test
    void anAdmittedPodIsValidAndGetsNoFurtherDefaultsInTheVolume() {
        ObjectNode pod = json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'ns'},"
                + "'spec':{'containers':[{'name':'c','image':'i'}]}}");
        new PodAccount("ns", "default", json("{}"), NAME).admit(pod);
        JsonNode volume = pod.at("/spec/volumes/0").deepCopy();
        Outcome<ObjectNode> created = ObjectRules.create(Kinds.POD, pod, new WriteContext(Instant.EPOCH, "", ""));
        assertThat(((Outcome.Done<ObjectNode>) created).value().at("/spec/volumes/0"))
                .isEqualTo(volume);
    }

    @Test
    void namesAreUpstreamsAndDifferBySeed() {
        assertThat(TokenVolume.nameFor("a")).matches("kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}");
        assertThat(TokenVolume.nameFor("a")).isEqualTo(TokenVolume.nameFor("a"));
        assertThat(IntStream.range(0, 100)
                        .mapToObj(seed -> TokenVolume.nameFor("" + seed))
                        .distinct())
                .hasSizeGreaterThan(98);
    }

    /** Revisions are compared by the template as the user wrote it, so that no Pod is replaced for the volume. */
    @Test
    void aTemplateGetsItWithoutAnotherRevision() {
        ObjectNode raw = json("{'metadata':{},'spec':{'containers':[{'name':'c','image':'i'}]}}");
        String revision = PodTemplateHash.revision(raw, 0);
        AdmittedTemplate plain = AdmittedTemplate.of(raw);
        AdmittedTemplate with = with(plain, "{}", NAME);
        assertThat(PodTemplateHash.revision(raw, 0)).isEqualTo(revision);
        assertThat(with.hash()).isNotEqualTo(plain.hash());
        assertThat(with.template().tree().at("/spec/volumes/0/name").asText()).isEqualTo(NAME);
        assertThat(with.requirements()).isEqualTo(plain.requirements());
        assertThat(with(plain, "{'automountServiceAccountToken':false}", NAME)).isEqualTo(with(plain, "{}", ""));
    }

    private static AdmittedTemplate with(AdmittedTemplate template, String account, String volume) {
        Outcome<AdmittedTemplate> made = template.admitted(
                new PodAccount("ns", "default", json(account), volume),
                new PriorityAdmission(List.of()),
                LimitRanges.NONE,
                "ds-");
        if (made instanceof Outcome.Refused<AdmittedTemplate> refused) {
            ApiStatus status = refused.status();
            throw new AssertionError(status.message());
        }
        return ((Outcome.Done<AdmittedTemplate>) made).value();
    }
}
