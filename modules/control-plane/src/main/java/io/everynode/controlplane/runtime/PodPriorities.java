package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.PriorityClasses;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.scheduling.PriorityAdmission;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;

/** Admission by priority of Pods and PriorityClasses on their way to their entities. Thread-safe. */
final class PodPriorities {

    private final PriorityClasses classes = new PriorityClasses();

    /** Whether a Pod names a class that this version does not have: a newer one may. */
    boolean unknownClass(WriteRequest request, CatalogVersion version) {
        return request.kind().equals(Kinds.POD)
                && request.write() instanceof ObjectWrite.Create create
                && !classes.of(version).knows(Json.text(create.object(), "spec", "priorityClassName"));
    }

    /** Null when a new object may be. @param object is changed when it is a Pod */
    ApiStatus admit(WriteRequest request, CatalogVersion version, String name, ObjectNode object) {
        if (request.kind().equals(Kinds.POD) && object.path("spec") instanceof ObjectNode spec) {
            String why = classes.of(version).admit(spec);
            return why.isEmpty() ? null : ApiStatus.forbidden(Kinds.POD, name, why);
        }
        return null;
    }

    /** Null unless a second PriorityClass would become the global default. */
    ApiStatus secondDefault(WriteRequest request, CatalogVersion version, String name) {
        if (!request.kind().equals(Kinds.PRIORITY_CLASS) || !wantsDefault(request.write())) {
            return null;
        }
        PriorityAdmission known = classes.of(version);
        return known.globalDefault().isEmpty() || known.globalDefault().equals(name)
                ? null
                : ApiStatus.forbidden(
                        Kinds.PRIORITY_CLASS,
                        name,
                        "PriorityClass " + known.globalDefault()
                                + " is already marked as default. Only one default can exist");
    }

    private static boolean wantsDefault(ObjectWrite write) {
        return write instanceof ObjectWrite.Create create
                        && create.object().path("globalDefault").asBoolean(false)
                || write instanceof ObjectWrite.Replace replace
                        && replace.object().path("globalDefault").asBoolean(false)
                || write instanceof ObjectWrite.Patch patch
                        && patch.body().path("globalDefault").asBoolean(false)
                || write instanceof ObjectWrite.Apply apply
                        && apply.config().path("globalDefault").asBoolean(false);
    }
}
