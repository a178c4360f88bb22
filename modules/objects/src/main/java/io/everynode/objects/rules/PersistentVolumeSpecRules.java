package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Quantity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The spec of a volume, its own or within a VolumeAttachment (core validation ValidatePersistentVolumeSpec). */
final class PersistentVolumeSpecRules {

    private static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Recycle", "Retain");
    private static final List<String> VOLUME_MODES = List.of("Block", "Filesystem");
    private static final String INLINE = "may not be specified in the context of inline volumes";

    /** In the order in which upstream looks at them; after the first, each further one is refused. */
    private static final List<String> SOURCES = List.of(
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "glusterfs",
            "flocker",
            "nfs",
            "rbd",
            "quobyte",
            "cephfs",
            "iscsi",
            "cinder",
            "fc",
            "flexVolume",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "scaleIO",
            "local",
            "storageos",
            "csi");

    private PersistentVolumeSpecRules() {}

    /** Defaults of the mode and of the source, which VolumeAttachments have too. */
    static void applyDefaults(ObjectNode spec) {
        Amounts.normalize(spec, "capacity");
        Trees.textDefault(spec, "volumeMode", "Filesystem");
        if (spec.get("hostPath") instanceof ObjectNode hostPath && !hostPath.has("type")) {
            hostPath.put("type", "");
        }
        if (spec.get("scaleIO") instanceof ObjectNode scaleIo) {
            Trees.textDefault(scaleIo, "storageMode", "ThinProvisioned");
            Trees.textDefault(scaleIo, "fsType", "xfs");
        }
        VolumeDefaults.storage(spec);
    }

    /** A copy of the fields that say where the data is. */
    static ObjectNode source(JsonNode spec) {
        ObjectNode source = Json.object();
        SOURCES.forEach(type -> Trees.copy(source, type, spec));
        return source;
    }

    /** @param inline whether the spec is a part of a VolumeAttachment instead of a volume of its own */
    static void validate(JsonNode spec, boolean inline, String field, Causes causes) {
        if (inline) {
            notInline(spec, "claimRef", field, causes);
            notInline(spec, "capacity", field, causes);
            if (!spec.has("csi")) {
                causes.required(field + ".csi", "has to be specified in the context of inline volumes");
            }
        }
        if (spec.path("accessModes").isEmpty()) {
            causes.required(field + ".accessModes");
        }
        accessModes(spec, field, causes);
        if (!inline) {
            capacity(spec, field, causes);
        }
        reclaimPolicy(spec, inline, field, causes);
        boolean affinity = !inline && nodeAffinity(spec, field, causes);
        if (inline) {
            notInline(spec, "nodeAffinity", field, causes);
        }
        sources(spec, affinity, field, causes);
        classes(spec, inline, field, causes);
    }

    private static void notInline(JsonNode spec, String name, String field, Causes causes) {
        JsonNode value = spec.path(name);
        if (!value.isMissingNode() && !(value.isContainerNode() && value.isEmpty())) {
            causes.forbidden(field + "." + name, INLINE);
        }
    }

    /** The modes of a volume or a claim. */
    static void accessModes(JsonNode spec, String field, Causes causes) {
        List<String> modes = Trees.texts(spec, "accessModes");
        for (String mode : modes) {
            if (!ACCESS_MODES.contains(mode)) {
                causes.notSupported(field + ".accessModes", mode, ACCESS_MODES);
            }
        }
        boolean others =
                modes.stream().anyMatch(mode -> ACCESS_MODES.contains(mode) && !mode.equals("ReadWriteOncePod"));
        if (modes.contains("ReadWriteOncePod") && others) {
            causes.forbidden(field + ".accessModes", "may not use ReadWriteOncePod with other access modes");
        }
    }

    private static void capacity(JsonNode spec, String field, Causes causes) {
        JsonNode capacity = spec.path("capacity");
        if (capacity.isEmpty()) {
            causes.required(field + ".capacity");
        }
        if (!capacity.has("storage") || capacity.size() > 1) {
            causes.notSupported(
                    field + ".capacity", capacity.isMissingNode() ? Json.object() : capacity, List.of("storage"));
        }
        for (Map.Entry<String, JsonNode> amount : Trees.entries(spec, "capacity")) {
            positive(amount.getValue(), Trees.key(field + ".capacity", amount.getKey()), causes);
        }
    }

    /** ValidatePositiveQuantityValue. */
    static void positive(JsonNode amount, String field, Causes causes) {
        if (Amounts.of(amount).compareTo(Quantity.ZERO) <= 0) {
            causes.invalid(field, amount.asText(), "must be greater than zero");
        }
    }

