package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a Pod names in its namespace (pkg/api/v1/pod/util.go). A Pod that mirrors one of the node's own files names
 * nothing: else a node could name what it wants to read.
 */
public record PodReferences(
        String pod, String account, Set<String> secrets, Set<String> configMaps, Set<String> claims) {

    static final String MIRROR = "kubernetes.io/config.mirror";

    /** Volumes whose driver is given a secret, and the field that names it. */
    private static final String[][] VOLUME_SECRETS = {
        {"secret", "secretName"},
        {"azureFile", "secretName"},
        {"cephfs", "secretRef", "name"},
        {"cinder", "secretRef", "name"},
        {"csi", "nodePublishSecretRef", "name"},
        {"flexVolume", "secretRef", "name"},
        {"iscsi", "secretRef", "name"},
        {"rbd", "secretRef", "name"},
        {"scaleIO", "secretRef", "name"},
        {"storageos", "secretRef", "name"},
    };

    public static PodReferences of(JsonNode pod) {
        String name = Json.text(pod, "metadata", "name");
        return pod.path("metadata").path("annotations").has(MIRROR)
                ? new PodReferences(name, "", Set.of(), Set.of(), Set.of())
                : ofSpec(name, pod.path("spec"));
    }

    static PodReferences ofSpec(String pod, JsonNode spec) {
        Set<String> secrets = new TreeSet<>();
        Set<String> configMaps = new TreeSet<>();
        Set<String> claims = new TreeSet<>();
        spec.path("imagePullSecrets").forEach(secret -> add(secrets, secret, "name"));
        for (String containers : new String[] {"initContainers", "containers", "ephemeralContainers"}) {
            for (JsonNode container : spec.path(containers)) {
                for (JsonNode env : container.path("env")) {
                    add(secrets, env, "valueFrom", "secretKeyRef", "name");
                    add(configMaps, env, "valueFrom", "configMapKeyRef", "name");
                }
                for (JsonNode from : container.path("envFrom")) {
                    add(secrets, from, "secretRef", "name");
                    add(configMaps, from, "configMapRef", "name");
                }
            }
        }
        for (JsonNode volume : spec.path("volumes")) {
            for (String[] field : VOLUME_SECRETS) {
                add(secrets, volume, field);
            }
            add(configMaps, volume, "configMap", "name");
            for (JsonNode source : volume.path("projected").path("sources")) {
                add(secrets, source, "secret", "name");
                add(configMaps, source, "configMap", "name");
            }
            add(claims, volume, "persistentVolumeClaim", "claimName");
            if (volume.path("ephemeral").isObject()) {
                claims.add(pod + "-" + Json.text(volume, "name"));
            }
        }
        return new PodReferences(pod, account(spec), secrets, configMaps, claims);
    }

    /** The older name of the field counts as long as the defaults have not been laid over it. */
    private static String account(JsonNode spec) {
        String account = Json.text(spec, "serviceAccountName");
        return account.isEmpty() ? Json.text(spec, "serviceAccount") : account;
    }

    private static void add(Set<String> names, JsonNode from, String... path) {
        String name = Json.text(from, path);
        if (!name.isEmpty()) {
            names.add(name);
        }
    }
}
