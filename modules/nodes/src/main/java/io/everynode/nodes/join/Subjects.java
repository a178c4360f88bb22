package io.everynode.nodes.join;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/** Of whom a certificate is. Pure. */
final class Subjects {

    private Subjects() {}

    /** "" without one. */
    static String commonName(X509Certificate certificate) {
        return texts(certificate, BCStyle.CN).stream().findFirst().orElse("");
    }

    static List<String> organizations(X509Certificate certificate) {
        return texts(certificate, BCStyle.O);
    }

    private static List<String> texts(X509Certificate certificate, ASN1ObjectIdentifier type) {
        List<String> texts = new ArrayList<>();
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        for (RDN part : subject.getRDNs()) {
            for (AttributeTypeAndValue each : part.getTypesAndValues()) {
                if (each.getType().equals(type) && each.getValue() instanceof ASN1String text) {
                    texts.add(text.getString());
                }
            }
        }
        return texts;
    }

    /** Addresses and host names. */
    static List<String> alternativeNames(X509Certificate certificate) {
        try {
            List<String> names = new ArrayList<>();
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                if (each.get(1) instanceof String name) {
                    names.add(name);
                }
            }
            return names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
