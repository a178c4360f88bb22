package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;

/** Pod templates within other objects (core validation ValidatePodTemplateSpec). */
final class PodTemplateRules {

    private PodTemplateRules() {}

    static void applyDefaults(ObjectNode template) {
        ZeroValues.drop(Json.child(template, "metadata"));
        PodSpecDefaults.apply(Json.child(template, "spec"));
    }

    static void validate(JsonNode template, String field, Causes causes) {
        JsonNode meta = template.path("metadata");
        JsonNode spec = template.path("spec");
        LabelRules.labels(meta.path("labels"), field + ".labels", causes);
        LabelRules.annotations(meta.path("annotations"), field + ".annotations", causes);
        PodAnnotationRules.validate(meta.path("annotations"), spec, field + ".annotations", causes);
        PodSpecValidation.validate(spec, field + ".spec", false, causes);
        if (spec.has("ephemeralContainers")) {
            causes.forbidden(field + ".spec.ephemeralContainers", "ephemeral containers not allowed in pod template");
        }
    }
}
