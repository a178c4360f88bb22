package io.everynode.apiserver.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A key and its certificate, with those above it if there are any, the own one first. Immutable. Its text has no key.
 */
public record KeyedCertificate(PrivateKey key, List<X509Certificate> chain) {

    public KeyedCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a key without a certificate");
        }
    }

    public X509Certificate certificate() {
        return chain.get(0);
    }

    @Override
    public String toString() {
        return "certificate of " + certificate().getSubjectX500Principal();
    }
}
