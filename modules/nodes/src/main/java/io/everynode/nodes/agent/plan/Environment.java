package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container's environment and command line: envFrom, env with each valueFrom, and $(VAR)
 * (kubernetes/pkg/kubelet/kubelet_pods.go, third_party/forked/golang/expansion). Pure.
 */
public final class Environment {

    private Environment() {}

    /**
     * In order of definition; a later one of a name wins.
     *
     * @param services variables that the container gets besides its own, which win
     * @throws ConfigProblem when something that is not optional is missing
     */
    public static Map<String, String> of(
            ContainerSpec container, PodObjects objects, PodFields fields, Map<String, String> services)
            throws ConfigProblem {
        Map<String, String> env = new LinkedHashMap<>(services);
        for (JsonNode from : container.tree().path("envFrom")) {
            JsonNode configMap = from.path("configMapRef");
            JsonNode secret = from.path("secretRef");
            if (configMap.isObject()) {
                all(env, from, configMap, ObjectRef.configMap(PodObjects.name(configMap)), objects);
            }
            if (secret.isObject()) {
                all(env, from, secret, ObjectRef.secret(PodObjects.name(secret)), objects);
            }
        }
        for (JsonNode one : container.tree().path("env")) {
            String name = Json.text(one, "name");
            if (one.path("valueFrom").isObject()) {
                Optional<String> value = valueFrom(one.path("valueFrom"), container, objects, fields);
                value.ifPresent(text -> env.put(name, text));
            } else {
                env.put(name, expand(Json.text(one, "value"), env));
            }
        }
        return env;
    }

    private static void all(Map<String, String> env, JsonNode from, JsonNode source, ObjectRef ref, PodObjects objects)
            throws ConfigProblem {
        Optional<Map<String, byte[]>> data = objects.data(ref);
        if (data.isEmpty() && !PodObjects.optional(source)) {
            throw PodObjects.missing(ref);
        }
        String prefix = Json.text(from, "prefix");
        data.orElse(Map.of()).forEach((key, value) -> env.put(prefix + key, text(value)));
    }

    private static Optional<String> valueFrom(
            JsonNode from, ContainerSpec container, PodObjects objects, PodFields fields) throws ConfigProblem {
        if (from.path("fieldRef").isObject()) {
            return Optional.of(fields.field(Json.text(from, "fieldRef", "fieldPath")));
        }
        if (from.path("resourceFieldRef").isObject()) {
            return Optional.of(fields.resource(from.path("resourceFieldRef"), container.name()));
        }
        boolean secret = from.path("secretKeyRef").isObject();
        JsonNode source = from.path(secret ? "secretKeyRef" : "configMapKeyRef");
        String name = PodObjects.name(source);
        ObjectRef ref = secret ? ObjectRef.secret(name) : ObjectRef.configMap(name);
        String key = Json.text(source, "key");
        Optional<Map<String, byte[]>> data = objects.data(ref);
        if (data.isPresent() && data.get().containsKey(key)) {
            return Optional.of(text(data.get().get(key)));
        }
        if (PodObjects.optional(source)) {
            return Optional.empty();
        }
        throw data.isEmpty() ? PodObjects.missing(ref) : PodObjects.missingKey(fields.pod(), ref, key);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    /** Each text of the list with its references replaced. */
    public static List<String> expandAll(JsonNode texts, Map<String, String> env) {
        List<String> expanded = new ArrayList<>();
        texts.forEach(each -> expanded.add(expand(each.asText(), env)));
        return expanded;
    }

    /** Replaces $(NAME) by its value; $$ stands for one $, and what has no value stays as it is. */
    public static String expand(String text, Map<String, String> env) {
        StringBuilder expanded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
            int end = each == '$' && next == '(' ? text.indexOf(')', i + 2) : -1;
            if (each == '$' && next == '$') {
                expanded.append('$');
                i++;
            } else if (end >= 0) {
                String value = env.get(text.substring(i + 2, end));
                expanded.append(value != null ? value : text.substring(i, end + 1));
                i = end;
            } else {
                expanded.append(each);
            }
        }
        return expanded.toString();
    }
}
