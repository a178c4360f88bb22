package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;

/** PodTemplates as objects of their own (pkg/registry/core/podtemplate/strategy.go). */
final class StoredPodTemplateRules implements KindRules {

    @Override
    public boolean hasGeneration() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        PodTemplateRules.applyDefaults(Json.child(object, "template"));
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode object, ObjectNode current) {
        if (!Equality.same(object.get("template"), current.get("template"))) {
            long generation = Trees.number(current.path("metadata"), "generation");
            Trees.putInteger(Json.child(object, "metadata"), "generation", generation + 1);
        }
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode object, Causes causes) {
        ObjectMetaRules.validate(object, true, NameRule.SUBDOMAIN, causes);
        PodTemplateRules.validate(object.path("template"), "template", causes);
    }
}
