package io.everynode.nodes.join;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A certificate that a node asks for, as a kubelet asks (pkg/kubelet/certificate/kubelet.go, bootstrap/bootstrap.go).
 * Immutable.
 *
 * @param names addresses and host names, for an endpoint
 */
record WantedCertificate(Purpose purpose, String node, List<String> names) {

    /** Of all nodes. */
    static final String GROUP = "system:nodes";

    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int DIGITS = 40;

    WantedCertificate {
        // In one order: the same wish has the same name.
        names = List.copyOf(new TreeSet<>(names));
    }

    static WantedCertificate ofClient(String node) {
        return new WantedCertificate(Purpose.CLIENT, node, List.of());
    }

    static String user(String node) {
        return "system:node:" + node;
    }

    /**
     * Of the CertificateSigningRequest. It follows from what is wanted and the key, so that who asks again with the
     * same key finds what was asked for before.
     */
    String requestName(KeyPair keys) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((purpose.signer() + "\n" + node + "\n" + String.join("\n", names) + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            byte[] hash = digest.digest(keys.getPublic().getEncoded());
            return "node-" + purpose + "-" + HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The CertificateSigningRequest. @param keys P-256 */
    ObjectNode request(KeyPair keys) {
        ObjectNode request =
                Json.object().put("apiVersion", "certificates.k8s.io/v1").put("kind", "CertificateSigningRequest");
        request.putObject("metadata").put("name", requestName(keys));
        ObjectNode spec = request.putObject("spec").put("signerName", purpose.signer());
        spec.put("request", Base64.getEncoder().encodeToString(pem(keys).getBytes(StandardCharsets.US_ASCII)));
        // An EC key enciphers no other keys.
        spec.putArray("usages").add("digital signature").add(purpose.usage());
        return request;
    }

    private String pem(KeyPair keys) {
        // As texts they are: parsed, a name that begins with # would be read as something else.
        var subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, new DERUTF8String(GROUP))
                .addRDN(BCStyle.CN, new DERUTF8String(user(node)))
                .build();
        var builder = new JcaPKCS10CertificationRequestBuilder(subject, keys.getPublic());
        try {
            if (!names.isEmpty()) {
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(Extension.subjectAlternativeName, false, alternatives());
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            return Pem.text(
                    "CERTIFICATE REQUEST",
                    builder.build(new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate()))
                            .getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("no request can be made", e);
        }
    }

    private GeneralNames alternatives() {
        return new GeneralNames(names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static boolean isAddress(String name) {
        return name.matches("[0-9.]+") || name.contains(":");
    }
}
