package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where a container sees volumes (core validation ValidateVolumeMounts, ValidateVolumeDevices). */
final class VolumeMountValidation {

    private static final List<String> PROPAGATIONS = List.of("Bidirectional", "HostToContainer", "None");
    private static final List<String> RECURSIONS = List.of("Disabled", "Enabled", "IfPossible");

    private VolumeMountValidation() {}

    static void mounts(JsonNode container, Map<String, JsonNode> volumes, String field, Causes causes) {
        Map<String, String> devices = paths(container, "volumeDevices", "devicePath");
        boolean privileged = Trees.isTrue(container.path("securityContext"), "privileged");
        Set<String> points = new HashSet<>();
        int i = 0;
        for (ObjectNode mount : Trees.objects(container, "volumeMounts")) {
            String at = Trees.at(field, i++);
            String name = Trees.text(mount, "name");
            String path = Trees.text(mount, "mountPath");
            if (name.isEmpty()) {
                causes.required(at + ".name");
            }
            if (!volumes.containsKey(name)) {
                causes.notFound(at + ".name", name);
            }
            if (path.isEmpty()) {
                causes.required(at + ".mountPath");
            }
            if (!points.add(path)) {
                causes.invalid(at + ".mountPath", path, "must be unique");
            }
            if (devices.containsKey(name)) {
                causes.invalid(at + ".name", name, "must not already exist in volumeDevices");
            }
            if (devices.containsValue(path)) {
                causes.invalid(at + ".mountPath", path, "must not already exist as a path in volumeDevices");
            }
            subPaths(mount, at, field, causes);
            propagation(mount, privileged, field, causes);
        }
    }

    /** Upstream names the list, not the mount, for these; clients compare fields, so it stays. */
    private static void subPaths(ObjectNode mount, String at, String field, Causes causes) {
        String path = Trees.text(mount, "subPath");
        String expression = Trees.text(mount, "subPathExpr");
        if (!path.isEmpty()) {
            PathRules.descending(path, field + ".subPath", causes);
        }
        if (!expression.isEmpty()) {
            if (!path.isEmpty()) {
                causes.invalid(at + ".subPathExpr", expression, "subPathExpr and subPath are mutually exclusive");
            }
            PathRules.descending(expression, field + ".subPathExpr", causes);
        }
    }

    private static void propagation(ObjectNode mount, boolean privileged, String field, Causes causes) {
        String mode = Trees.text(mount, "mountPropagation");
        if (mount.has("mountPropagation")) {
            String at = field + ".mountPropagation";
            if (!PROPAGATIONS.contains(mode)) {
                causes.notSupported(at, mode, PROPAGATIONS);
            }
            if (mode.equals("Bidirectional") && !privileged) {
                causes.forbidden(at, "Bidirectional mount propagation is available only to privileged containers");
            }
        }
        if (mount.has("recursiveReadOnly")) {
            String at = field + ".recursiveReadOnly";
            String recursive = Trees.text(mount, "recursiveReadOnly");
            if (!RECURSIONS.contains(recursive)) {
                causes.notSupported(at, recursive, RECURSIONS);
            } else if (!recursive.equals("Disabled")) {
                if (!Trees.isTrue(mount, "readOnly")) {
                    causes.forbidden(at, "may only be specified when readOnly is true");
                }
                if (!mode.isEmpty() && !mode.equals("None")) {
                    causes.forbidden(at, "may only be specified when mountPropagation is None or not specified");
                }
            }
        }
    }

    static void devices(JsonNode container, Map<String, JsonNode> volumes, String field, Causes causes) {
        Map<String, String> mounts = paths(container, "volumeMounts", "mountPath");
        Set<String> paths = new HashSet<>();
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode device : Trees.objects(container, "volumeDevices")) {
            String at = Trees.at(field, i++);
            String name = Trees.text(device, "name");
            String path = Trees.text(device, "devicePath");
            if (name.isEmpty()) {
                causes.required(at + ".name");
            } else if (!names.add(name)) {
                causes.invalid(at + ".name", name, "must be unique");
            }
            JsonNode volume = volumes.get(name);
            if (volume == null) {
                causes.notFound(at + ".name", name);
            } else if (!volume.has("persistentVolumeClaim") && !volume.has("ephemeral")) {
                causes.invalid(
                        at + ".name",
                        name,
                        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }
            if (path.isEmpty()) {
                causes.required(at + ".devicePath");
            }
            if (paths.contains(path)) {
                causes.invalid(at + ".devicePath", path, "must be unique");
            }
            if (PathRules.hasBackstep(path)) {
                causes.invalid(at + ".devicePath", path, "can not contain backsteps ('..')");
            } else {
                paths.add(path);
            }
            if (mounts.containsKey(name)) {
                causes.invalid(at + ".name", name, "must not already exist in volumeMounts");
            }
            if (mounts.containsValue(path)) {
                causes.invalid(at + ".devicePath", path, "must not already exist as a path in volumeMounts");
            }
        }
    }

    private static Map<String, String> paths(JsonNode container, String list, String path) {
        Map<String, String> paths = new HashMap<>();
        Trees.objects(container, list).forEach(item -> paths.put(Trees.text(item, "name"), Trees.text(item, path)));
        return paths;
    }
}
