package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.util.Base64;
import java.util.Optional;

/**
 * Signs JSON web tokens with ES256 (RFC 7515, RFC 7518) and knows its own again. The private key is never shown.
 * Thread-safe.
 */
final class TokenKey {

    /** r and s side by side, as JWTs have them. */
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

    /** Longer texts are no tokens of ours. */
    private static final int LONGEST = 16 * 1024;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair key;
    private final String id;
    private final String header;

    /** @param key on P-256; without its private half it cannot sign */
    TokenKey(KeyPair key) {
        this.key = key;
        try {
            id = ENCODER.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(key.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        header = encoded(Json.object().put("alg", "ES256").put("kid", id));
    }

    String sign(ObjectNode claims) {
        String signed = header + "." + encoded(claims);
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + ENCODER.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with a key of this JVM", e);
        }
    }

    /** The claims of a token that this key has signed; empty for any other text. */
    Optional<JsonNode> verified(String token) {
        int end = token.lastIndexOf('.');
        // The header is ours to the letter, or the token is not: nothing in it is up to its bearer.
        if (token.length() > LONGEST || !token.startsWith(header + ".") || end <= header.length()) {
            return Optional.empty();
        }
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key.getPublic());
            signature.update(token.substring(0, end).getBytes(StandardCharsets.ISO_8859_1));
            if (!signature.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)))) {
                return Optional.empty();
            }
            return Optional.of(Json.parse(Base64.getUrlDecoder().decode(token.substring(header.length() + 1, end))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The public key (RFC 7517). */
    ObjectNode jwk() {
        ECPoint point = ((ECPublicKey) key.getPublic()).getW();
        return Json.object()
                .put("use", "sig")
                .put("kty", "EC")
                .put("kid", id)
                .put("crv", "P-256")
                .put("alg", "ES256")
                .put("x", coordinate(point.getAffineX()))
                .put("y", coordinate(point.getAffineY()));
    }

    /** Always 32 bytes. */
    private static String coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] full = new byte[32];
        int length = Math.min(bytes.length, full.length);
        System.arraycopy(bytes, bytes.length - length, full, full.length - length, length);
        return ENCODER.encodeToString(full);
    }

    private static String encoded(ObjectNode part) {
        return ENCODER.encodeToString(Json.encode(part));
    }
}
