package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A ConfigMap or Secret of the Pod's namespace that something in a Pod names.
 *
 * @param plural "configmaps" or "secrets"
 */
public record ObjectRef(String plural, String name) {

    public static ObjectRef configMap(String name) {
        return new ObjectRef("configmaps", name);
    }

    public static ObjectRef secret(String name) {
        return new ObjectRef("secrets", name);
    }

    /** Those that a container's environment is made from. */
    public static Set<ObjectRef> ofEnvironment(ContainerSpec container) {
        Set<ObjectRef> refs = new LinkedHashSet<>();
        for (JsonNode from : container.tree().path("envFrom")) {
            add(refs, from.path("configMapRef"), from.path("secretRef"), "name");
        }
        for (JsonNode env : container.tree().path("env")) {
            JsonNode from = env.path("valueFrom");
            add(refs, from.path("configMapKeyRef"), from.path("secretKeyRef"), "name");
        }
        return refs;
    }

    /** Those that a Pod's volumes show. */
    public static Set<ObjectRef> ofVolumes(PodView pod) {
        Set<ObjectRef> refs = new LinkedHashSet<>();
        for (JsonNode volume : Json.at(pod.tree(), "spec", "volumes")) {
            add(refs, volume.path("configMap"), Json.object(), "name");
            add(refs, Json.object(), volume.path("secret"), "secretName");
            for (JsonNode source : Json.at(volume, "projected", "sources")) {
                add(refs, source.path("configMap"), source.path("secret"), "name");
            }
        }
        return refs;
    }

    private static void add(Set<ObjectRef> refs, JsonNode configMap, JsonNode secret, String field) {
        if (configMap.hasNonNull(field)) {
            refs.add(configMap(Json.text(configMap, field)));
        }
        if (secret.hasNonNull(field)) {
            refs.add(secret(Json.text(secret, field)));
        }
    }
}
