package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.List;

/** Defaults of one volume of a Pod (pkg/apis/core/v1/defaults.go and generated defaults). */
final class VolumeDefaults {

    /** 0644: owner writes, everybody reads. */
    private static final int FILE_MODE = 0644;

    private static final int TOKEN_SECONDS = 3600;

    private VolumeDefaults() {}

    static void apply(ObjectNode volume) {
        boolean sourced =
                volume.properties().stream().anyMatch(field -> !field.getKey().equals("name"));
        if (!sourced) {
            volume.putObject("emptyDir");
        }
        for (String files : List.of("secret", "configMap", "downwardAPI", "projected")) {
            if (volume.get(files) instanceof ObjectNode source && !source.has("defaultMode")) {
                source.put("defaultMode", FILE_MODE);
            }
        }
        if (volume.get("emptyDir") instanceof ObjectNode emptyDir) {
            Amounts.normalizeOne(emptyDir, "sizeLimit");
        }
        if (volume.get("hostPath") instanceof ObjectNode hostPath && !hostPath.has("type")) {
            hostPath.put("type", "");
        }
        downwardItems(volume.path("downwardAPI"));
        for (ObjectNode source : Trees.objects(volume.path("projected"), "sources")) {
            downwardItems(source.path("downwardAPI"));
            if (source.get("serviceAccountToken") instanceof ObjectNode token && !token.has("expirationSeconds")) {
                token.put("expirationSeconds", TOKEN_SECONDS);
            }
        }
        if (volume.get("ephemeral") instanceof ObjectNode ephemeral
                && ephemeral.get("volumeClaimTemplate") instanceof ObjectNode claim) {
            ObjectNode spec = Json.child(claim, "spec");
            Trees.textDefault(spec, "volumeMode", "Filesystem");
            Json.child(spec, "resources");
        }
        if (volume.get("image") instanceof ObjectNode image) {
            Trees.textDefault(
                    image,
                    "pullPolicy",
                    ContainerDefaults.isLatest(Trees.text(image, "reference")) ? "Always" : "IfNotPresent");
        }
        storage(volume);
    }

    private static void downwardItems(JsonNode source) {
        for (ObjectNode item : Trees.objects(source, "items")) {
            ContainerDefaults.fieldReference(item);
            ContainerDefaults.resourceReference(item);
        }
    }

    /** Those of sources that PersistentVolumes have too. */
    static void storage(ObjectNode volume) {
        if (volume.get("iscsi") instanceof ObjectNode iscsi) {
            Trees.textDefault(iscsi, "iscsiInterface", "default");
        }
        if (volume.get("rbd") instanceof ObjectNode rbd) {
            Trees.textDefault(rbd, "pool", "rbd");
            Trees.textDefault(rbd, "user", "admin");
            Trees.textDefault(rbd, "keyring", "/etc/ceph/keyring");
        }
        if (volume.get("azureDisk") instanceof ObjectNode disk) {
            Trees.textDefault(disk, "cachingMode", "ReadWrite");
            Trees.textDefault(disk, "kind", "Shared");
            Trees.textDefault(disk, "fsType", "ext4");
            if (!disk.has("readOnly")) {
                disk.put("readOnly", false);
            }
        }
    }
}