    private static void reclaimPolicy(JsonNode spec, boolean inline, String field, Causes causes) {
        String policy = Trees.text(spec, "persistentVolumeReclaimPolicy");
        String at = field + ".persistentVolumeReclaimPolicy";
        if (policy.isEmpty()) {
            return;
        }
        if (inline && !policy.equals("Retain")) {
            causes.forbidden(at, "may only be Retain in the context of inline volumes");
        } else if (!RECLAIM_POLICIES.contains(policy)) {
            causes.notSupported(at, policy, RECLAIM_POLICIES);
        }
        String path = Trees.text(spec.path("hostPath"), "path");
        if (policy.equals("Recycle") && path.startsWith("/") && isRoot(path)) {
            causes.forbidden(at, "may not be 'recycle' for a hostPath mount of '/'");
        }
    }

    private static boolean isRoot(String path) {
        try {
            return Path.of(path).normalize().getNameCount() == 0;
        } catch (java.nio.file.InvalidPathException e) {
            return false;
        }
    }

    private static boolean nodeAffinity(JsonNode spec, String field, Causes causes) {
        if (!spec.has("nodeAffinity")) {
            return false;
        }
        JsonNode required = spec.path("nodeAffinity").path("required");
        String at = field + ".nodeAffinity.required";
        if (required.isMissingNode()) {
            causes.required(at, "must specify required node constraints");
        } else {
            AffinityValidation.nodeSelector(required, at, causes);
        }
        return true;
    }

    private static void sources(JsonNode spec, boolean affinity, String field, Causes causes) {
        boolean found = false;
        for (String type : SOURCES) {
            if (!spec.has(type)) {
                continue;
            }
            String at = field + "." + type;
            if (found) {
                causes.forbidden(at, "may not specify more than 1 volume type");
                continue;
            }
            found = true;
            VolumeValidation.one(type, spec.path(type), at, causes);
            switch (type) {
                case "local" -> {
                    local(spec.path(type), at, causes);
                    if (!affinity) {
                        causes.required(field + ".nodeAffinity", "Local volume requires node affinity");
                    }
                }
                case "csi" -> csi(spec.path(type), at, causes);
                case "storageos" -> storageOs(spec.path(type), at, causes);
                default -> {
                    // VolumeValidation knows the others.
                }
            }
        }
        if (!found) {
            causes.required(field, "must specify a volume type");
        }
    }

    private static void local(JsonNode source, String field, Causes causes) {
        String path = Trees.text(source, "path");
        if (path.isEmpty()) {
            causes.required(field + ".path");
        } else {
            PathRules.noBacksteps(path, field + ".path", causes);
        }
    }

    private static void csi(JsonNode source, String field, Causes causes) {
        if (Trees.text(source, "volumeHandle").isEmpty()) {
            causes.required(field + ".volumeHandle");
        }
        for (String secret : List.of(
                "controllerPublishSecretRef",
                "controllerExpandSecretRef",
                "nodePublishSecretRef",
                "nodeExpandSecretRef")) {
            if (source.has(secret)) {
                for (String part : List.of("name", "namespace")) {
                    if (Trees.text(source.path(secret), part).isEmpty()) {
                        causes.required(field + "." + secret + "." + part);
                    }
                }
            }
        }
    }

    private static void storageOs(JsonNode source, String field, Causes causes) {
        String name = Trees.text(source, "volumeName");
        if (name.isEmpty()) {
            causes.required(field + ".volumeName");
        } else {
            causes.invalid(field + ".volumeName", name, Formats.dnsLabel(name));
        }
        String namespace = Trees.text(source, "volumeNamespace");
        if (!namespace.isEmpty()) {
            causes.invalid(field + ".volumeNamespace", namespace, Formats.dnsLabel(namespace));
        }
    }

    private static void classes(JsonNode spec, boolean inline, String field, Causes causes) {
        String storageClass = Trees.text(spec, "storageClassName");
        if (inline) {
            notInline(spec, "storageClassName", field, causes);
        } else if (!storageClass.isEmpty()) {
            causes.invalid(field + ".storageClassName", storageClass, Formats.dnsSubdomain(storageClass));
        }
        volumeMode(spec, field, causes);
        if (spec.has("volumeAttributesClassName")) {
            String attributes = Trees.text(spec, "volumeAttributesClassName");
            String at = field + ".volumeAttributesClassName";
            if (attributes.isEmpty()) {
                causes.required(at, "an empty string is disallowed");
            } else {
                causes.invalid(at, attributes, Formats.dnsSubdomain(attributes));
            }
            if (!spec.has("csi")) {
                causes.required(field + ".csi", "has to be specified when using volumeAttributesClassName");
            }
        }
    }

    /** The mode of a volume or a claim. */
    static void volumeMode(JsonNode spec, String field, Causes causes) {
        String mode = Trees.text(spec, "volumeMode");
        if (spec.has("volumeMode") && !VOLUME_MODES.contains(mode)) {
            causes.notSupported(field + ".volumeMode", mode, VOLUME_MODES);
        }
    }
}
