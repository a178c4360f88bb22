package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;

/**
 * PersistentVolumeClaims (pkg/registry/core/persistentvolumeclaim/strategy.go, core validation
 * ValidatePersistentVolumeClaim*). They are kept; nothing here binds them to volumes.
 */
final class PersistentVolumeClaimRules implements KindRules {

    private static final String CLASS = "volume.beta.kubernetes.io/storage-class";
    private static final String CLAIM = "PersistentVolumeClaim";

    @Override
    public void applyDefaults(ObjectNode claim) {
        ObjectNode spec = Json.child(claim, "spec");
        Trees.textDefault(spec, "volumeMode", "Filesystem");
        ObjectNode resources = Json.child(spec, "resources");
        Amounts.normalize(resources, "requests");
        Amounts.normalize(resources, "limits");
        if (claim.get("status") instanceof ObjectNode status) {
            Amounts.normalize(status, "capacity");
            Amounts.normalize(status, "allocatedResources");
        }
    }

    /** Either of the two ways to name a source of data fills the other. */
    @Override
    public void prepareCreate(ObjectNode claim) {
        claim.putObject("status").put("phase", "Pending");
        ObjectNode spec = Json.child(claim, "spec");
        JsonNode reference = spec.path("dataSourceRef");
        if (spec.has("dataSource") && !spec.has("dataSourceRef")) {
            spec.set("dataSourceRef", spec.get("dataSource").deepCopy());
        } else if (spec.has("dataSourceRef")
                && !spec.has("dataSource")
                && Trees.text(reference, "namespace").isEmpty()) {
            ObjectNode source = reference.deepCopy();
            source.remove("namespace");
            spec.set("dataSource", source);
        }
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode claim, ObjectNode current) {
        Trees.copy(claim, subresource.equals("status") ? "spec" : "status", current);
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode claim, Causes causes) {
        ObjectMetaRules.validate(claim, true, NameRule.SUBDOMAIN, causes);
        spec(claim.path("spec"), "spec", causes);
    }

    /** ValidatePersistentVolumeClaimSpec. */
    private static void spec(JsonNode spec, String field, Causes causes) {
        if (spec.path("accessModes").isEmpty()) {
            causes.required(field + ".accessModes", "at least 1 access mode is required");
        }
        LabelRules.selector(spec.path("selector"), field + ".selector", causes);
        PersistentVolumeSpecRules.accessModes(spec, field, causes);
        JsonNode size = Json.at(spec, "resources", "requests").path("storage");
        if (size.isMissingNode()) {
            causes.required(field + ".resources[storage]");
        } else {
            PersistentVolumeSpecRules.positive(size, field + ".resources[storage]", causes);
        }
        for (String name : List.of("storageClassName", "volumeAttributesClassName")) {
            String value = Trees.text(spec, name);
            if (!value.isEmpty()) {
                causes.invalid(field + "." + name, value, Formats.dnsSubdomain(value));
            }
        }
        PersistentVolumeSpecRules.volumeMode(spec, field, causes);
        dataSources(spec, field, causes);
    }

    private static void dataSources(JsonNode spec, String field, Causes causes) {
        JsonNode source = spec.path("dataSource");
        JsonNode reference = spec.path("dataSourceRef");
        if (source.isObject()) {
            dataSource(source, field + ".dataSource", causes);
        }
        if (reference.isObject()) {
            dataSource(reference, field + ".dataSourceRef", causes);
            String namespace = Trees.text(reference, "namespace");
            if (!namespace.isEmpty()) {
                causes.invalid(field + ".dataSourceRef.namespace", namespace, Formats.dnsLabel(namespace));
                if (source.isObject()) {
                    causes.invalid(
                            field,
                            field + ".dataSource",
                            "may not be specified when dataSourceRef.namespace is specified");
                }
                return;
            }
        }
        if (source.isObject() && reference.isObject()) {
            ObjectNode other = reference.deepCopy();
            other.remove("namespace");
            if (!Equality.same(other, source)) {
                causes.invalid(field, field + ".dataSource", "must match dataSourceRef");
            }
        }
    }

    private static void dataSource(JsonNode source, String field, Causes causes) {
        String kind = Trees.text(source, "kind");
        String group = Trees.text(source, "apiGroup");
        if (Trees.text(source, "name").isEmpty()) {
            causes.required(field + ".name");
        }
        if (kind.isEmpty()) {
            causes.required(field + ".kind");
        }
        if (group.isEmpty() && !kind.equals(CLAIM)) {
            causes.invalid(field, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
        if (!group.isEmpty()) {
            causes.invalid(field + ".apiGroup", group, Formats.dnsSubdomain(group));
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode claim, ObjectNode current, Causes causes) {
        if (!subresource.equals("status")) {
            validateCreate(kind, claim, causes);
        }
        ObjectMetaRules.validateUpdate(claim, current, causes);
        if (subresource.equals("status")) {
            return;
        }
        // A second time: the strategy checks all, and so does ValidatePersistentVolumeClaimUpdate.
        validateCreate(kind, claim, causes);
        JsonNode before = current.path("spec");
        JsonNode after = claim.path("spec");
        if (!Equality.same(fixed(after, before, claim, current), fixed(before, before, current, current))) {
            causes.forbidden(
                    "spec",
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                            + " claims");
        }
        JsonNode size = Json.at(after, "resources", "requests").path("storage");
        JsonNode oldSize = Json.at(before, "resources", "requests").path("storage");
        JsonNode given = Json.at(current, "status", "capacity").path("storage");
        if (Amounts.of(size).compareTo(Amounts.of(oldSize)) < 0
                && Amounts.of(size).compareTo(Amounts.of(given)) <= 0) {
            causes.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }
        if (!Equality.same(after.get("volumeMode"), before.get("volumeMode"))) {
            causes.invalid("volumeMode", after.path("volumeMode"), "field is immutable");
        }
        attributesClass(after, before, causes);
    }

    /**
     * A copy of the spec without what may change: a class or a volume for the first time, the size of a bound claim.
     */
    private static ObjectNode fixed(JsonNode spec, JsonNode before, ObjectNode claim, ObjectNode current) {
        ObjectNode fixed = spec.deepCopy();
        fixed.remove("volumeAttributesClassName");
        if (Trees.text(before, "volumeName").isEmpty()) {
            fixed.remove("volumeName");
        }
        JsonNode annotated = Json.at(current, "metadata", "annotations").path(CLASS);
        boolean first = !before.has("storageClassName");
        if (first && (annotated.isMissingNode() || annotated.equals(spec.get("storageClassName")))) {
            fixed.remove("storageClassName");
        }
        if (Json.text(claim, "status", "phase").equals("Bound")
                && Json.at(fixed, "resources", "requests") instanceof ObjectNode requests) {
            requests.remove("storage");
        }
        return fixed;
    }

    private static void attributesClass(JsonNode after, JsonNode before, Causes causes) {
        String name = "volumeAttributesClassName";
        if (!before.has(name) || Equality.same(after.get(name), before.get(name))) {
            return;
        }
        if (!after.has(name)) {
            causes.forbidden("spec." + name, "update from non-nil value to nil is forbidden");
        } else if (Trees.text(after, name).isEmpty()) {
            causes.forbidden("spec." + name, "update from non-nil value to an empty string is forbidden");
        }
    }
}
