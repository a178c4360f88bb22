package io.everynode.apiserver.pki;

import io.everynode.apiserver.certificates.RequestedCertificate;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs certificates of servers and clients (RFC 5280). Knows no clock and no chance: times and serial numbers are
 * given. Thread-safe.
 */
public final class CertificateAuthority {

    /** So much earlier than now a certificate begins: clocks differ. */
    static final Duration EARLIER = Duration.ofMinutes(5);

    /**
     * The extended key usage of members' certificates: below 2.25, where everybody may take the number of a UUID (ITU-T
     * X.667). Nobody gets it by a certificate request, whose usages are known ones.
     */
    static final String MEMBER_PURPOSE = "2.25.147690652607585879812851140824481483793";

    private final KeyedCertificate own;

    public CertificateAuthority(KeyedCertificate own) {
        this.own = own;
    }

    public X509Certificate certificate() {
        return own.certificate();
    }

    /** A new one, that signs itself. */
    static KeyedCertificate found(String name, KeyPair keys, BigInteger serial, Instant now, Duration valid) {
        X500Name subject =
                new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                subject, serial, Date.from(now.minus(EARLIER)), Date.from(now.plus(valid)), subject, keys.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
        } catch (CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException("certificates cannot be made", e);
        }
        return new KeyedCertificate(keys.getPrivate(), List.of(signed(builder, keys.getPrivate())));
    }

    /**
     * The same key by another name, which signs what serves on nodes: a node may have any names and addresses in its
     * certificate, so who trusts this authority to know the API's servers by must not trust that one. It lasts as long
     * as this one, and its name follows from the key: all that have the key sign for each other.
     */
    CertificateAuthority ofNodes() {
        X509Certificate above = own.certificate();
        Instant begin = above.getNotBefore().toInstant().plus(EARLIER);
        return new CertificateAuthority(found(
                nodesName(above.getPublicKey()),
                new KeyPair(above.getPublicKey(), own.key()),
                new BigInteger(1, digest(above.getPublicKey())).shiftRight(129),
                begin,
                Duration.between(begin, above.getNotAfter().toInstant())));
    }

    /** Who signs what serves on nodes, by an authority's key. */
    static TrustAnchor nodesAnchor(X509Certificate authority) {
        PublicKey key = authority.getPublicKey();
        return new TrustAnchor(new X500Principal("CN=" + nodesName(key)), key, null);
    }

    private static String nodesName(PublicKey key) {
        return "everynode-nodes-" + HexFormat.of().formatHex(digest(key), 0, 8);
    }

    private static byte[] digest(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * For a server.
     *
     * @param names addresses and host names; the first is its common name, too
     */
    X509Certificate server(PublicKey key, List<String> names, BigInteger serial, Instant now, Duration valid) {
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, "everynode-apiserver")
                .build();
        GeneralName[] all = names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return leaf(
                subject,
                key,
                List.of(KeyPurposeId.id_kp_serverAuth),
                new GeneralNames(all),
                serial,
                now,
                valid,
                Instant.MIN);
    }

    /**
     * For a client.
     *
     * @param user its common name
     * @param groups its organizations
     */
    public X509Certificate client(
            PublicKey key, String user, List<String> groups, BigInteger serial, Instant now, Duration valid) {
        X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
        // As they are: given as texts, those that begin with # would be read as something else.
        groups.forEach(group -> subject.addRDN(BCStyle.O, new DERUTF8String(group)));
        subject.addRDN(BCStyle.CN, new DERUTF8String(user));
        return leaf(
                subject.build(), key, List.of(KeyPurposeId.id_kp_clientAuth), null, serial, now, valid, Instant.MIN);
    }

    /** For a member of the cluster, towards other members. */
    X509Certificate member(PublicKey key, BigInteger serial, Instant now, Duration valid) {
        X500Name subject = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, "everynode-member")
                .build();
        List<KeyPurposeId> purposes = List.of(
                KeyPurposeId.id_kp_serverAuth,
                KeyPurposeId.id_kp_clientAuth,
                KeyPurposeId.getInstance(new ASN1ObjectIdentifier(MEMBER_PURPOSE)));
        return leaf(subject, key, purposes, null, serial, now, valid, Instant.MIN);
    }

    /**
     * With the request's user, groups and names, and of the usages those for clients and servers.
     *
     * @param notBefore it does not begin earlier
     */
    X509Certificate requested(
            RequestedCertificate request,
            List<String> usages,
            BigInteger serial,
            Instant now,
            Duration valid,
            Instant notBefore) {
        X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
        request.groups().forEach(group -> subject.addRDN(BCStyle.O, new DERUTF8String(group)));
        subject.addRDN(BCStyle.CN, new DERUTF8String(request.user()));
        List<KeyPurposeId> purposes = new ArrayList<>();
        if (usages.contains("client auth")) {
            purposes.add(KeyPurposeId.id_kp_clientAuth);
        }
        if (usages.contains("server auth")) {
            purposes.add(KeyPurposeId.id_kp_serverAuth);
        }
        return leaf(subject.build(), request.key(), purposes, request.names(), serial, now, valid, notBefore);
    }

    private X509Certificate leaf(
            X500Name subject,
            PublicKey key,
            List<KeyPurposeId> purposes,
            GeneralNames names,
            BigInteger serial,
            Instant now,
            Duration valid,
            Instant notBefore) {
        Instant usual = now.minus(EARLIER);
        Instant end = now.plus(valid);
        Instant last = own.certificate().getNotAfter().toInstant();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                X500Name.getInstance(own.certificate().getSubjectX500Principal().getEncoded()),
                serial,
                Date.from(notBefore.isAfter(usual) ? notBefore : usual),
                // None outlives who signed it.
                Date.from(end.isAfter(last) ? last : end),
                subject,
                key);
        try {
            int usage = KeyUsage.digitalSignature | (key.getAlgorithm().equals("RSA") ? KeyUsage.keyEncipherment : 0);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(own.certificate()));
            if (names != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, names);
            }
        } catch (CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException("certificates cannot be made", e);
        }
        return signed(builder, own.key());
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(key)));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this key signs no certificates: " + key.getAlgorithm(), e);
        }
    }

    static boolean isAddress(String name) {
        return name.matches("[0-9.]+") || name.contains(":");
    }
}
