package io.everynode.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;

/**
 * One entry of metadata.ownerReferences.
 *
 * @param blocking the owner's deletion in the foreground waits for the object ({@code blockOwnerDeletion})
 */
public record OwnerReference(String apiVersion, String kind, String name, String uid, boolean blocking) {

    static OwnerReference of(JsonNode reference) {
        return new OwnerReference(
                Json.text(reference, "apiVersion"),
                Json.text(reference, "kind"),
                Json.text(reference, "name"),
                Json.text(reference, "uid"),
                reference.path("blockOwnerDeletion").asBoolean(false));
    }
}
