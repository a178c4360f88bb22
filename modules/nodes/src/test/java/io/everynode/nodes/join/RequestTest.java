package io.everynode.nodes.join;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for, and what is made of the answer. */
class RequestTest {

    private final KeyPair keys = Certificates.keys();

    private static PKCS10CertificationRequest parsed(ObjectNode request) throws Exception {
        String pem = new String(
                Base64.getDecoder().decode(request.at("/spec/request").asText()), StandardCharsets.US_ASCII);
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            return (PKCS10CertificationRequest) parser.readObject();
        }
    }

    @Test
    void aClientAsksAsAKubeletDoes() throws Exception {
        ObjectNode request = WantedCertificate.ofClient("worker-1").request(keys);
        assertThat(request.at("/spec/signerName").asText()).isEqualTo("kubernetes.io/kube-apiserver-client-kubelet");
        assertThat(request.at("/spec/usages")).hasToString("[\"digital signature\",\"client auth\"]");
        PKCS10CertificationRequest parsed = parsed(request);
        assertThat(parsed.getSubject()).hasToString("O=system:nodes,CN=system:node:worker-1");
        assertThat(parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(keys.getPublic())))
                .isTrue();
        assertThat(parsed.getAttributes()).isEmpty();
    }

    @Test
    void anEndpointNamesItsAddresses() throws Exception {
        ObjectNode request = new WantedCertificate(
                        Purpose.ENDPOINT, "worker-1", List.of("worker-1", "10.0.0.1", "fd00::1"))
                .request(keys);
        assertThat(request.at("/spec/signerName").asText()).isEqualTo("kubernetes.io/kubelet-serving");
        assertThat(request.at("/spec/usages")).hasToString("[\"digital signature\",\"server auth\"]");
        PKCS10CertificationRequest parsed = parsed(request);
        assertThat(parsed.getSubject()).hasToString("O=system:nodes,CN=system:node:worker-1");
        assertThat(parsed.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest))
                .hasSize(1);
        GeneralNames names =
                GeneralNames.fromExtensions(parsed.getRequestedExtensions(), Extension.subjectAlternativeName);
        assertThat(names.getNames()).extracting(GeneralName::getTagNo).containsExactly(7, 7, 2);
    }

    @Test
    void whoAsksAgainWithTheSameKeyFindsTheSameRequest() {
        WantedCertificate client = WantedCertificate.ofClient("a");
        WantedCertificate endpoint = new WantedCertificate(Purpose.ENDPOINT, "a", List.of("x", "y"));
        assertThat(client.requestName(keys)).isEqualTo(client.requestName(keys)).matches("node-client-[0-9a-f]{40}");
        assertThat(client.requestName(Certificates.keys())).isNotEqualTo(client.requestName(keys));
        assertThat(WantedCertificate.ofClient("b").requestName(keys)).isNotEqualTo(client.requestName(keys));
        assertThat(new WantedCertificate(Purpose.ENDPOINT, "a", List.of("y", "x")).requestName(keys))
                .isEqualTo(endpoint.requestName(keys))
                .startsWith("node-endpoint-");
        assertThat(new WantedCertificate(Purpose.ENDPOINT, "a", List.of("x")).requestName(keys))
                .isNotEqualTo(endpoint.requestName(keys));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                      | waiting",
                "{'conditions':[]}                                                       | waiting",
                "{'conditions':[{'type':'Approved','status':'True'}]}                    | waiting",
                "{'conditions':[{'type':'Approved'}],'certificate':'own'}                | issued",
                "{'conditions':[{'type':'Approved'}],'certificate':'other'}              | the certificate request r was signed for another key",
                "{'certificate':'!!'}                                                    | the certificate of the request r cannot be read",
                "{'certificate':'aGVsbG8='}                                              | the certificate of the request r cannot be read",
                "{'conditions':[{'type':'Denied','reason':'No','message':'not you'}]}    | the certificate request r was denied: not you",
                "{'conditions':[{'type':'Denied','reason':'No'}]}                        | the certificate request r was denied: No",
                "{'conditions':[{'type':'Denied'}]}                                      | the certificate request r was denied",
                "{'conditions':[{'type':'Approved'},{'type':'Failed','message':'wrong'}]}| the certificate request r was not signed: wrong",
            })
    void whatBecameOfIt(String status, String expected) throws Exception {
        X509Certificate own = Certificates.of(keys, "CN=a", Instant.EPOCH, Instant.now());
        X509Certificate other = Certificates.of(Certificates.keys(), "CN=a", Instant.EPOCH, Instant.now());
        String json = status.replace('\'', '"')
                .replace("\"own\"", "\"" + encoded(own) + "\"")
                .replace("\"other\"", "\"" + encoded(other) + "\"");
        ObjectNode request = Json.object();
        request.putObject("metadata").put("name", "r");
        request.set("status", Json.mapper().readTree(json));

        RequestState state = RequestState.of(request, keys.getPublic());
        String told = state instanceof RequestState.Refused refused
                ? refused.why()
                : state instanceof RequestState.Issued issued && issued.chain().equals(List.of(own))
                        ? "issued"
                        : state instanceof RequestState.Waiting ? "waiting" : "else";
        assertThat(told).isEqualTo(expected);
    }

    private static String encoded(X509Certificate certificate) {
        return Base64.getEncoder().encodeToString(Pem.text(List.of(certificate)).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aKeyIsReadAsItWasWritten() throws Exception {
        KeyPair read = Pem.keys(Pem.text(keys));
        assertThat(read.getPublic()).isEqualTo(keys.getPublic());
        assertThat(read.getPrivate()).isEqualTo(keys.getPrivate());
    }
}
