package io.everynode.nodes.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CN=kube-apiserver-kubelet-client, O=system:masters; true",
                "O=system:masters, CN=admin; true",
                "CN=kube-apiserver-kubelet-client, O=kubeadm:cluster-admins; true",
                "CN=system:node:worker-1, O=system:nodes; false",
                "CN=\"x, O=system:masters\"; false",
                "OU=system:masters, CN=tom; false"
            })
    void apiServersAndMastersMayCall(String subject, boolean allowed) {
        assertThat(Callers.mayCall(new X500Principal(subject))).isEqualTo(allowed);
    }
}
