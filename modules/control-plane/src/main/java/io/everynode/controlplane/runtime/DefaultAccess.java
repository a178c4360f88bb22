package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.DefaultRoles;
import io.everynode.core.authorization.RoleReconciliation;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the default roles and bindings at a start, and adds what they lack (pkg/registry/rbac/rest/storage_rbac.go).
 */
final class DefaultAccess {

    private static final Logger log = LoggerFactory.getLogger(DefaultAccess.class);
    private static final Caller CALLER = Caller.controller("bootstrap");

    private final ControlPlane controlPlane;
    private final Clock clock;

    DefaultAccess(ControlPlane controlPlane, Clock clock) {
        this.controlPlane = controlPlane;
        this.clock = clock;
    }

    /**
     * Blocks until all were answered.
     *
     * @return false when it is to be called again, as the journal or an entity was away, or somebody was faster
     */
    boolean ensure() {
        boolean all = true;
        for (ObjectNode role : DefaultRoles.clusterRoles()) {
            all &= ensure(Kinds.CLUSTER_ROLE, role);
        }
        for (ObjectNode binding : DefaultRoles.clusterRoleBindings()) {
            all &= ensure(Kinds.CLUSTER_ROLE_BINDING, binding);
        }
        return all;
    }

    private boolean ensure(Kind kind, ObjectNode wanted) {
        String name = Json.text(wanted, "metadata", "name");
        Optional<StoredObject> found = controlPlane.catalog().get(kind, "", name);
        if (found.isEmpty()) {
            return write(kind, name, new ObjectWrite.Create(wanted, ""), 0);
        }
        ObjectNode current = found.get().tree();
        Optional<ObjectNode> changed = kind.equals(Kinds.CLUSTER_ROLE)
                ? RoleReconciliation.role(current, wanted)
                : RoleReconciliation.binding(current, wanted);
        if (changed.isEmpty()) {
            return true;
        }
        if (!changed.get().path("roleRef").equals(current.path("roleRef"))) {
            // A binding is made anew, as it cannot be changed to another role.
            write(
                    kind,
                    name,
                    new ObjectWrite.Delete(
                            new Precondition(found.get().uid(), 0), null, ObjectWrite.Propagation.DEFAULT),
                    0);
            return false;
        }
        Json.child(changed.get(), "metadata").remove("resourceVersion");
        return write(
                kind,
                name,
                new ObjectWrite.Replace("", changed.get(), Precondition.NONE),
                found.get().resourceVersion());
    }

    private boolean write(Kind kind, String name, ObjectWrite write, long resourceVersion) {
        WriteResult result = controlPlane
                .write(new WriteRequest(
                        kind,
                        "",
                        name,
                        write,
                        resourceVersion,
                        false,
                        CALLER,
                        "start",
                        clock.instant().plus(Duration.ofSeconds(30))))
                .toCompletableFuture()
                .join();
        if (!(result instanceof WriteResult.Refused refused)) {
            return true;
        }
        int code = refused.status().code();
        if (code != 409) {
            log.warn("{} {} cannot be made: {}", kind, name, refused.status().message());
        }
        return code != 409 && code < 429;
    }
}
