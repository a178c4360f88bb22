package io.everynode.objects.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Secrets (core validation ValidateSecret*). Values of stringData move into data, encoded; no message shows a value.
 */
final class SecretRules implements KindRules {

    private static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";

    @Override
    public void applyDefaults(ObjectNode secret) {
        for (Map.Entry<String, JsonNode> entry : Trees.entries(secret, "stringData")) {
            byte[] value = entry.getValue().asText().getBytes(StandardCharsets.UTF_8);
            Json.child(secret, "data").put(entry.getKey(), Base64.getEncoder().encodeToString(value));
        }
        secret.remove("stringData");
        ConfigMapRules.dropEmpty(secret, List.of("data"));
        Trees.textDefault(secret, "type", "Opaque");
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode secret, Causes causes) {
        ObjectMetaRules.validate(secret, true, NameRule.SUBDOMAIN, causes);
        long size = 0;
        for (Map.Entry<String, JsonNode> entry : Trees.entries(secret, "data")) {
            String key = entry.getKey();
            causes.invalid(Trees.key("data", key), key, Formats.configKey(key));
            size += ConfigMapRules.decodedLength(entry.getValue().asText());
        }
        if (size > ConfigMapRules.SIZE_LIMIT) {
            causes.tooLong("data", ConfigMapRules.SIZE_LIMIT);
        }
        byType(secret, causes);
    }

    private static void byType(ObjectNode secret, Causes causes) {
        JsonNode data = secret.path("data");
        switch (Trees.text(secret, "type")) {
            case "kubernetes.io/service-account-token" -> {
                if (Json.text(secret, "metadata", "annotations", ACCOUNT_NAME).isEmpty()) {
                    causes.required(Trees.key("metadata.annotations", ACCOUNT_NAME));
                }
            }
            case "kubernetes.io/dockercfg" -> json(data, ".dockercfg", causes);
            case "kubernetes.io/dockerconfigjson" -> json(data, ".dockerconfigjson", causes);
            case "kubernetes.io/basic-auth" -> {
                if (!data.has("username") && !data.has("password")) {
                    causes.required("data[username]");
                    causes.required("data[password]");
                }
            }
            case "kubernetes.io/ssh-auth" -> {
                if (Trees.text(data, "ssh-privatekey").isEmpty()) {
                    causes.required("data[ssh-privatekey]");
                }
            }
            case "kubernetes.io/tls" -> {
                for (String key : List.of("tls.crt", "tls.key")) {
                    if (!data.has(key)) {
                        causes.required(Trees.key("data", key));
                    }
                }
            }
            default -> {}
        }
    }

    private static void json(JsonNode data, String key, Causes causes) {
        String field = Trees.key("data", key);
        if (!data.has(key)) {
            causes.required(field);
        } else if (!isJsonObject(Trees.text(data, key))) {
            causes.invalid(field, "<secret contents redacted>", "must be a JSON object");
        }
    }

    private static boolean isJsonObject(String base64) {
        try {
            String text = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            return Json.mapper().readTree(text).isObject();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode secret, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(secret, current, causes);
        if (!Trees.text(secret, "type").equals(Trees.text(current, "type"))) {
            causes.invalid("type", Trees.text(secret, "type"), "field is immutable");
        }
        ConfigMapRules.frozen(secret, current, List.of("data"), causes);
        validateCreate(kind, secret, causes);
    }
}
