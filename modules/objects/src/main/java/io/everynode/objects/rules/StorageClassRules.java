package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** StorageClasses (pkg/apis/storage/validation ValidateStorageClass). They are kept; nobody makes volumes of them. */
final class StorageClassRules implements KindRules {

    private static final int MOST_PARAMETERS = 512;
    private static final int LARGEST_PARAMETERS = 256 * 1024;
    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Retain");
    private static final List<String> BINDING_MODES = List.of("Immediate", "WaitForFirstConsumer");

    @Override
    public void applyDefaults(ObjectNode storageClass) {
        Trees.textDefault(storageClass, "reclaimPolicy", "Delete");
        Trees.textDefault(storageClass, "volumeBindingMode", "Immediate");
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode storageClass, Causes causes) {
        ObjectMetaRules.validate(storageClass, false, NameRule.SUBDOMAIN, causes);
        String provisioner = Trees.text(storageClass, "provisioner");
        if (provisioner.isEmpty()) {
            causes.required("provisioner");
        } else {
            String lower = provisioner.toLowerCase(Locale.ROOT);
            causes.invalid("provisioner", lower, Formats.qualifiedName(lower));
        }
        parameters(storageClass.path("parameters"), causes);
        String policy = Trees.text(storageClass, "reclaimPolicy");
        if (!RECLAIM_POLICIES.contains(policy)) {
            causes.notSupported("reclaimPolicy", policy, RECLAIM_POLICIES);
        }
        String mode = Trees.text(storageClass, "volumeBindingMode");
        if (!BINDING_MODES.contains(mode)) {
            causes.notSupported("volumeBindingMode", mode, BINDING_MODES);
        }
        topologies(storageClass, causes);
    }

    private static void parameters(JsonNode parameters, Causes causes) {
        if (parameters.size() > MOST_PARAMETERS) {
            causes.tooLong("parameters", MOST_PARAMETERS);
            return;
        }
        long size = 0;
        for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
            if (parameter.getKey().isEmpty()) {
                causes.invalid("parameters", "", "field can not be empty.");
            }
            size += Formats.bytes(parameter.getKey())
                    + Formats.bytes(parameter.getValue().asText());
        }
        if (size > LARGEST_PARAMETERS) {
            causes.tooLong("parameters", LARGEST_PARAMETERS);
        }
    }

    private static void topologies(JsonNode storageClass, Causes causes) {
        Set<Map<String, Set<String>>> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode term : Trees.objects(storageClass, "allowedTopologies")) {
            String at = Trees.at("allowedTopologies", i++) + ".matchLabelExpressions";
            Map<String, Set<String>> labels = new HashMap<>();
            int j = 0;
            for (ObjectNode requirement : Trees.objects(term, "matchLabelExpressions")) {
                String field = Trees.at(at, j++);
                String key = Trees.text(requirement, "key");
                Set<String> values = topology(requirement, key, field, causes);
                if (labels.put(key, values) != null) {
                    causes.duplicate(field + ".key", key);
                }
            }
            if (!seen.add(labels)) {
                causes.duplicate(at, "");
            }
        }
    }

    private static Set<String> topology(ObjectNode requirement, String key, String field, Causes causes) {
        Set<String> values = new HashSet<>();
        List<String> given = Trees.texts(requirement, "values");
        if (given.isEmpty()) {
            causes.required(field + ".values");
        }
        for (int i = 0; i < given.size(); i++) {
            if (!values.add(given.get(i))) {
                causes.duplicate(Trees.at(field + ".values", i), given.get(i));
            }
        }
        LabelRules.labelName(key, field + ".key", causes);
        return values;
    }

    @Override
    public void validateUpdate(
            Kind kind, String subresource, ObjectNode storageClass, ObjectNode current, Causes causes) {
        validateCreate(kind, storageClass, causes);
        ObjectMetaRules.validateUpdate(storageClass, current, causes);
        for (String field : List.of("parameters", "provisioner", "reclaimPolicy")) {
            if (!Equality.same(storageClass.get(field), current.get(field))
                    && !(storageClass.path(field).isEmpty()
                            && current.path(field).isEmpty()
                            && field.equals("parameters"))) {
                causes.forbidden(field, "updates to " + field + " are forbidden.");
            }
        }
        if (!Equality.same(storageClass.get("volumeBindingMode"), current.get("volumeBindingMode"))) {
            causes.invalid("volumeBindingMode", storageClass.path("volumeBindingMode"), "field is immutable");
        }
    }
}
