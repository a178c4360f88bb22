package io.everynode.nodes.http;

import io.everynode.nodes.http.ClusterAccess.Broken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Makes of a kubeconfig's PEM texts what TLS needs. */
final class TlsMaterial {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:[A-Z]+ )*)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END", Pattern.DOTALL);
    private static final char[] NO_PASSWORD = {};

    private TlsMaterial() {}

    /**
     * @param authorities certificates, any of which may have signed the server's; null for those the JVM trusts
     * @param certificate the client's, with its chain; null for none
     * @param key of the certificate
     * @return null when there is nothing besides the JVM's defaults
     */
    static SSLContext context(byte[] authorities, byte[] certificate, byte[] key) throws Broken {
        if (authorities == null && certificate == null && key == null) {
            return null;
        }
        if ((certificate == null) != (key == null)) {
            throw new Broken("client-certificate and client-key go together");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    certificate == null ? null : own(certificate, key),
                    authorities == null ? null : trusted(certificates(authorities, "certificate-authority")),
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            // Without the cause's message: it may quote what it could not read.
            throw new Broken("its certificates cannot be used (" + e.getClass().getSimpleName() + ")");
        }
    }

    static TrustManager[] trusted(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int number = 0;
        for (X509Certificate each : authorities) {
            store.setCertificateEntry("authority-" + number++, each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] own(byte[] certificate, byte[] key)
            throws GeneralSecurityException, IOException, Broken {
        KeyStore store = empty();
        Certificate[] chain = certificates(certificate, "client-certificate").toArray(Certificate[]::new);
        store.setKeyEntry("client", privateKey(key), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    /** @return at least one */
    static List<X509Certificate> certificates(byte[] pem, String field) throws GeneralSecurityException, Broken {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate each :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
            certificates.add((X509Certificate) each);
        }
        if (certificates.isEmpty()) {
            throw new Broken(field + " holds no certificate");
        }
        return certificates;
    }

    private static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException, Broken {
        Matcher found = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!found.find()) {
            throw new Broken("client-key holds no private key");
        }
        byte[] der = Base64.getMimeDecoder().decode(found.group(2));
        String form = found.group(1).strip();
        if (form.equals("RSA")) {
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(wrapped(der)));
        }
        if (!form.isEmpty()) {
            throw new Broken("client-key is a \"" + form + " PRIVATE KEY\"; turn it into PKCS #8 (openssl pkcs8 -topk8"
                    + " -nocrypt)");
        }
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // The form does not say which one it is of; the next may fit.
                continue;
            }
        }
        throw new Broken("client-key is of an unknown kind");
    }

    /** PKCS #1 in PKCS #8: SEQUENCE { 0, { rsaEncryption, NULL }, OCTET STRING { key } }. */
    private static byte[] wrapped(byte[] key) {
        byte[] algorithm = {
            2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
        };
        return element(0x30, joined(algorithm, element(4, key)));
    }

    /** With a length of two bytes, as Java accepts no longer form than needed and no usable key is shorter than 256. */
    private static byte[] element(int tag, byte[] content) {
        byte[] head = {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
        return joined(head, content);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
