package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** CSINodes, which kubelets write (pkg/apis/storage/validation ValidateCSINode). */
final class CsiNodeRules implements KindRules {

    private static final int LONGEST_NODE_ID = 256;

    @Override
    public void validateCreate(Kind kind, ObjectNode node, Causes causes) {
        ObjectMetaRules.validate(node, false, NameRule.SUBDOMAIN, causes);
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode driver : Trees.objects(node.path("spec"), "drivers")) {
            driver(driver, names, Trees.at("spec.drivers", i++), causes);
        }
    }

    private static void driver(ObjectNode driver, Set<String> names, String field, Causes causes) {
        String name = Trees.text(driver, "name");
        VolumeValidation.csiDriver(name, field + ".name", causes);
        String id = Trees.text(driver, "nodeID");
        if (id.isEmpty()) {
            causes.required(field + ".nodeID");
        }
        if (Formats.bytes(id) > LONGEST_NODE_ID) {
            causes.invalid(field + ".nodeID", id, "must be " + LONGEST_NODE_ID + " characters or less");
        }
        JsonNode count = driver.path("allocatable").path("count");
        if (count.isNumber()) {
            causes.nonNegative(field + ".allocatable.count", count.asLong());
        }
        if (!names.add(name)) {
            causes.duplicate(field + ".name", name);
        }
        Set<String> keys = new HashSet<>();
        for (String key : Trees.texts(driver, "topologyKeys")) {
            if (key.isEmpty()) {
                causes.required(field);
            }
            if (!keys.add(key)) {
                causes.duplicate(field, key);
            }
            causes.invalid(field, key, Formats.qualifiedName(key));
        }
    }

    /** A driver may come and go, and what it can hold may change; else it stays what it was. */
    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode node, ObjectNode current, Causes causes) {
        // The strategy and ValidateCSINodeUpdate each check all, and neither what an update may do to metadata.
        validateCreate(kind, node, causes);
        validateCreate(kind, node, causes);
        Map<String, ObjectNode> before = new HashMap<>();
        Trees.objects(current.path("spec"), "drivers")
                .forEach(driver -> before.put(Trees.text(driver, "name"), fixed(driver)));
        for (ObjectNode driver : Trees.objects(node.path("spec"), "drivers")) {
            ObjectNode known = before.get(Trees.text(driver, "name"));
            if (known != null && !Equality.same(fixed(driver), known)) {
                causes.invalid("spec.drivers", fixed(driver), "field is immutable");
            }
        }
    }

    private static ObjectNode fixed(ObjectNode driver) {
        ObjectNode copy = driver.deepCopy();
        copy.remove("allocatable");
        return copy;
    }
}
