package io.everynode.apiserver.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * What a certificate request (PKCS #10) asks for. Immutable.
 *
 * @param user the common name; "" for none
 * @param groups the organizations
 * @param further whether the subject says anything else
 * @param names subject alternative names; null for none
 */
public record RequestedCertificate(
        PublicKey key, String user, List<String> groups, boolean further, GeneralNames names) {

    public RequestedCertificate {
        groups = List.copyOf(groups);
    }

    /** @param base64 of PEM; whose own signature was looked at when the request was stored */
    public static Optional<RequestedCertificate> parse(String base64) {
        try {
            String pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
            try (PEMParser parser = new PEMParser(new StringReader(pem))) {
                return parser.readObject() instanceof PKCS10CertificationRequest request
                        ? Optional.of(of(request))
                        : Optional.empty();
            }
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static RequestedCertificate of(PKCS10CertificationRequest request) throws GeneralSecurityException {
        String user = "";
        List<String> groups = new ArrayList<>();
        boolean further = false;
        X500Name subject = request.getSubject();
        for (RDN part : subject.getRDNs()) {
            for (AttributeTypeAndValue each : part.getTypesAndValues()) {
                if (!(each.getValue() instanceof ASN1String text)) {
                    throw new IllegalArgumentException("a name that is no text");
                }
                if (each.getType().equals(BCStyle.CN)) {
                    user = text.getString();
                } else if (each.getType().equals(BCStyle.O)) {
                    groups.add(text.getString());
                } else {
                    further = true;
                }
            }
        }
        Extensions extensions = request.getRequestedExtensions();
        GeneralNames names =
                extensions == null ? null : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        return new RequestedCertificate(
                new JcaPKCS10CertificationRequest(request).getPublicKey(), user, groups, further, names);
    }

    /** How many alternative names of a kind there are. @param kind as {@link GeneralName} numbers them */
    int count(int kind) {
        int count = 0;
        for (GeneralName name : names == null ? new GeneralName[0] : names.getNames()) {
            count += name.getTagNo() == kind ? 1 : 0;
        }
        return count;
    }

    /** How many alternative names there are. */
    int allNames() {
        return names == null ? 0 : names.getNames().length;
    }
}
