package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What holds for the metadata of every object (apiserver/pkg/registry/rest/{create,update,meta}.go and
 * apimachinery/pkg/api/validation/objectmeta.go).
 */
final class ObjectMetaRules {

    /** A generated name is at most 63 characters, five of which are random. */
    private static final int LONGEST_PREFIX = 58;

    /** Finalizers that need no domain before their name. */
    private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", "orphan", "foregroundDeletion");

    /** Never stored: the version belongs to the journal, the rest is served by nobody any more. */
    private static final List<String> NEVER_STORED = List.of("resourceVersion", "selfLink");

    private ObjectMetaRules() {}

    /** Makes a new object's metadata: what only the system may say comes from the context. */
    static void create(ObjectNode meta, boolean namespaced, boolean generation, WriteContext context) {
        dropNamespace(meta, namespaced);
        meta.remove(NEVER_STORED);
        meta.remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds", "generation"));
        dropEmpty(meta);
        String prefix = Trees.text(meta, "generateName");
        if (Trees.text(meta, "name").isEmpty() && !prefix.isEmpty()) {
            String kept = prefix.length() > LONGEST_PREFIX ? prefix.substring(0, LONGEST_PREFIX) : prefix;
            meta.put("name", kept + context.nameSuffix());
        }
        meta.put("uid", context.uid());
        meta.put(
                "creationTimestamp",
                DateTimeFormatter.ISO_INSTANT.format(context.now().truncatedTo(ChronoUnit.SECONDS)));
        if (generation) {
            meta.put("generation", 1);
        }
    }

    /** Takes over from the current metadata what an update may leave out or not touch. */
    static void update(ObjectNode meta, boolean namespaced, JsonNode current) {
        dropNamespace(meta, namespaced);
        meta.remove(NEVER_STORED);
        // Who owns what is kept by FieldManager, beside the rules.
        meta.remove("managedFields");
        dropEmpty(meta);
        for (String name : List.of("name", "namespace", "uid")) {
            if (Trees.text(meta, name).isEmpty()) {
                Trees.copy(meta, name, current);
            }
        }
        Trees.copy(meta, "creationTimestamp", current);
        Trees.copy(meta, "generation", current);
        for (String name : List.of("deletionTimestamp", "deletionGracePeriodSeconds")) {
            if (current.has(name)) {
                Trees.copy(meta, name, current);
            }
        }
    }

    /** Published manifests give namespaces to cluster-wide objects too; upstream ignores that. */
    private static void dropNamespace(ObjectNode meta, boolean namespaced) {
        if (!namespaced) {
            meta.remove("namespace");
        }
    }

    /** Removes what encodes the same as nothing. */
    private static void dropEmpty(ObjectNode meta) {
        for (String name : List.of("labels", "annotations", "finalizers", "ownerReferences", "generateName")) {
            JsonNode value = meta.get(name);
            if (value != null
                    && (value.isContainerNode() && value.isEmpty()
                            || value.isTextual() && value.asText().isEmpty())) {
                meta.remove(name);
            }
        }
    }

    /** ValidateObjectMeta of pkg/apis/core/validation. */
    static void validate(JsonNode object, boolean namespaced, NameRule rule, Causes causes) {
        validateAny(object, namespaced, rule, causes);
        standardFinalizers(object.path("metadata"), causes);
    }

    /**
     * What is checked of a new object when its kind had nothing against it (registry/rest/create.go). Kinds that look
     * at their metadata themselves have found it before.
     */
    static void validateAfterKind(JsonNode object, boolean namespaced, Causes causes) {
        if (causes.isEmpty()) {
            validateAny(object, namespaced, NameRule.PATH_SEGMENT, causes);
        }
    }

    /**
     * What is checked on an update before the kind's own rules, which check most of it again; so causes repeat
     * (validateCommonFields of registry/rest/update.go).
     */
    static void validateCommon(JsonNode object, JsonNode current, boolean namespaced, Causes causes) {
        validateAny(object, namespaced, NameRule.PATH_SEGMENT, causes);
        validateAnyUpdate(object, current, causes);
    }

    private static void validateAny(JsonNode object, boolean namespaced, NameRule rule, Causes causes) {
        JsonNode meta = object.path("metadata");
        String prefix = Trees.text(meta, "generateName");
        if (!prefix.isEmpty()) {
            causes.invalid("metadata.generateName", prefix, rule.checkPrefix(prefix));
        }
        String name = Trees.text(meta, "name");
        if (name.isEmpty()) {
            causes.required("metadata.name", "name or generateName is required");
        } else {
            causes.invalid("metadata.name", name, rule.check(name));
        }
        String namespace = Trees.text(meta, "namespace");
        if (namespaced && namespace.isEmpty()) {
            causes.required("metadata.namespace");
        } else if (namespaced) {
            causes.invalid("metadata.namespace", namespace, Formats.dnsLabel(namespace));
        }
        validateParts(meta, causes);
        finalizers(meta, causes);
    }

