package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.ApiStatus.Cause;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.util.ArrayList;
import java.util.List;

/**
 * What must hold of an object that a patch has changed before the kind's rules look at it
 * (apiserver/pkg/endpoints/handlers/patch.go): it still is of its kind, has the right types, its name and its
 * namespace. Pure.
 */
public final class PatchedObjects {

    private PatchedObjects() {}

    /**
     * @param current before the patch
     * @param patch the parsed body
     * @param patched without a resourceVersion; not changed
     * @return the checked tree; refused with 422 and the field "patch" when it is no object of the kind any more, with
     *     400 for another name or namespace, with 422 for another uid
     */
    public static Outcome<ObjectNode> check(
            PatchType type,
            Kind kind,
            ObjectNode current,
            JsonNode patch,
            ObjectNode patched,
            FieldValidation validation) {
        ObjectNode typed = patched;
        if (type == PatchType.STRATEGIC) {
            // Upstream merges into a Go structure of the kind and does not look at these.
            typed = patched.deepCopy();
            typed.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        }
        Outcome<ObjectNode> checked = PatchedObject.check(kind, type, patch, typed, validation);
        if (checked instanceof Outcome.Refused<ObjectNode> refused
                && refused.status().code() == 400) {
            String named = Json.text(patched, "apiVersion") + " " + Json.text(patched, "kind");
            return Outcome.refused(ApiStatus.invalidPatch(
                    Cause.invalid("patch", named, refused.status().message())));
        }
        return checked.then(object -> samePlace(kind, current, object));
    }

    private static Outcome<ObjectNode> samePlace(Kind kind, ObjectNode current, ObjectNode object) {
        JsonNode meta = object.path("metadata");
        String namespace = Json.text(meta, "namespace");
        if (kind.namespaced()
                && !namespace.isEmpty()
                && !namespace.equals(Json.text(current, "metadata", "namespace"))) {
            return Outcome.refused(ApiStatus.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request"));
        }
        String name = Json.text(current, "metadata", "name");
        String given = Json.text(meta, "name");
        if (given.isEmpty()) {
            return Outcome.refused(ApiStatus.badRequest(
                    "the name of the object (" + name + " based on URL) was undeterminable: name must be provided"));
        }
        if (!given.equals(name)) {
            return Outcome.refused(ApiStatus.badRequest(
                    "the name of the object (" + given + ") does not match the name on the URL (" + name + ")"));
        }
        String uid = Json.text(meta, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.text(current, "metadata", "uid"))) {
            List<Cause> causes = new ArrayList<>();
            // Upstream finds it twice: for all kinds, and for this one.
            Cause immutable = Cause.invalid("metadata.uid", uid, "field is immutable");
            causes.add(immutable);
            causes.add(immutable);
            return Outcome.refused(ApiStatus.invalid(kind, name, causes));
        }
        return Outcome.done(object);
    }
}
