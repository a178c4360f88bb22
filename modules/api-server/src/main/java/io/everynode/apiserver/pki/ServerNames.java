package io.everynode.apiserver.pki;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The names and addresses that a certificate is for. Immutable. */
final class ServerNames {

    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private final Set<String> names = new HashSet<>();

    ServerNames(X509Certificate certificate) throws PkiException {
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                if (each.get(0).equals(DNS) || each.get(0).equals(ADDRESS)) {
                    names.add(normal((String) each.get(1)));
                }
            }
        } catch (CertificateParsingException e) {
            throw new PkiException("a certificate's names cannot be read", e);
        }
    }

    boolean covers(Collection<String> wanted) {
        return wanted.stream().map(ServerNames::normal).allMatch(names::contains);
    }

    /** Addresses have many texts; they are not looked up. */
    private static String normal(String name) {
        if (!CertificateAuthority.isAddress(name)) {
            return name.toLowerCase(Locale.ROOT);
        }
        try {
            return InetAddress.getByName(name).getHostAddress();
        } catch (UnknownHostException e) {
            return name;
        }
    }
}
