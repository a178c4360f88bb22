package io.everynode.apiserver.authentication;

import io.everynode.core.authorization.User;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * Client certificates: signed by one of the authorities, valid now, made for clients. The common name is the user, the
 * organizations are the groups (apiserver/pkg/authentication/request/x509/x509.go).
 */
public final class ClientCertificates {

    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    private ClientCertificates() {}

    /**
     * @param chain the client's own first; that the client has its key is known
     * @param authorities of which one must have signed the last of the chain
     * @return whether it was revoked is left to the credential that is known
     */
    public static Finding check(List<X509Certificate> chain, List<X509Certificate> authorities, Instant now) {
        if (chain.isEmpty()) {
            return Finding.NOTHING;
        }
        X509Certificate own = chain.get(0);
        try {
            if (own.getExtendedKeyUsage() == null || !own.getExtendedKeyUsage().contains(CLIENT)) {
                return new Finding.Wrong("the certificate is not for clients");
            }
            Set<TrustAnchor> anchors = new HashSet<>();
            authorities.forEach(each -> anchors.add(new TrustAnchor(each, null)));
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
        } catch (GeneralSecurityException e) {
            return new Finding.Wrong("the certificate is not valid or not of an authority that counts");
        }
        return named(chain);
    }

    private static Finding named(List<X509Certificate> chain) {
        X509Certificate certificate = chain.get(0);
        String user = "";
        List<String> groups = new ArrayList<>();
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        for (RDN part : subject.getRDNs()) {
            for (AttributeTypeAndValue each : part.getTypesAndValues()) {
                boolean name = each.getType().equals(BCStyle.CN);
                if (!name && !each.getType().equals(BCStyle.O)) {
                    continue;
                }
                if (!(each.getValue() instanceof ASN1String text)) {
                    return new Finding.Wrong("the certificate's names are no texts");
                }
                if (name) {
                    user = text.getString();
                } else {
                    groups.add(text.getString());
                }
            }
        }
        if (user.isEmpty()) {
            return new Finding.Wrong("the certificate names nobody");
        }
        User known = new User(
                user,
                "",
                groups,
                Map.of("authentication.kubernetes.io/credential-id", List.of("X509SHA256=" + digest(certificate))));
        RevokedCertificates.Marks marks = RevokedCertificates.Marks.of(chain, user);
        return new Finding.Known(known, new Credential(List.of(RevokedCertificates.ANY), marks::count, end(chain)));
    }

    /** With the first of them. */
    private static Instant end(List<X509Certificate> chain) {
        Instant end = Instant.MAX;
        for (X509Certificate each : chain) {
            Instant own = each.getNotAfter().toInstant();
            end = own.isBefore(end) ? own : end;
        }
        return end;
    }

    /** "" when it names nobody. */
    static String user(X509Certificate certificate) {
        return subject(certificate).map(User::name).orElse("");
    }

    /** Whose a certificate is, whoever signed it for whatever; empty when it names nobody. */
    public static Optional<User> subject(X509Certificate certificate) {
        return named(List.of(certificate)) instanceof Finding.Known known
                ? Optional.of(known.user())
                : Optional.empty();
    }

    private static String digest(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
