package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Secrets of the types kubernetes.io/dockerconfigjson and dockercfg (kubernetes/pkg/credentialprovider). Pure. */
public final class PullSecrets {

    private static final String DOCKER_HUB = "docker.io";

    /** Its text names no secret. */
    public record Login(String registry, String user, String password, String identityToken) {
        @Override
        public String toString() {
            return "login for " + registry;
        }
    }

    private PullSecrets() {}

    /** What a Secret knows of the registry of an image; of several entries the longest that fits. */
    public static Optional<Login> of(Map<String, byte[]> secret, String image) {
        JsonNode logins = secret.containsKey(".dockerconfigjson")
                ? parsed(secret.get(".dockerconfigjson")).path("auths")
                : parsed(secret.getOrDefault(".dockercfg", new byte[0]));
        String wanted = registry(image) + path(image);
        Login best = null;
        int longest = -1;
        for (Map.Entry<String, JsonNode> entry : logins.properties()) {
            String place = place(entry.getKey());
            boolean fits = wanted.equals(place) || wanted.startsWith(place + "/");
            if (fits && place.length() > longest) {
                longest = place.length();
                best = login(entry.getKey(), entry.getValue());
            }
        }
        return Optional.ofNullable(best);
    }

    private static JsonNode parsed(byte[] text) {
        try {
            return text.length == 0 ? Json.object() : Json.mapper().readTree(text);
        } catch (IOException e) {
            // Its message would quote the secret.
            return Json.object();
        }
    }

    private static Login login(String registry, JsonNode entry) {
        String user = Json.text(entry, "username");
        String password = Json.text(entry, "password");
        String auth = Json.text(entry, "auth");
        if (user.isEmpty() && !auth.isEmpty()) {
            String[] pair = new String(Base64.getMimeDecoder().decode(auth), StandardCharsets.UTF_8).split(":", 2);
            user = pair[0];
            password = pair.length > 1 ? pair[1] : "";
        }
        return new Login(registry, user, password, Json.text(entry, "identitytoken"));
    }

    private static String place(String key) {
        String place = key.replaceFirst("^https?://", "").replaceFirst("/(v1|v2)?/?$", "");
        return place.equals("index.docker.io") || place.equals("registry-1.docker.io") ? DOCKER_HUB : place;
    }

    private static boolean namesRegistry(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        return first.contains(".") || first.contains(":") || first.equals("localhost");
    }

    static String registry(String image) {
        String given = namesRegistry(image) ? image.substring(0, image.indexOf('/')) : DOCKER_HUB;
        return given.equals("index.docker.io") ? DOCKER_HUB : given;
    }

    private static String path(String image) {
        return "/" + (namesRegistry(image) ? image.substring(image.indexOf('/') + 1) : image);
    }
}
