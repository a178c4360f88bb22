package io.everynode.apiserver.authentication;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;

/** A Secret of kube-system that stands for a token. Immutable. */
final class TokenSecret {

    private final ObjectNode secret;

    TokenSecret(ObjectNode secret) {
        this.secret = secret;
    }

    boolean isOf(String type) {
        return Json.text(secret, "type").equals(type);
    }

    boolean isBeingDeleted() {
        return !Json.text(secret, "metadata", "deletionTimestamp").isEmpty();
    }

    /** "" when it is not there or no text. */
    String text(String key) {
        return new String(bytes(key), StandardCharsets.UTF_8);
    }

    byte[] bytes(String key) {
        try {
            return Base64.getDecoder().decode(Json.text(secret, "data", key));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    /** Without an end it never does; an end that cannot be read is over. */
    boolean hasEnded(Instant now) {
        return !now.isBefore(end());
    }

    /** {@link Instant#MAX} for never. */
    Instant end() {
        String end = text("expiration");
        if (end.isEmpty()) {
            return Instant.MAX;
        }
        try {
            return OffsetDateTime.parse(end).toInstant();
        } catch (DateTimeException e) {
            return Instant.MIN;
        }
    }

    /** Takes as long for every other text of the same length. */
    static boolean same(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }
}
