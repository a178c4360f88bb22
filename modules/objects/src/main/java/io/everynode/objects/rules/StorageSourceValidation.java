package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Rules of the volume sources that storage vendors brought in, beyond the fields that they require (pkg/apis/core/
 * validation, validateISCSIVolumeSource and its neighbours).
 */
final class StorageSourceValidation {

    private static final Pattern IQN = Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.[\\p{Alnum}.-]+:[^,;*&$|\\s]+");
    private static final Pattern EUI = Pattern.compile("eui.\\p{Alnum}{16}");
    private static final Pattern NAA = Pattern.compile("naa.\\p{Alnum}{32}");
    private static final List<String> CACHING_MODES = List.of("None", "ReadOnly", "ReadWrite");
    private static final List<String> DISK_KINDS = List.of("Dedicated", "Managed", "Shared");
    private static final List<String> MANAGED_DISK =
            List.of("/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}");
    private static final List<String> BLOB_DISK =
            List.of("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
    private static final String REGISTRY = "must be a host:port pair or multiple pairs separated by commas";

    private StorageSourceValidation() {}

    static void validate(String type, JsonNode source, String field, Causes causes) {
        switch (type) {
            case "iscsi" -> iscsi(source, field, causes);
            case "fc" -> fibreChannel(source, field, causes);
            case "gcePersistentDisk", "awsElasticBlockStore" -> range(source, "partition", 1, field, causes);
            case "quobyte" -> quobyte(source, field, causes);
            case "flocker" -> flocker(source, field, causes);
            case "flexVolume" -> flexOptions(source, field + ".options", causes);
            case "azureDisk" -> azureDisk(source, field, causes);
            case "cinder" -> secretName(source, "secretRef", field, causes);
            case "storageos" -> storageOs(source, field, causes);
            default -> {
                // Nothing beyond what is required.
            }
        }
    }

    private static void iscsi(JsonNode source, String field, Causes causes) {
        String iqn = Trees.text(source, "iqn");
        if (!iqn.isEmpty()) {
            initiator(iqn, field + ".iqn", causes);
        }
        range(source, "lun", 0, field, causes);
        boolean chap = Trees.isTrue(source, "chapAuthDiscovery") || Trees.isTrue(source, "chapAuthSession");
        if (chap && !source.has("secretRef")) {
            causes.required(field + ".secretRef");
        }
        if (source.has("initiatorName")) {
            initiator(Trees.text(source, "initiatorName"), field + ".initiatorname", causes);
        }
    }

    private static void initiator(String name, String field, Causes causes) {
        Pattern form =
                name.startsWith("iqn") ? IQN : name.startsWith("eui") ? EUI : name.startsWith("naa") ? NAA : null;
        if (form == null) {
            causes.invalid(field, name, "must be valid format starting with iqn, eui, or naa");
        } else if (!form.matcher(name).matches()) {
            causes.invalid(field, name, "must be valid format");
        }
    }

    /** Zero means unset where the range begins with one, and is told of as part of it all the same. */
    private static void range(JsonNode source, String name, int least, String field, Causes causes) {
        long value = Trees.number(source, name);
        if (value < 0 || value > 255) {
            causes.invalid(field + "." + name, value, "must be between " + least + " and 255, inclusive");
        }
    }

    private static void fibreChannel(JsonNode source, String field, Causes causes) {
        boolean targets = !source.path("targetWWNs").isEmpty();
        boolean wwids = !source.path("wwids").isEmpty();
        if (!targets && !wwids) {
            causes.required(field + ".targetWWNs", "must specify either targetWWNs or wwids, but not both");
        }
        if (targets && wwids) {
            causes.invalid(
                    field + ".targetWWNs",
                    source.path("targetWWNs"),
                    "targetWWNs and wwids can not be specified simultaneously");
        }
        if (targets && !source.has("lun")) {
            causes.required(field + ".lun", "lun is required if targetWWNs is specified");
        } else if (targets) {
            range(source, "lun", 0, field, causes);
        }
    }

    private static void quobyte(JsonNode source, String field, Causes causes) {
        String registry = Trees.text(source, "registry");
        if (registry.isEmpty()) {
            causes.required(field + ".registry", REGISTRY);
        } else if (Trees.text(source, "tenant").length() >= 65) {
            causes.required(field + ".tenant", "must be a UUID and may not exceed a length of 64 characters");
        } else {
            for (String pair : registry.split(",", -1)) {
                if (!pair.matches("([^:\\[\\]]*|\\[[^\\[\\]]*]):[^:\\[\\]]*")) {
                    causes.invalid(field + ".registry", registry, REGISTRY);
                }
            }
        }
        if (Trees.text(source, "volume").isEmpty()) {
            causes.required(field + ".volume");
        }
    }

    private static void flocker(JsonNode source, String field, Causes causes) {
        String name = Trees.text(source, "datasetName");
        boolean named = !name.isEmpty();
        boolean identified = !Trees.text(source, "datasetUUID").isEmpty();
        if (!named && !identified) {
            causes.required(field, "one of datasetName and datasetUUID is required");
        }
        if (named && identified) {
            causes.invalid(field, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        }
        if (name.contains("/")) {
            causes.invalid(field + ".datasetName", name, "must not contain '/'");
        }
    }

    private static void flexOptions(JsonNode source, String field, Causes causes) {
        for (Map.Entry<String, JsonNode> option : Trees.entries(source, "options")) {
            String key = option.getKey();
            String domain = "." + key.split("/", 2)[0].toLowerCase(Locale.ROOT);
            if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io")) {
                causes.invalid(Trees.key(field, key), key, "kubernetes.io and k8s.io namespaces are reserved");
            }
        }
    }

    private static void azureDisk(JsonNode source, String field, Causes causes) {
        String caching = Trees.text(source, "cachingMode");
        if (source.has("cachingMode") && !CACHING_MODES.contains(caching)) {
            causes.notSupported(field + ".cachingMode", caching, CACHING_MODES);
        }
        if (!source.has("kind")) {
            return;
        }
        String kind = Trees.text(source, "kind");
        if (!DISK_KINDS.contains(kind)) {
            causes.notSupported(field + ".kind", kind, DISK_KINDS);
        }
        String uri = Trees.text(source, "diskURI");
        boolean managed = kind.equals("Managed");
        if (!uri.startsWith(managed ? "/subscriptions/" : "https://")) {
            causes.notSupported(field + ".diskURI", uri, managed ? MANAGED_DISK : BLOB_DISK);
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
        secretName(source, "secretRef", field, causes);
    }

    private static void secretName(JsonNode source, String reference, String field, Causes causes) {
        if (source.has(reference) && Trees.text(source.path(reference), "name").isEmpty()) {
            causes.required(field + "." + reference + ".name");
        }
    }
}
