package io.everynode.apiserver.authentication;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.authorization.User;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens of users: {@code evn.ID.SECRET}, each a Secret {@code user-token-ID} of kube-system that holds user, groups,
 * an end, and of the token's secret part only a salted hash. That part is 256 random bits, so that one round of SHA-256
 * is as good as many. An object of the API and no file, so that one that is deleted stops working on all members at
 * once.
 */
public final class UserTokens {

    public static final String TYPE = "everynode.io/user-token";
    public static final String NAME_PREFIX = "user-token-";

    /** Bytes of the secret part. */
    public static final int SECRET_BYTES = 32;

    private static final Pattern TOKEN = Pattern.compile("evn\\.([a-z0-9]{10})\\.([A-Za-z0-9_-]{43})");

    private UserTokens() {}

    /** @param secrets those of kube-system, by name */
    public static Finding check(String token, Function<String, Optional<ObjectNode>> secrets, Instant now) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return Finding.NOTHING;
        }
        String id = parts.group(1);
        Optional<TokenSecret> found = secrets.apply(NAME_PREFIX + id).map(TokenSecret::new);
        if (found.isEmpty()) {
            return new Finding.Wrong("there is no token " + id);
        }
        TokenSecret secret = found.get();
        byte[] hash = hash(secret.bytes("salt"), parts.group(2));
        if (!secret.isOf(TYPE) || secret.isBeingDeleted() || !TokenSecret.same(secret.bytes("hash"), hash)) {
            return new Finding.Wrong("the token " + id + " is another one");
        }
        if (secret.hasEnded(now)) {
            return new Finding.Wrong("the token " + id + " has expired");
        }
        String user = secret.text("user");
        if (user.isEmpty()) {
            return new Finding.Wrong("the token " + id + " names nobody");
        }
        List<String> groups = secret.text("groups").lines().toList();
        return new Finding.Known(
                new User(
                        user, "", groups, Map.of("authentication.kubernetes.io/credential-id", List.of("TOKEN=" + id))),
                Credential.until(secret.end()));
    }

    /**
     * The token.
     *
     * @param id ten lower-case letters and digits
     * @param secret random, {@link #SECRET_BYTES} long
     */
    public static String token(String id, byte[] secret) {
        return "evn." + id + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /**
     * The object for a token.
     *
     * @param salt random
     * @param until null for no end
     */
    public static ObjectNode object(String token, byte[] salt, String user, List<String> groups, Instant until) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no token of a user");
        }
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Secret");
        object.putObject("metadata").put("name", NAME_PREFIX + parts.group(1)).put("namespace", "kube-system");
        object.put("type", TYPE);
        ObjectNode data = object.putObject("data");
        data.put("user", encoded(user));
        data.put("groups", encoded(String.join("\n", groups)));
        data.put("salt", Base64.getEncoder().encodeToString(salt));
        data.put("hash", Base64.getEncoder().encodeToString(hash(salt, parts.group(2))));
        if (until != null) {
            data.put("expiration", encoded(until.toString()));
        }
        return object;
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hash(byte[] salt, String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(salt);
            return digest.digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
