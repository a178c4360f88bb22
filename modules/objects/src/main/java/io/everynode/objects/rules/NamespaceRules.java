package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;

/** Namespaces (pkg/registry/core/namespace/strategy.go, core validation ValidateNamespace*). */
final class NamespaceRules implements KindRules {

    /** The finalizer that holds a namespace until it is empty. */
    private static final String KUBERNETES = "kubernetes";

    private static final String NAME_LABEL = "kubernetes.io/metadata.name";

    @Override
    public void applyDefaults(ObjectNode namespace) {
        ObjectNode meta = Json.child(namespace, "metadata");
        String name = Trees.text(meta, "name");
        if (!name.isEmpty()) {
            Json.child(meta, "labels").put(NAME_LABEL, name);
        }
    }

    @Override
    public void prepareCreate(ObjectNode namespace) {
        namespace.putObject("status").put("phase", "Active");
        ObjectNode spec = Json.child(namespace, "spec");
        if (!Trees.texts(spec, "finalizers").contains(KUBERNETES)) {
            Trees.array(spec, "finalizers").add(KUBERNETES);
        }
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode namespace, ObjectNode current) {
        if (!subresource.equals("finalize")) {
            Trees.copy(namespace, "spec", current);
        }
        if (!subresource.equals("status")) {
            Trees.copy(namespace, "status", current);
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode namespace, Causes causes) {
        ObjectMetaRules.validate(namespace, false, NameRule.LABEL, causes);
        validateFinalizers(namespace, causes);
        PodSecurityLabels.validate(namespace, null, causes);
    }

    private static void validateFinalizers(ObjectNode namespace, Causes causes) {
        for (String finalizer : Trees.texts(namespace.path("spec"), "finalizers")) {
            specFinalizer(finalizer, "spec.finalizers", causes);
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode namespace, ObjectNode current, Causes causes) {
        if (subresource.isEmpty()) {
            ObjectMetaRules.validate(namespace, false, NameRule.LABEL, causes);
            validateFinalizers(namespace, causes);
            PodSecurityLabels.validate(namespace, current, causes);
        }
        ObjectMetaRules.validateUpdate(namespace, current, causes);
        if (subresource.equals("status")) {
            validateStatus(namespace, causes);
        }
        if (subresource.equals("finalize")) {
            List<String> finalizers = Trees.texts(namespace.path("spec"), "finalizers");
            for (int i = 0; i < finalizers.size(); i++) {
                specFinalizer(finalizers.get(i), Trees.at("spec.finalizers", i), causes);
            }
        }
    }

    private static void validateStatus(ObjectNode namespace, Causes causes) {
        String phase = Json.text(namespace, "status", "phase");
        boolean deleting = namespace.path("metadata").has("deletionTimestamp");
        if (!deleting && !phase.equals("Active")) {
            causes.invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty");
        } else if (deleting && !phase.equals("Terminating")) {
            causes.invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
        }
    }

    private static void specFinalizer(String finalizer, String field, Causes causes) {
        causes.invalid(field, finalizer, Formats.qualifiedName(finalizer));
        ObjectMetaRules.standardFinalizer(finalizer, field, causes);
    }
}
