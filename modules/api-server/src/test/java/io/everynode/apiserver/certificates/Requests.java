package io.everynode.apiserver.certificates;

import io.everynode.apiserver.pki.Keys;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Certificate requests as clients make them. */
public final class Requests {

    private Requests() {}

    /**
     * As spec.request has it.
     *
     * @param subject such as "O=system:nodes,CN=system:node:a"
     * @param names such as "dns:a" or "ip:10.0.0.1", separated by spaces; "" for none
     */
    public static String of(KeyPair keys, String subject, String names) {
        try {
            var builder = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic());
            if (!names.isEmpty()) {
                String[] all = names.split(" ");
                GeneralName[] alternatives = new GeneralName[all.length];
                for (int i = 0; i < all.length; i++) {
                    String[] parts = all[i].split(":", 2);
                    int kind = switch (parts[0]) {
                        case "dns" -> GeneralName.dNSName;
                        case "ip" -> GeneralName.iPAddress;
                        case "mail" -> GeneralName.rfc822Name;
                        default -> GeneralName.uniformResourceIdentifier;
                    };
                    alternatives[i] = new GeneralName(kind, parts[1]);
                }
                ExtensionsGenerator extensions = new ExtensionsGenerator();
                extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            StringWriter pem = new StringWriter();
            try (JcaPEMWriter writer = new JcaPEMWriter(pem)) {
                writer.writeObject(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
            }
            return Base64.getEncoder().encodeToString(pem.toString().getBytes(StandardCharsets.US_ASCII));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static RequestedCertificate parsed(String subject, String names) {
        return RequestedCertificate.parse(of(Keys.make(), subject, names)).orElseThrow();
    }
}
