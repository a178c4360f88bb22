package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Quantity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Volumes of a Pod (core validation ValidateVolumes, validateVolumeSource). */
final class VolumeValidation {

    /** Sources in the order in which upstream looks at them; after the first, each further one is refused. */
    private static final List<String> SOURCES = List.of(
            "emptyDir",
            "hostPath",
            "gitRepo",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "secret",
            "nfs",
            "iscsi",
            "glusterfs",
            "flocker",
            "persistentVolumeClaim",
            "rbd",
            "cinder",
            "cephfs",
            "quobyte",
            "downwardAPI",
            "fc",
            "flexVolume",
            "configMap",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "storageos",
            "projected",
            "scaleIO",
            "csi",
            "ephemeral",
            "image");

    /** Fields that a source cannot do without. */
    private static final Map<String, List<String>> REQUIRED = Map.ofEntries(
            Map.entry("gitRepo", List.of("repository")),
            Map.entry("gcePersistentDisk", List.of("pdName")),
            Map.entry("awsElasticBlockStore", List.of("volumeID")),
            Map.entry("secret", List.of("secretName")),
            Map.entry("nfs", List.of("server", "path")),
            Map.entry("iscsi", List.of("targetPortal", "iqn")),
            Map.entry("glusterfs", List.of("endpoints", "path")),
            Map.entry("persistentVolumeClaim", List.of("claimName")),
            Map.entry("rbd", List.of("monitors", "image")),
            Map.entry("cinder", List.of("volumeID")),
            Map.entry("cephfs", List.of("monitors")),
            Map.entry("flexVolume", List.of("driver")),
            Map.entry("configMap", List.of("name")),
            Map.entry("azureFile", List.of("secretName", "shareName")),
            Map.entry("vsphereVolume", List.of("volumePath")),
            Map.entry("photonPersistentDisk", List.of("pdID")),
            Map.entry("portworxVolume", List.of("volumeID")),
            Map.entry("azureDisk", List.of("diskName", "diskURI")),
            Map.entry("scaleIO", List.of("gateway", "system", "volumeName")),
            Map.entry("ephemeral", List.of("volumeClaimTemplate")));

    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");

    private static final int LONGEST_DRIVER = 63;

    private VolumeValidation() {}

