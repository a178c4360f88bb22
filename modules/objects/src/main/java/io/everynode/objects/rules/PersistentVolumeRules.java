package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;

/**
 * PersistentVolumes (pkg/registry/core/persistentvolume/strategy.go, core validation ValidatePersistentVolume*). They
 * are kept; nothing here binds claims to them, so the phase stays what clients make it.
 */
final class PersistentVolumeRules implements KindRules {

    @Override
    public void applyDefaults(ObjectNode volume) {
        ObjectNode spec = Json.child(volume, "spec");
        Trees.textDefault(spec, "persistentVolumeReclaimPolicy", "Retain");
        PersistentVolumeSpecRules.applyDefaults(spec);
    }

    @Override
    public void prepareCreate(ObjectNode volume) {
        volume.putObject("status").put("phase", "Pending");
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode volume, ObjectNode current) {
        Trees.copy(volume, subresource.equals("status") ? "spec" : "status", current);
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode volume, Causes causes) {
        ObjectMetaRules.validate(volume, false, NameRule.SUBDOMAIN, causes);
        PersistentVolumeSpecRules.validate(volume.path("spec"), false, "spec", causes);
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode volume, ObjectNode current, Causes causes) {
        if (subresource.equals("status")) {
            ObjectMetaRules.validateUpdate(volume, current, causes);
            return;
        }
        // The strategy and ValidatePersistentVolumeUpdate each check all, and neither what an update may do to
        // metadata.
        validateCreate(kind, volume, causes);
        validateCreate(kind, volume, causes);
        JsonNode before = current.path("spec");
        JsonNode after = volume.path("spec");
        if (!sameSource(after, before)) {
            causes.forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
        }
        if (!Equality.same(after.get("volumeMode"), before.get("volumeMode"))) {
            causes.invalid("volumeMode", after.path("volumeMode"), "field is immutable");
        }
        if (before.has("nodeAffinity") && !Equality.same(after.get("nodeAffinity"), before.get("nodeAffinity"))) {
            causes.invalid("nodeAffinity", after.path("nodeAffinity"), "field is immutable");
        }
        if (before.has("volumeAttributesClassName") && !after.has("volumeAttributesClassName")) {
            causes.forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden");
        }
    }

    /** The Secret for growing may be given later. */
    private static boolean sameSource(JsonNode after, JsonNode before) {
        ObjectNode changed = PersistentVolumeSpecRules.source(after);
        ObjectNode known = PersistentVolumeSpecRules.source(before);
        if (known.has("csi")
                && !known.path("csi").has("controllerExpandSecretRef")
                && changed.get("csi") instanceof ObjectNode csi) {
            csi.remove("controllerExpandSecretRef");
        }
        return Equality.same(changed, known);
    }
}
