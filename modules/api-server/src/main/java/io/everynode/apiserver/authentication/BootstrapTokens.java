package io.everynode.apiserver.authentication;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.authorization.User;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bootstrap tokens, by which machines join: {@code ID.SECRET}, each a Secret {@code bootstrap-token-ID} of kube-system
 * (plugin/pkg/auth/authenticator/token/bootstrap/bootstrap.go).
 */
public final class BootstrapTokens {

    public static final String TYPE = "bootstrap.kubernetes.io/token";
    public static final String NAME_PREFIX = "bootstrap-token-";
    public static final String GROUP = User.BOOTSTRAPPERS;

    private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final Pattern EXTRA_GROUP = Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");

    private BootstrapTokens() {}

    /** @param secrets those of kube-system, by name */
    public static Finding check(String token, Function<String, Optional<ObjectNode>> secrets, Instant now) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return Finding.NOTHING;
        }
        String id = parts.group(1);
        Optional<TokenSecret> found = secrets.apply(NAME_PREFIX + id).map(TokenSecret::new);
        if (found.isEmpty()) {
            return new Finding.Wrong("there is no bootstrap token " + id);
        }
        TokenSecret secret = found.get();
        byte[] given = parts.group(2).getBytes(StandardCharsets.US_ASCII);
        if (!secret.isOf(TYPE) || secret.isBeingDeleted() || !TokenSecret.same(secret.bytes("token-secret"), given)) {
            return new Finding.Wrong("the bootstrap token " + id + " is another one");
        }
        if (!secret.text("token-id").equals(id)) {
            return new Finding.Wrong("the bootstrap token " + id + " has another id");
        }
        if (secret.hasEnded(now)) {
            return new Finding.Wrong("the bootstrap token " + id + " has expired");
        }
        if (!secret.text("usage-bootstrap-authentication").equals("true")) {
            return new Finding.Wrong("the bootstrap token " + id + " is not for authentication");
        }
        TreeSet<String> groups = new TreeSet<>(List.of(GROUP));
        String further = secret.text("auth-extra-groups");
        for (String group : further.isEmpty() ? new String[0] : further.split(",", -1)) {
            if (!EXTRA_GROUP.matcher(group).matches()) {
                return new Finding.Wrong("the bootstrap token " + id + " names a group that is not for them");
            }
            groups.add(group);
        }
        return new Finding.Known(
                new User("system:bootstrap:" + id, "", List.copyOf(groups), Map.of()), Credential.until(secret.end()));
    }

    /** The object for a token, by which a machine can join. @param until null for no end */
    public static ObjectNode object(String token, String description, Instant until) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no bootstrap token");
        }
        ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Secret");
        object.putObject("metadata").put("name", NAME_PREFIX + parts.group(1)).put("namespace", "kube-system");
        object.put("type", TYPE);
        ObjectNode data = object.putObject("data");
        data.put("token-id", encoded(parts.group(1)));
        data.put("token-secret", encoded(parts.group(2)));
        data.put("usage-bootstrap-authentication", encoded("true"));
        data.put("usage-bootstrap-signing", encoded("true"));
        if (!description.isEmpty()) {
            data.put("description", encoded(description));
        }
        if (until != null) {
            data.put("expiration", encoded(until.toString()));
        }
        return object;
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
