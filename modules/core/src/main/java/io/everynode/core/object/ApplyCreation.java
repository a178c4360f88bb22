package io.everynode.core.object;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.apply.FieldManager;
import io.everynode.objects.decode.ObjectDecoder;
import java.time.Instant;

/** What a server-side apply does where there is no object yet: it creates it. Pure. */
public final class ApplyCreation {

    private ApplyCreation() {}

    /**
     * Refused with 404 for a subresource, with 400 for a configuration without a name, with 409 when the configuration
     * means a certain object, and as any apply.
     *
     * @param resourceVersion that the object should have had; 0 for any
     * @return the create, without a UID
     */
    public static Outcome<ObjectWrite.Create> of(
            Kind kind, String namespace, String name, ObjectWrite.Apply apply, long resourceVersion, Instant now) {
        if (!apply.subresource().isEmpty()) {
            return Outcome.refused(ApiStatus.notFound(kind, name));
        }
        String uid = Json.text(apply.config(), "metadata", "uid");
        if (!uid.isEmpty()) {
            return Outcome.refused(ApiStatus.conflict(
                    kind,
                    name,
                    "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found"));
        }
        if (resourceVersion != 0) {
            return Outcome.refused(ApiStatus.modified(kind, name));
        }
        if (Json.text(apply.config(), "metadata", "name").isEmpty()) {
            return Outcome.refused(ApiStatus.badRequest(
                    "the name of the object (" + name + " based on URL) was undeterminable: name must be provided"));
        }
        return FieldManager.apply(kind, "", null, apply.config(), apply.manager(), apply.force(), now)
                .then(object -> ObjectDecoder.check(kind, object, apply.fieldValidation()))
                .then(object -> {
                    if (kind.namespaced()) {
                        Json.child(object, "metadata").put("namespace", namespace);
                    }
                    return Outcome.done(new ObjectWrite.Create(object, ""));
                });
    }
}
