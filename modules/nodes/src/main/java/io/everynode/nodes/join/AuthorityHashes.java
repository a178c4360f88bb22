package io.everynode.nodes.join;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/**
 * What somebody who joins knows of the cluster's authority: SHA-256 hashes of public keys (SubjectPublicKeyInfo in
 * DER), as kubeadm's {@code --discovery-token-ca-cert-hash} has them. Immutable.
 *
 * @param hashes in lower-case hexadecimal
 */
public record AuthorityHashes(Set<String> hashes) {

    private static final String KIND = "sha256:";

    public AuthorityHashes {
        hashes = Set.copyOf(hashes);
    }

    /** @throws IllegalArgumentException in one line, when one is no hash */
    public static AuthorityHashes of(Collection<String> texts) {
        Set<String> all = new TreeSet<>();
        for (String text : texts) {
            String lower = text.strip().toLowerCase(Locale.ROOT);
            if (!lower.matches(KIND + "[0-9a-f]{64}")) {
                throw new IllegalArgumentException("\"" + text + "\" is no hash such as sha256: and 64 digits");
            }
            all.add(lower.substring(KIND.length()));
        }
        return new AuthorityHashes(all);
    }

    /** As it is given to others. */
    public static String text(X509Certificate authority) {
        return KIND + hash(authority);
    }

    public boolean isEmpty() {
        return hashes.isEmpty();
    }

    /** Those whose key has one of the hashes; the others are not to be trusted, whoever stands beside them. */
    public List<X509Certificate> known(Collection<X509Certificate> authorities) {
        List<X509Certificate> known = new ArrayList<>();
        for (X509Certificate each : authorities) {
            if (hashes.contains(hash(each))) {
                known.add(each);
            }
        }
        return known;
    }

    private static String hash(X509Certificate authority) {
        try {
            byte[] key = new JcaX509CertificateHolder(authority)
                    .getSubjectPublicKeyInfo()
                    .getEncoded("DER");
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("a certificate without a key", e);
        }
    }
}