    /**
     * Returns the volumes that are right, by name: mounts of wrong ones are reported as not found, as upstream does.
     */
    static Map<String, JsonNode> validate(JsonNode spec, String field, Causes causes) {
        Map<String, JsonNode> valid = new HashMap<>();
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode volume : Trees.objects(spec, "volumes")) {
            String at = Trees.at(field, i++);
            String name = Trees.text(volume, "name");
            Causes own = new Causes();
            source(volume, at, own);
            if (name.isEmpty()) {
                own.required(at + ".name");
            } else {
                own.invalid(at + ".name", name, Formats.dnsLabel(name));
            }
            if (names.contains(name)) {
                own.duplicate(at + ".name", name);
            }
            if (own.isEmpty()) {
                names.add(name);
                valid.put(name, volume);
            }
            causes.addAll(own);
        }
        return valid;
    }

    private static void source(ObjectNode volume, String field, Causes causes) {
        boolean found = false;
        for (String type : SOURCES) {
            if (!volume.has(type)) {
                continue;
            }
            if (found) {
                // Upstream misspells two of the fields in this one message; the right names help more.
                causes.forbidden(field + "." + type, "may not specify more than 1 volume type");
            } else {
                found = true;
                one(type, volume.path(type), field + "." + type, causes);
            }
        }
        if (!found) {
            causes.required(field, "must specify a volume type");
        }
    }

    /** What is wrong with one source, beside there being others. */
    static void one(String type, JsonNode source, String field, Causes causes) {
        // Upstream names this one otherwise within.
        String within =
                type.equals("gcePersistentDisk") ? field.replaceAll("gcePersistentDisk$", "persistentDisk") : field;
        for (String required : REQUIRED.getOrDefault(type, List.of())) {
            JsonNode value = source.path(required);
            if (value.isContainerNode() ? value.isEmpty() : value.asText("").isEmpty()) {
                causes.required(within + "." + required);
            }
        }
        switch (type) {
            case "emptyDir" -> {
                if (Amounts.of(source.path("sizeLimit")).compareTo(Quantity.ZERO) < 0) {
                    causes.forbidden(field + ".sizeLimit", "SizeLimit field must be a valid resource quantity");
                }
            }
            case "hostPath" -> hostPath(source, field, causes);
            case "gitRepo" -> PathRules.descending(Trees.text(source, "directory"), field + ".directory", causes);
            case "nfs" -> {
                if (!Trees.text(source, "path").startsWith("/")) {
                    causes.invalid(field + ".path", Trees.text(source, "path"), "must be an absolute path");
                }
            }
            case "secret", "configMap" -> {
                mode(source, "defaultMode", field, causes);
                keys(source, field, new HashSet<>(), "", causes);
            }
            case "downwardAPI" -> {
                mode(source, "defaultMode", field, causes);
                for (ObjectNode file : Trees.objects(source, "items")) {
                    EnvironmentValidation.file(file, field, causes);
                }
            }
            case "projected" -> {
                mode(source, "defaultMode", field, causes);
                ProjectionValidation.sources(source, field, causes);
            }
            case "csi" -> {
                csiDriver(Trees.text(source, "driver"), field + ".driver", causes);
                JsonNode secret = source.path("nodePublishSecretRef");
                String name = Trees.text(secret, "name");
                if (secret.isObject() && name.isEmpty()) {
                    causes.required(field + ".nodePublishSecretRef.name");
                } else if (secret.isObject()) {
                    causes.invalid(field + ".name", name, Formats.dnsSubdomain(name));
                }
            }
            default -> StorageSourceValidation.validate(type, source, within, causes);
        }
    }

    /** ValidateCSIDriverName. */
    static void csiDriver(String driver, String field, Causes causes) {
        if (driver.isEmpty()) {
            causes.required(field);
        }
        if (Formats.bytes(driver) > LONGEST_DRIVER) {
            causes.tooLong(field, LONGEST_DRIVER);
        }
        causes.invalid(field, driver, Formats.dnsSubdomain(driver.toLowerCase(Locale.ROOT)));
    }

    private static void hostPath(JsonNode source, String field, Causes causes) {
        String path = Trees.text(source, "path");
        if (path.isEmpty()) {
            causes.required(field + ".path");
            return;
        }
        PathRules.noBacksteps(path, field + ".path", causes);
        String type = Trees.text(source, "type");
        if (!HOST_PATH_TYPES.contains(type)) {
            causes.notSupported(field + ".type", type, HOST_PATH_TYPES);
        }
    }

    /**
     * Which keys become which files.
     *
     * @param taken paths of files so far in a projected volume
     * @param conflicts where to report a path that is taken, or "" when the volume cannot have conflicts
     */
    static void keys(JsonNode source, String field, Set<String> taken, String conflicts, Causes causes) {
        int i = 0;
        for (ObjectNode item : Trees.objects(source, "items")) {
            String at = Trees.at(field + ".items", i++);
            String path = Trees.text(item, "path");
            if (Trees.text(item, "key").isEmpty()) {
                causes.required(at + ".key");
            }
            if (path.isEmpty()) {
                causes.required(at + ".path");
            }
            PathRules.notReserved(path, at + ".path", causes);
            mode(item, "mode", at, causes);
            if (!path.isEmpty() && !taken.add(path) && !conflicts.isEmpty()) {
                causes.invalid(conflicts, Trees.text(source, "name"), "conflicting duplicate paths");
            }
        }
    }

    static void mode(JsonNode owner, String name, String field, Causes causes) {
        long mode = Trees.number(owner, name);
        if (mode > 0777 || mode < 0) {
            causes.invalid(field + "." + name, mode, "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }
}
