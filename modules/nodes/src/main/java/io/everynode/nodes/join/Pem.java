package io.everynode.nodes.join;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Keys and certificates as texts (RFC 7468). Pure. */
final class Pem {

    private Pem() {}

    static String text(String type, byte[] bytes) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, bytes));
        } catch (IOException e) {
            throw new IllegalStateException("a text takes everything", e);
        }
        return text.toString();
    }

    static String text(List<X509Certificate> certificates) {
        StringBuilder all = new StringBuilder();
        for (X509Certificate each : certificates) {
            try {
                all.append(text("CERTIFICATE", each.getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("a certificate without bytes", e);
            }
        }
        return all.toString();
    }

    static String text(PrivateKey key) {
        return text("PRIVATE KEY", key.getEncoded());
    }

    /** Both halves: the private one alone does not tell the other. */
    static String text(KeyPair keys) {
        return text(keys.getPrivate()) + text("PUBLIC KEY", keys.getPublic().getEncoded());
    }

    /**
     * @return at least one
     * @throws GeneralSecurityException without what could not be read
     */
    static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        for (Certificate each : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))) {
            found.add((X509Certificate) each);
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in PEM");
        }
        return found;
    }

    /** Of what {@link #text(KeyPair)} wrote. @throws IOException without what could not be read */
    static KeyPair keys(String text) throws IOException {
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        PrivateKey own = null;
        PublicKey shown = null;
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                if (next instanceof PrivateKeyInfo key) {
                    own = converter.getPrivateKey(key);
                } else if (next instanceof SubjectPublicKeyInfo key) {
                    shown = converter.getPublicKey(key);
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException("broken keys");
        }
        if (own == null || shown == null) {
            throw new IOException("half of a key");
        }
        return new KeyPair(shown, own);
    }
}
