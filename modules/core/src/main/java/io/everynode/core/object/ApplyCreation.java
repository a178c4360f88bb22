package io.everynode.core.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
     * Refused with 404 for a subresource, with 409 when the configuration means a certain object, and as any apply.
     *
     * @param resourceVersion that the object should have had; 0 for any
     * @return the create, without a UID
     */
    public static Outcome<ObjectWrite.Create> of(
            Kind kind, String name, ObjectWrite.Apply apply, long resourceVersion, Instant now) {
        if (!apply.subresource().isEmpty()) {
            return Outcome.refused(ApiStatus.notFound(kind, name));
        }
        String uid = Json.text(apply.config(), "metadata", "uid");
        if (!uid.isEmpty()) {
            return Outcome.refused(ApiStatus.conflict(
                    kind,
                    name,
                    "uid mismatch: the provided object specified uid " + uid
                            + ", and no existing object was found"));
        }
        if (resourceVersion != 0) {
            return Outcome.refused(ApiStatus.modified(kind, name));
        }
        return FieldManager.apply(kind, "", null, apply.config(), apply.manager(), apply.force(), now)
                .then(object -> ObjectDecoder.check(kind, object, apply.fieldValidation()))
                .then(object -> Outcome.done(new ObjectWrite.Create(object, "")));
    }
}
