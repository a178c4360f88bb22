package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Optional;

/**
 * Signs JSON web tokens with ES256 (RFC 7515, RFC 7518) and knows its own again. The key is made with this object, is
 * kept in memory alone and never shown. Thread-safe.
 */
final class TokenKey {

    /** r and s side by side, as JWTs have them. */
    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

    /** Longer texts are no tokens of ours. */
    private static final int LONGEST = 16 * 1024;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final KeyPair key;
    private final String header;

    TokenKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            key = generator.generateKeyPair();
            String id = ENCODER.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(key.getPublic().getEncoded()));
            header = encoded(Json.object().put("alg", "ES256").put("kid", id));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has P-256", e);
        }
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

    private static String encoded(ObjectNode part) {
        return ENCODER.encodeToString(Json.encode(part));
    }
}
