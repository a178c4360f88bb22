package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;

/** ControllerRevisions (apps validation ValidateControllerRevision*). Their data never changes. */
final class ControllerRevisionRules implements KindRules {

    @Override
    public void applyDefaults(ObjectNode revision) {
        // The number is answered even when it is zero.
        Trees.numberDefault(revision, "revision", 0);
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode revision, Causes causes) {
        ObjectMetaRules.validate(revision, true, NameRule.SUBDOMAIN, causes);
        if (!revision.has("data")) {
            causes.required("data", "data is mandatory");
        }
        causes.nonNegative("revision", Trees.number(revision, "revision"));
    }

    @Override
    public void validateUpdate(Kind kind, String subresource, ObjectNode revision, ObjectNode current, Causes causes) {
        ObjectMetaRules.validateUpdate(revision, current, causes);
        validateCreate(kind, revision, causes);
        if (!revision.path("data").equals(current.path("data"))) {
            causes.invalid("data", revision.path("data"), "field is immutable");
        }
    }
}
