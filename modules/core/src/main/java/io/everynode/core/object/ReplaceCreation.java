package io.everynode.core.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.UpdatePolicy;
import io.everynode.objects.apply.FieldManager;
import java.time.Instant;

/**
 * What a PUT does where there is no object: of some kinds it creates it (Update of
 * apiserver/pkg/registry/generic/registry/store.go). Pure.
 */
public final class ReplaceCreation {

    private ReplaceCreation() {}

    /**
     * Refused with 404 for other kinds and for subresources, with 409 when the object sent means a certain one. Its
     * resourceVersion does not matter.
     *
     * @return the create, without a UID
     */
    public static Outcome<ObjectWrite.Create> of(Kind kind, String name, ObjectWrite.Replace replace, Instant now) {
        if (!UpdatePolicy.createsByPut(kind) || !replace.subresource().isEmpty()) {
            return Outcome.refused(ApiStatus.notFound(kind, name));
        }
        String uid = Json.text(replace.object(), "metadata", "uid");
        if (!uid.isEmpty()) {
            return Outcome.refused(ApiStatus.conflict(
                    kind, name, "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "));
        }
        ObjectNode object = replace.object().deepCopy();
        Json.child(object, "metadata").remove("resourceVersion");
        return Outcome.done(new ObjectWrite.Create(FieldManager.created(kind, object, replace.manager(), now), ""));
    }
}