    /** Finalizers of an object that is being created. */
    static void createdFinalizers(JsonNode meta, Causes causes) {
        finalizers(meta, causes);
        standardFinalizers(meta, causes);
    }

    private static void validateParts(JsonNode meta, Causes causes) {
        LabelRules.labels(meta.path("labels"), "metadata.labels", causes);
        LabelRules.annotations(meta.path("annotations"), "metadata.annotations", causes);
        ownerReferences(meta, causes);
    }

    /** ValidateObjectMetaUpdate. The resourceVersion is not looked at: preconditions are checked before rules run. */
    static void validateUpdate(JsonNode object, JsonNode currentObject, Causes causes) {
        validateAnyUpdate(object, currentObject, causes);
        standardFinalizers(object.path("metadata"), causes);
    }

    private static void validateAnyUpdate(JsonNode object, JsonNode currentObject, Causes causes) {
        JsonNode meta = object.path("metadata");
        JsonNode current = currentObject.path("metadata");
        if (current.has("deletionTimestamp")) {
            noNewFinalizers(meta, current, causes);
        }
        for (String name : List.of(
                "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")) {
            if (!Equality.same(meta.get(name), current.get(name))) {
                causes.invalid("metadata." + name, meta.path(name), "field is immutable");
            }
        }
        validateParts(meta, causes);
    }

    private static void noNewFinalizers(JsonNode meta, JsonNode current, Causes causes) {
        Set<String> added = new TreeSet<>(Trees.texts(meta, "finalizers"));
        Trees.texts(current, "finalizers").forEach(added::remove);
        if (!added.isEmpty()) {
            ArrayNode shown = Json.object().arrayNode();
            added.forEach(shown::add);
            causes.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers " + shown);
        }
    }

    private static void finalizers(JsonNode meta, Causes causes) {
        List<String> finalizers = Trees.texts(meta, "finalizers");
        for (String finalizer : finalizers) {
            causes.invalid("metadata.finalizers", finalizer, Formats.qualifiedName(finalizer));
        }
        if (finalizers.contains("orphan") && finalizers.contains("foregroundDeletion")) {
            causes.invalid(
                    "metadata.finalizers",
                    meta.path("finalizers"),
                    "finalizer orphan and foregroundDeletion cannot be both set");
        }
    }

    private static void standardFinalizers(JsonNode meta, Causes causes) {
        List<String> finalizers = Trees.texts(meta, "finalizers");
        for (int i = 0; i < finalizers.size(); i++) {
            standardFinalizer(finalizers.get(i), Trees.at("metadata.finalizers", i), causes);
        }
    }

    static void standardFinalizer(String finalizer, String field, Causes causes) {
        if (!finalizer.contains("/") && !STANDARD_FINALIZERS.contains(finalizer)) {
            causes.invalid(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    private static void ownerReferences(JsonNode meta, Causes causes) {
        String field = "metadata.ownerReferences";
        String controller = "";
        String second = "";
        for (ObjectNode reference : Trees.objects(meta, "ownerReferences")) {
            ownerReference(reference, field, causes);
            if (Trees.isTrue(reference, "controller") && second.isEmpty()) {
                String name = Trees.text(reference, "kind") + "/" + Trees.text(reference, "name");
                if (controller.isEmpty()) {
                    controller = name;
                } else {
                    // Once is enough: each such cause shows all references.
                    second = name;
                    causes.invalid(
                            field,
                            meta.path("ownerReferences"),
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + name);
                }
            }
        }
    }

    private static void ownerReference(ObjectNode reference, String field, Causes causes) {
        String apiVersion = Trees.text(reference, "apiVersion");
        if (apiVersion.isEmpty() || apiVersion.endsWith("/")) {
            causes.invalid(field + ".apiVersion", apiVersion, "version must not be empty");
        }
        for (Map.Entry<String, String> part : List.of(
                Map.entry("kind", Trees.text(reference, "kind")),
                Map.entry("name", Trees.text(reference, "name")),
                Map.entry("uid", Trees.text(reference, "uid")))) {
            if (part.getValue().isEmpty()) {
                causes.invalid(field + "." + part.getKey(), "", "must not be empty");
            }
        }
        if (apiVersion.equals("v1") && Trees.text(reference, "kind").equals("Event")) {
            causes.invalid(field, reference, "/v1, Kind=Event is disallowed from being an owner");
        }
    }
}
