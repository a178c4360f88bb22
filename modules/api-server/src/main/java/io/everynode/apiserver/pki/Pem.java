package io.everynode.apiserver.pki;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Keys and certificates as texts (RFC 7468, and the older forms of keys). */
public final class Pem {

    private Pem() {}

    /** @return at least one */
    public static List<X509Certificate> certificates(String text) throws PkiException {
        List<X509Certificate> found = new ArrayList<>();
        for (Object each : objects(text)) {
            if (each instanceof X509CertificateHolder holder) {
                try {
                    found.add(new JcaX509CertificateConverter().getCertificate(holder));
                } catch (GeneralSecurityException e) {
                    throw new PkiException("a certificate cannot be read", e);
                }
            }
        }
        if (found.isEmpty()) {
            throw new PkiException("no certificate in PEM");
        }
        return found;
    }

    /** The first key, not encrypted. Its public half comes with it where the form or the kind of key tells it. */
    public static PrivateKey privateKey(String text) throws PkiException {
        for (Object each : objects(text)) {
            PrivateKeyInfo info = each instanceof PEMKeyPair pair
                    ? pair.getPrivateKeyInfo()
                    : each instanceof PrivateKeyInfo plain ? plain : null;
            if (info != null) {
                try {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                } catch (IOException e) {
                    // Without the cause's message: it may quote what it could not read.
                    throw new PkiException("a private key of a kind that this Java does not know");
                }
            }
        }
        throw new PkiException("no private key in PEM, or an encrypted one");
    }

    /**
     * The public keys in the order of the text, each with its private key where that comes right before it; null where
     * it does not.
     */
    static List<KeyPair> keyPairs(String text) throws PkiException {
        List<KeyPair> found = new ArrayList<>();
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        PrivateKey before = null;
        for (Object each : objects(text)) {
            try {
                if (each instanceof PrivateKeyInfo plain) {
                    before = converter.getPrivateKey(plain);
                } else if (each instanceof PEMKeyPair pair) {
                    before = converter.getPrivateKey(pair.getPrivateKeyInfo());
                } else if (each instanceof SubjectPublicKeyInfo info) {
                    PublicKey own = converter.getPublicKey(info);
                    found.add(new KeyPair(own, before != null && Keys.fit(before, own) ? before : null));
                    before = null;
                }
            } catch (IOException e) {
                // Without the cause's message: it may quote what it could not read.
                throw new PkiException("a key of a kind that this Java does not know");
            }
        }
        return found;
    }

    private static List<Object> objects(String text) throws PkiException {
        List<Object> all = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
                all.add(next);
            }
        } catch (IOException | RuntimeException e) {
            throw new PkiException("broken PEM");
        }
        return all;
    }

    public static String of(List<X509Certificate> certificates) {
        StringBuilder all = new StringBuilder();
        for (X509Certificate each : certificates) {
            try {
                all.append(written("CERTIFICATE", each.getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("a certificate without bytes", e);
            }
        }
        return all.toString();
    }

    public static String of(PrivateKey key) {
        return written("PRIVATE KEY", key.getEncoded());
    }

    public static String of(PublicKey key) {
        return written("PUBLIC KEY", key.getEncoded());
    }

    private static String written(String type, byte[] bytes) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, bytes));
        } catch (IOException e) {
            throw new IllegalStateException("a text takes everything", e);
        }
        return text.toString();
    }
}
