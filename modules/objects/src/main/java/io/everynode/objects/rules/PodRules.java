package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;

/**
 * Pods (pkg/registry/core/pod/strategy.go). Priority, overhead and limit ranges need other objects and come with
 * admission, not here; on update the priority is kept when left out, as the Priority admission plugin does.
 */
final class PodRules implements KindRules {

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode pod) {
        ObjectNode spec = Json.child(pod, "spec");
        PodSpecDefaults.apply(spec);
        PodDefaults.apply(spec);
    }

    @Override
    public void applyDecodingDefaults(ObjectNode pod) {
        ObjectNode spec = Json.child(pod, "spec");
        PodSpecDefaults.apply(spec);
        PodDefaults.applyDecodingDefaults(spec);
    }

    @Override
    public void prepareCreate(ObjectNode pod) {
        ObjectNode spec = Json.child(pod, "spec");
        if (!pod.path("metadata").path("annotations").has(PodAnnotationRules.MIRROR)) {
            PodDefaults.serviceAccount(spec);
        }
        pod.putObject("status").put("phase", "Pending").put("qosClass", PodQos.of(spec));
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode pod, ObjectNode current) {
        if (subresource.equals("status")) {
            prepareStatus(pod, current);
            return;
        }
        Trees.copy(pod, "status", current);
        ObjectNode spec = Json.child(pod, "spec");
        for (String kept : List.of("priority", "preemptionPolicy")) {
            if (!spec.has(kept)) {
                Trees.copy(spec, kept, current.path("spec"));
            }
        }
        if (!Equality.same(spec, current.get("spec"))) {
            ObjectNode meta = Json.child(pod, "metadata");
            Trees.putInteger(meta, "generation", Trees.number(current.path("metadata"), "generation") + 1);
        }
    }

    /** Old kubelets garble owners, too, so that these come from the current Pod. */
    private static void prepareStatus(ObjectNode pod, ObjectNode current) {
        Trees.copy(pod, "spec", current);
        Trees.copy(Json.child(pod, "metadata"), "ownerReferences", current.path("metadata"));
        PodStatusUpdate.complete(Json.child(pod, "status"), current.path("status"));
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode pod, Causes causes) {
        metadataAndSpec(pod, causes);
        JsonNode spec = pod.path("spec");
        if (spec.has("ephemeralContainers")) {
            causes.forbidden("spec.ephemeralContainers", "cannot be set on create");
        }
        if (!Trees.text(spec, "nodeName").isEmpty() && spec.has("schedulingGates")) {
            causes.forbidden("spec.nodeName", "cannot be set until all schedulingGates have been cleared");
        }
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode pod, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(pod, current, causes);
        JsonNode annotations = pod.path("metadata").path("annotations");
        JsonNode before = current.path("metadata").path("annotations");
        if (subresource.equals("status")) {
            PodAnnotationRules.validateUpdate(annotations, before, "metadata.annotations", causes);
            PodStatusValidation.validate(pod, current, causes);
            return;
        }
        metadataAndSpec(pod, causes);
        PodAnnotationRules.validateUpdate(annotations, before, "metadata.annotations", causes);
        PodUpdateValidation.validate(pod, current, causes);
    }

    private static void metadataAndSpec(ObjectNode pod, Causes causes) {
        ObjectMetaRules.validate(pod, true, NameRule.SUBDOMAIN, causes);
        JsonNode spec = pod.path("spec");
        PodAnnotationRules.validate(pod.path("metadata").path("annotations"), spec, "metadata.annotations", causes);
        PodSpecValidation.validate(spec, "spec", true, causes);
        if (Trees.text(spec, "serviceAccountName").isEmpty()) {
            tokensWithoutAccount(spec, causes);
        }
        for (String list : List.of("containers", "initContainers")) {
            int i = 0;
            for (ObjectNode container : Trees.objects(spec, list)) {
                String image = Trees.text(container, "image");
                if (!image.equals(image.strip())) {
                    causes.invalid(
                            Trees.at("spec." + list, i) + ".image",
                            image,
                            "must not have leading or trailing whitespace");
                }
                i++;
            }
        }
    }

    private static void tokensWithoutAccount(JsonNode spec, Causes causes) {
        int i = 0;
        for (ObjectNode volume : Trees.objects(spec, "volumes")) {
            String sources = Trees.at("spec.volumes", i++) + ".projected.sources";
            int j = 0;
            for (ObjectNode source : Trees.objects(volume.path("projected"), "sources")) {
                if (source.has("serviceAccountToken")) {
                    causes.forbidden(
                            Trees.at(sources, j) + ".serviceAccountToken",
                            "must not be specified when serviceAccountName is not set");
                }
                j++;
            }
        }
    }
}
