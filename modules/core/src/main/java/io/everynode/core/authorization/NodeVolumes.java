package io.everynode.core.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;

/** The secrets of volumes that a node's Pods have through their claims. */
final class NodeVolumes {

    /** Where a PersistentVolume names a secret (pkg/api/v1/persistentvolume/util.go). */
    private static final String[][] SECRETS = {
        {"azureFile", "secretName"},
        {"cephfs", "secretRef"},
        {"cinder", "secretRef"},
        {"csi", "controllerPublishSecretRef"},
        {"csi", "nodePublishSecretRef"},
        {"csi", "nodeStageSecretRef"},
        {"csi", "nodeExpandSecretRef"},
        {"flexVolume", "secretRef"},
        {"iscsi", "secretRef"},
        {"rbd", "secretRef"},
        {"scaleIO", "secretRef"},
        {"storageos", "secretRef"},
    };

    private NodeVolumes() {}

    /** Whether the volume of a claim of one of the node's Pods, all in the secret's namespace, names the secret. */
    static boolean name(NodeWorld world, String node, String namespace, String secret) {
        return NodeAuthorizer.any(
                world,
                node,
                namespace,
                pod -> pod.claims().stream().anyMatch(claim -> names(world, namespace, claim, secret)));
    }

    private static boolean names(NodeWorld world, String namespace, String claim, String secret) {
        return world.object(Kinds.PERSISTENT_VOLUME_CLAIM, namespace, claim)
                .map(found -> Json.text(found, "spec", "volumeName"))
                .filter(volume -> !volume.isEmpty())
                .flatMap(volume -> world.object(Kinds.PERSISTENT_VOLUME, "", volume))
                .filter(volume -> isOf(volume.path("spec").path("claimRef"), namespace, claim))
                .filter(volume -> names(volume.path("spec"), namespace, secret))
                .isPresent();
    }

    private static boolean isOf(JsonNode claimRef, String namespace, String claim) {
        return Json.text(claimRef, "namespace").equals(namespace)
                && Json.text(claimRef, "name").equals(claim);
    }

    private static boolean names(JsonNode spec, String namespace, String secret) {
        for (String[] field : SECRETS) {
            JsonNode found = spec.path(field[0]).path(field[1]);
            String name = found.isObject() ? Json.text(found, "name") : found.asText("");
            String where = found.isObject() ? Json.text(found, "namespace") : "";
            if (name.equals(secret) && (where.isEmpty() || where.equals(namespace))) {
                return true;
            }
        }
        return false;
    }
}
