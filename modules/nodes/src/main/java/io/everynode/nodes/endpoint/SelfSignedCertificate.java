package io.everynode.nodes.endpoint;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * A key and a certificate (X.509 v3, RFC 5280) that nobody else has signed, made anew at each start and never written
 * anywhere, as a kubelet has one when it is given none.
 */
final class SelfSignedCertificate {

    private static final Duration VALID = Duration.ofDays(3650);
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0c;
    private static final int TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final byte[] ECDSA_WITH_SHA256 = {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2};
    private static final byte[] COMMON_NAME = {6, 3, 0x55, 4, 3};
    private static final byte[] SUBJECT_ALT_NAME = {6, 3, 0x55, 0x1d, 0x11};

    private SelfSignedCertificate() {}

    /**
     * For a server.
     *
     * @param names addresses and host names, the first also as common name
     * @param callers judge certificates of clients; null where they have none
     */
    static SSLContext context(List<String> names, TrustManager[] callers) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            Certificate certificate = CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(signed(keys, names)));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] none = new char[0];
            store.setKeyEntry("endpoint", keys.getPrivate(), none, new Certificate[] {certificate});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, none);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), callers, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java runtime cannot make a certificate", e);
        }
    }

    private static byte[] signed(KeyPair keys, List<String> names) throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        byte[] serial = new byte[9];
        new SecureRandom().nextBytes(serial);
        serial[0] = 1;
        byte[] algorithm = element(SEQUENCE, ECDSA_WITH_SHA256);
        byte[] name = element(
                SEQUENCE,
                element(
                        SET,
                        element(
                                SEQUENCE,
                                COMMON_NAME,
                                element(UTF8_STRING, names.get(0).getBytes(StandardCharsets.UTF_8)))));
        byte[] content = element(
                SEQUENCE,
                element(0xa0, element(INTEGER, new byte[] {2})),
                element(INTEGER, serial),
                algorithm,
                name,
                element(SEQUENCE, time(now.minusSeconds(3600)), time(now.plus(VALID))),
                name,
                keys.getPublic().getEncoded(),
                element(0xa3, element(SEQUENCE, alternativeNames(names))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(content);
        return element(SEQUENCE, content, algorithm, element(BIT_STRING, new byte[1], signature.sign()));
    }

    private static byte[] alternativeNames(List<String> names) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : names) {
            boolean address = name.matches("[0-9.]+") || name.contains(":");
            // An address is not looked up.
            all.write(
                    address
                            ? element(IP_ADDRESS, InetAddress.getByName(name).getAddress())
                            : element(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII)));
        }
        return element(SEQUENCE, SUBJECT_ALT_NAME, element(OCTET_STRING, element(SEQUENCE, all.toByteArray())));
    }

    private static byte[] time(Instant time) {
        return element(TIME, UTC_TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    /** A tag, the length of the parts together, and the parts (X.690, DER). */
    private static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length & 0xff);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
