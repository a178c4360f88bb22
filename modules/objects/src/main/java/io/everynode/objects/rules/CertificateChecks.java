package io.everynode.objects.rules;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether bytes are a certificate request (PKCS #10, RFC 2986) or certificates, as upstream checks them. Pure. */
final class CertificateChecks {

    /** Algorithms of keys, by their object identifier. */
    private static final Map<String, String> KEYS = Map.of(
            "1.2.840.113549.1.1.1", "RSA",
            "1.2.840.10045.2.1", "EC",
            "1.3.101.112", "Ed25519");

    /** Algorithms of signatures that Go's x509 verifies without parameters; those with SHA-1 it refuses by now. */
    private static final Map<String, String> SIGNATURES = Map.of(
            "1.2.840.113549.1.1.11", "SHA256withRSA",
            "1.2.840.113549.1.1.12", "SHA384withRSA",
            "1.2.840.113549.1.1.13", "SHA512withRSA",
            "1.2.840.10045.4.3.2", "SHA256withECDSA",
            "1.2.840.10045.4.3.3", "SHA384withECDSA",
            "1.2.840.10045.4.3.4", "SHA512withECDSA",
            "1.3.101.112", "Ed25519");

    private CertificateChecks() {}

    /** What is wrong with the PEM, in base64, of a request, its own signature included. */
    static Optional<String> request(String base64) {
        List<Pem> blocks = Pem.blocks(decoded(base64));
        if (blocks.isEmpty() || !blocks.get(0).type().equals("CERTIFICATE REQUEST")) {
            return Optional.of("PEM block type must be CERTIFICATE REQUEST");
        }
        try {
            Der request = Der.of(blocks.get(0).bytes()).require(Der.SEQUENCE);
            Der info = request.child(0).require(Der.SEQUENCE);
            String algorithm = request.child(1).require(Der.SEQUENCE).child(0).objectId();
            byte[] bits = request.child(2).require(Der.BIT_STRING).value();
            if (bits.length < 1 || bits[0] != 0) {
                return Optional.of("asn1: structure error: the signature is no whole number of bytes");
            }
            byte[] signature = Arrays.copyOfRange(bits, 1, bits.length);
            PublicKey key = key(info.child(2).require(Der.SEQUENCE));
            return verified(algorithm, key, info.encoded(), signature)
                    ? Optional.empty()
                    : Optional.of("x509: the signature of the request does not fit its key");
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** What is no base64 holds nothing. */
    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static PublicKey key(Der info) {
        String algorithm = KEYS.get(info.child(0).require(Der.SEQUENCE).child(0).objectId());
        if (algorithm == null) {
            throw new IllegalArgumentException("x509: unsupported public key algorithm");
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(info.encoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("x509: failed to parse the public key", e);
        }
    }

    private static boolean verified(String algorithm, PublicKey key, byte[] signed, byte[] signature) {
        String name = SIGNATURES.get(algorithm);
        if (name == null) {
            throw new IllegalArgumentException("x509: cannot verify signature: algorithm unimplemented");
        }
        try {
            Signature verifier = Signature.getInstance(name);
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** What is wrong with the PEM, in base64, of issued certificates; nothing is, when there are none yet. */
    static Optional<String> certificates(String base64) {
        if (base64.isEmpty()) {
            return Optional.empty();
        }
        List<Pem> blocks = Pem.blocks(decoded(base64));
        if (blocks.isEmpty()) {
            return Optional.of("must contain at least one CERTIFICATE PEM block");
        }
        for (Pem block : blocks) {
            if (!block.type().equals("CERTIFICATE")) {
                return Optional.of("only CERTIFICATE PEM blocks are allowed, found \"" + block.type() + "\"");
            }
            if (block.headers()) {
                return Optional.of("no PEM block headers are permitted");
            }
            try {
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(block.bytes()));
            } catch (CertificateException e) {
                return Optional.of("x509: malformed certificate");
            }
        }
        return Optional.empty();
    }
}
