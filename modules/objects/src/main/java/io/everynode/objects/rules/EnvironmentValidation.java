package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Environment variables and the downward API (core validation ValidateEnv, ValidateEnvFrom). */
final class EnvironmentValidation {

    private static final List<String> VARIABLE_FIELDS = List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private static final List<String> FILE_FIELDS =
            List.of("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid");

    /** What the downward API knows at all; each use supports some of it. */
    private static final Set<String> KNOWN_FIELDS = Set.of(
            "metadata.annotations",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.host",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.serviceAccountName",
            "spec.schedulerName",
            "status.phase",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private static final List<String> RESOURCES = List.of(
            "limits.cpu",
            "limits.ephemeral-storage",
            "limits.memory",
            "requests.cpu",
            "requests.ephemeral-storage",
            "requests.memory");

    private static final List<String> UNITS =
            List.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");

    private EnvironmentValidation() {}

    static void variables(JsonNode container, String field, Causes causes) {
        int i = 0;
        for (ObjectNode variable : Trees.objects(container, "env")) {
            String at = Trees.at(field, i++);
            String name = Trees.text(variable, "name");
            if (name.isEmpty()) {
                causes.required(at + ".name");
            } else {
                causes.invalid(at + ".name", name, Formats.environmentName(name));
            }
            if (variable.has("valueFrom")) {
                valueFrom(variable, at + ".valueFrom", causes);
            }
        }
    }

    private static void valueFrom(ObjectNode variable, String field, Causes causes) {
        JsonNode source = variable.path("valueFrom");
        if (source.has("fieldRef")) {
            fieldReference(source.path("fieldRef"), VARIABLE_FIELDS, field + ".fieldRef", causes);
        }
        if (source.has("resourceFieldRef")) {
            resourceReference(source.path("resourceFieldRef"), false, field + ".resourceFieldRef", causes);
        }
        for (String reference : List.of("configMapKeyRef", "secretKeyRef")) {
            if (source.has(reference)) {
                keyReference(source.path(reference), field + "." + reference, causes);
            }
        }
        if (source.isEmpty()) {
            causes.invalid(
                    field,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`");
        } else if (!Trees.text(variable, "value").isEmpty()) {
            causes.invalid(field, "", "may not be specified when `value` is not empty");
        } else if (source.size() > 1) {
            causes.invalid(field, "", "may not have more than one field specified at a time");
        }
    }

    private static void keyReference(JsonNode reference, String field, Causes causes) {
        String name = Trees.text(reference, "name");
        causes.invalid(field + ".name", name, Formats.dnsSubdomain(name));
        String key = Trees.text(reference, "key");
        if (key.isEmpty()) {
            causes.required(field + ".key");
        } else {
            causes.invalid(field + ".key", key, Formats.configKey(key));
        }
    }

    static void sources(JsonNode container, String field, Causes causes) {
        int i = 0;
        for (ObjectNode source : Trees.objects(container, "envFrom")) {
            String at = Trees.at(field, i++);
            String prefix = Trees.text(source, "prefix");
            if (!prefix.isEmpty()) {
                causes.invalid(at + ".prefix", prefix, Formats.environmentName(prefix));
            }
            List<String> given =
                    Stream.of("configMapRef", "secretRef").filter(source::has).toList();
            for (String reference : given) {
                String name = Trees.text(source.path(reference), "name");
                String nameField = at + "." + reference + ".name";
                if (name.isEmpty()) {
                    causes.required(nameField);
                } else {
                    causes.invalid(nameField, name, NameRule.SUBDOMAIN.checkPrefix(name));
                }
            }
            if (given.isEmpty()) {
                causes.invalid(field, "", "must specify one of: `configMapRef` or `secretRef`");
            } else if (given.size() > 1) {
                causes.invalid(field, "", "may not have more than one field specified at a time");
            }
        }
    }

    /** A file of a downward API volume. */
    static void file(JsonNode file, String field, Causes causes) {
        if (Trees.text(file, "path").isEmpty()) {
            causes.required(field + ".path");
        }
        PathRules.notReserved(Trees.text(file, "path"), field + ".path", causes);
        if (file.has("fieldRef")) {
            fieldReference(file.path("fieldRef"), FILE_FIELDS, field + ".fieldRef", causes);
            if (file.has("resourceFieldRef")) {
                causes.invalid(field, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        } else if (file.has("resourceFieldRef")) {
            resourceReference(file.path("resourceFieldRef"), true, field + ".resourceFieldRef", causes);
        } else {
            causes.required(field, "one of fieldRef and resourceFieldRef is required");
        }
        VolumeValidation.mode(file, "mode", field, causes);
    }

    private static void fieldReference(JsonNode reference, List<String> supported, String field, Causes causes) {
        String version = Trees.text(reference, "apiVersion");
        String path = Trees.text(reference, "fieldPath");
        if (version.isEmpty()) {
            causes.required(field + ".apiVersion");
            return;
        }
        if (path.isEmpty()) {
            causes.required(field + ".fieldPath");
            return;
        }
        int bracket = path.indexOf("['");
        boolean subscripted = bracket > 0 && path.endsWith("']") && path.length() >= bracket + 4;
        String base = subscripted ? path.substring(0, bracket) : path;
        String unknown = null;
        if (!version.equals("v1")) {
            unknown = "unsupported pod version: " + version;
        } else if (subscripted && !base.equals("metadata.annotations") && !base.equals("metadata.labels")) {
            unknown = "field label does not support subscript: " + path;
        } else if (!subscripted && !KNOWN_FIELDS.contains(path)) {
            unknown = "field label not supported: " + path;
        }
        if (unknown != null) {
            causes.invalid(field + ".fieldPath", path, "error converting fieldPath: " + unknown);
        } else if (subscripted) {
            String key = path.substring(bracket + 2, path.length() - 2);
            String checked = base.equals("metadata.annotations") ? key.toLowerCase(Locale.ROOT) : key;
            causes.invalid(field, checked, Formats.qualifiedName(checked));
        } else {
            String internal = path.equals("spec.host") ? "spec.nodeName" : path;
            if (!supported.contains(internal)) {
                causes.notSupported(field + ".fieldPath", internal, supported);
            }
        }
    }

    private static void resourceReference(JsonNode reference, boolean inVolume, String field, Causes causes) {
        String resource = Trees.text(reference, "resource");
        boolean hugePages = resource.startsWith("limits.hugepages-") || resource.startsWith("requests.hugepages-");
        if (inVolume && Trees.text(reference, "containerName").isEmpty()) {
            causes.required(field + ".containerName");
        } else if (resource.isEmpty()) {
            causes.required(field + ".resource");
        } else if (!RESOURCES.contains(resource) && !hugePages) {
            causes.notSupported(field + ".resource", resource, RESOURCES);
        }
        divisor(reference.path("divisor"), resource, hugePages, field + ".divisor", causes);
    }

    private static void divisor(JsonNode node, String resource, boolean hugePages, String field, Causes causes) {
        Quantity divisor = Amounts.of(node);
        if (divisor.isZero()) {
            return;
        }
        if (resource.endsWith(".cpu")) {
            if (!isOneOf(divisor, List.of("1m", "1"))) {
                causes.invalid(field, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
            }
            return;
        }
        String name = resource.endsWith(".memory")
                ? "memory"
                : resource.endsWith(".ephemeral-storage") ? "local ephemeral storage" : hugePages ? "hugepages" : "";
        if (!name.isEmpty() && !isOneOf(divisor, UNITS)) {
            causes.invalid(
                    field,
                    resource,
                    "only divisor's values " + String.join(", ", UNITS) + " are supported with the " + name
                            + " resource");
        }
    }

    private static boolean isOneOf(Quantity amount, List<String> units) {
        return units.stream()
                .anyMatch(unit -> Quantity.parse(unit)
                        .map(one -> one.compareTo(amount) == 0)
                        .orElse(false));
    }
}
