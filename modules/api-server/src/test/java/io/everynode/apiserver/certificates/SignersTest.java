package io.everynode.apiserver.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.authorization.User;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignersTest {

    private static final String NODE = "O=system:nodes,CN=system:node:a";

    private static List<String> usages(String letters) {
        return Arrays.stream(letters.split(""))
                .map(letter -> switch (letter) {
                    case "d" -> "digital signature";
                    case "k" -> "key encipherment";
                    case "c" -> "client auth";
                    case "s" -> "server auth";
                    default -> "cert sign";
                })
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Signer | subject | alternative names | usages | problem ("-" for none)
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | '' | dc | -",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | '' | dkc | -",
                "kube-apiserver-client-kubelet | CN=system:node:a,O=system:nodes | '' | cd | -",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | '' | c | usages did not match",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | '' | dcs | usages did not match",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | '' | dkcx | usages did not match",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | '' | ds | usages did not match",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=a | '' | dc | common name does not begin",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node: | '' | dc | common name does not begin",
                "kube-apiserver-client-kubelet | O=system:nodes | '' | dc | common name does not begin",
                "kube-apiserver-client-kubelet | CN=system:node:a | '' | dc | organization is not",
                "kube-apiserver-client-kubelet | O=system:masters,CN=system:node:a | '' | dc | organization is not",
                "kube-apiserver-client-kubelet | O=system:nodes,O=system:masters,CN=system:node:a | '' | dc | organization is not",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | dns:a | dc | DNS subjectAltNames",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | ip:10.0.0.1 | dc | IP subjectAltNames",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | mail:a@b | dc | Email subjectAltNames",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | uri:x | dc | URI subjectAltNames",
                "kubelet-serving | O=system:nodes,CN=system:node:a | dns:a | ds | -",
                "kubelet-serving | O=system:nodes,CN=system:node:a | dns:a ip:10.0.0.1 | dks | -",
                "kubelet-serving | O=system:nodes,CN=system:node:a | '' | ds | DNS or IP subjectAltName is required",
                "kubelet-serving | O=system:nodes,CN=system:node:a | dns:a uri:x | ds | URI subjectAltNames",
                "kubelet-serving | O=system:nodes,CN=system:node:a | dns:a mail:a@b | ds | Email subjectAltNames",
                "kubelet-serving | O=system:nodes,CN=system:node:a | dns:a | dc | usages did not match",
                "kubelet-serving | O=system:nodes,CN=system:node:a | dns:a | dcs | usages did not match",
                "kubelet-serving | O=other,CN=system:node:a | dns:a | ds | organization is not",
                "kubelet-serving | O=system:nodes,CN=a | dns:a | ds | common name does not begin",
                "kube-apiserver-client | O=devs,CN=ann | '' | c | -",
                "kube-apiserver-client | O=devs,CN=ann | '' | dkc | -",
                "kube-apiserver-client | O=devs,CN=ann | '' | dk | missing required usage",
                "kube-apiserver-client | O=devs,CN=ann | '' | cs | invalid usage",
                "kube-apiserver-client | O=system:masters,CN=ann | '' | c | system:masters group is not allowed",
                "legacy-unknown | O=devs,CN=ann | '' | c | no signer",
            })
    void signsOnlyWhatIsItsOwn(String signer, String subject, String names, String usages, String problem) {
        String found = Signers.problem("kubernetes.io/" + signer, Requests.parsed(subject, names), usages(usages))
                .orElse("-");

        assertThat(found).contains(problem);
        assertThat(found.equals("-")).isEqualTo(problem.equals("-"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Who asks | groups | signer | alternative names | usages | what one of must be allowed
                "system:bootstrap:abcdef | system:bootstrappers | kube-apiserver-client-kubelet | '' | dc | nodeclient",
                "system:node:b | system:nodes | kube-apiserver-client-kubelet | '' | dc | nodeclient",
                "system:node:a | system:nodes | kube-apiserver-client-kubelet | '' | dc | selfnodeclient nodeclient",
                "system:node:a | system:nodes | kube-apiserver-client-kubelet | '' | dcs | ''",
                "system:node:a | system:nodes | kubelet-serving | dns:a ip:127.0.0.1 | ds | selfnodeserver nodeserver",
                "system:node:a | system:nodes | kubelet-serving | ip:127.0.0.1 | dks | selfnodeserver nodeserver",
                // In the name of another, or of no node.
                "system:node:b | system:nodes | kubelet-serving | dns:a | ds | nodeserver",
                "system:node:a | devs | kubelet-serving | dns:a | ds | nodeserver",
                "system:bootstrap:abcdef | system:bootstrappers | kubelet-serving | dns:a | ds | nodeserver",
                "root | system:masters | kubelet-serving | dns:a | ds | nodeserver",
                // Not what a kubelet serves with.
                "system:node:a | system:nodes | kubelet-serving | '' | ds | ''",
                "system:node:a | system:nodes | kubelet-serving | dns:a uri:x | ds | ''",
                "system:node:a | system:nodes | kubelet-serving | dns:a mail:a@b | ds | ''",
                "system:node:a | system:nodes | kubelet-serving | dns:a | dcs | ''",
                "system:node:a | system:nodes | kubelet-serving | dns:a | dc | ''",
                "system:node:a | system:nodes | kube-apiserver-client | '' | c | ''",
            })
    void onlyWhatIsAKubeletsIsApprovedByItself(
            String asking, String groups, String signer, String names, String usages, String rights) {
        List<String> found = Signers.approvals(
                        "kubernetes.io/" + signer,
                        Requests.parsed(NODE, names),
                        usages(usages),
                        User.of(asking, groups.split(" ")))
                .stream()
                .map(Signers.Approval::subresource)
                .toList();

        assertThat(String.join(" ", found)).isEqualTo(rights);
    }

    @ParameterizedTest
    @CsvSource({"O=other CN=system:node:a", "CN=system:node:a", "O=system:nodes CN=a"})
    void norAServersOfAnotherSubject(String subject) {
        assertThat(Signers.approvals(
                        Signers.KUBELET_SERVING,
                        Requests.parsed(subject.replace(' ', ','), "dns:a"),
                        usages("ds"),
                        User.of(subject.substring(subject.indexOf("CN=") + 3), User.NODES)))
                .isEmpty();
    }

    @Test
    void whatIsNoRequestIsNotRead() {
        assertThat(RequestedCertificate.parse("")).isEmpty();
        assertThat(RequestedCertificate.parse("***")).isEmpty();
        assertThat(RequestedCertificate.parse("bm9uc2Vuc2U=")).isEmpty();
    }
}
