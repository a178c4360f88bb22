package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import java.util.List;
import java.util.Map;

/**
 * VolumeAttachments (pkg/apis/storage/validation ValidateVolumeAttachment*, pkg/registry/storage/volumeattachment/
 * strategy.go). They are kept; attaching is a driver's work.
 */
final class VolumeAttachmentRules implements KindRules {

    private static final int LARGEST_METADATA = 256 * 1024;
    private static final int LONGEST_MESSAGE = 1024;
    private static final String ONE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

    @Override
    public void applyDefaults(ObjectNode attachment) {
        if (Json.at(attachment, "spec", "source", "inlineVolumeSpec") instanceof ObjectNode spec) {
            PersistentVolumeSpecRules.applyDefaults(spec);
        }
    }

    @Override
    public void prepareUpdate(String subresource, ObjectNode attachment, ObjectNode current) {
        Trees.copy(attachment, subresource.equals("status") ? "spec" : "status", current);
    }

    @Override
    public void validateCreate(Kind kind, ObjectNode attachment, Causes causes) {
        validate(attachment, causes);
        JsonNode spec = attachment.path("spec");
        VolumeValidation.csiDriver(Trees.text(spec, "attacher"), "spec.attacher", causes);
        String volume = Trees.text(spec.path("source"), "persistentVolumeName");
        if (spec.path("source").has("persistentVolumeName")) {
            causes.invalid("spec.source.persistentVolumeName", volume, Formats.dnsSubdomain(volume));
        }
    }

    private static void validate(ObjectNode attachment, Causes causes) {
        ObjectMetaRules.validate(attachment, false, NameRule.SUBDOMAIN, causes);
        JsonNode spec = attachment.path("spec");
        if (Trees.text(spec, "attacher").isEmpty()) {
            causes.required("spec.attacher");
        }
        source(spec.path("source"), causes);
        String node = Trees.text(spec, "nodeName");
        causes.invalid("spec.nodeName", node, Formats.dnsSubdomain(node));
        status(attachment.path("status"), causes);
    }

    private static void source(JsonNode source, Causes causes) {
        boolean inline = source.has("inlineVolumeSpec");
        boolean named = source.has("persistentVolumeName");
        if (inline == named) {
            if (inline) {
                causes.forbidden("spec.source", ONE);
            } else {
                causes.required("spec.source", ONE);
            }
        } else if (inline) {
            PersistentVolumeSpecRules.validate(
                    source.path("inlineVolumeSpec"), true, "spec.source.inlineVolumeSpec", causes);
        } else if (Trees.text(source, "persistentVolumeName").isEmpty()) {
            causes.required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName");
        }
    }

    private static void status(JsonNode status, Causes causes) {
        long size = 0;
        for (Map.Entry<String, JsonNode> fact : Trees.entries(status, "attachmentMetadata")) {
            size += Formats.bytes(fact.getKey()) + Formats.bytes(fact.getValue().asText());
        }
        if (size > LARGEST_METADATA) {
            causes.tooLong("status.attachmentMetadata", LARGEST_METADATA);
        }
        for (String name : List.of("attachError", "detachError")) {
            JsonNode error = status.path(name);
            if (Formats.bytes(Trees.text(error, "message")) > LONGEST_MESSAGE) {
                causes.tooLong("status." + name + ".message", LARGEST_METADATA);
            }
            if (Trees.number(error, "errorCode") < 0) {
                causes.invalid(
                        "status." + name + ".errorCode",
                        Trees.number(error, "errorCode"),
                        "must be between 0 and " + Integer.MAX_VALUE + ", inclusive");
            }
        }
    }

    @Override
    public void validateUpdate(
            Kind kind, String subresource, ObjectNode attachment, ObjectNode current, Causes causes) {
        // The strategy and ValidateVolumeAttachmentUpdate each check all, and neither what an update may do to
        // metadata.
        validate(attachment, causes);
        validate(attachment, causes);
        if (!Equality.same(attachment.get("spec"), current.get("spec"))) {
            causes.invalid("spec", attachment.path("spec"), "field is immutable");
        }
    }
}
