package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.authentication.AuthenticationMode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.AccessRules;
import io.everynode.core.authorization.Authorizer;
import io.everynode.core.authorization.Escalation;
import io.everynode.core.authorization.NodeRestriction;
import io.everynode.core.authorization.ReferenceRights;
import io.everynode.core.authorization.User;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What may be written beyond what may be done: nobody grants what they do not hold ({@link Escalation}), a node writes
 * only what is its own ({@link NodeRestriction}), and Pods have no more than their authors, where that is asked for
 * ({@link ReferenceRights}). All writes of requests pass here; those of masters, and of kinds that this is not about,
 * at once. Thread-safe.
 */
final class WriteGuard {

    private final AccessGate gate;
    private final AuthenticationMode authentication;
    private final boolean checksReferences;
    private final ControlPlane controlPlane;
    private final CheckedWrites checked;
    private final SignerRights signers;

    /** @param checksReferences whether who writes Pods needs rights on what these name */
    WriteGuard(
            AccessGate gate, AuthenticationMode authentication, boolean checksReferences, ControlPlane controlPlane) {
        this.gate = gate;
        this.authentication = authentication;
        this.checksReferences = checksReferences;
        this.controlPlane = controlPlane;
        this.signers = new SignerRights(gate, controlPlane);
        this.checked = new CheckedWrites(controlPlane);
    }

    /** As {@link ControlPlane#write}; what may not be is an {@link ApiFailure}. */
    CompletionStage<WriteResult> write(User user, WriteRequest request) {
        if (user.isIn(User.MASTERS)) {
            return controlPlane.write(request);
        }
        if (authentication == AuthenticationMode.REQUIRED && UserTokenWrites.makesToken(request)) {
            throw new ApiFailure(ApiStatus.forbidden(
                    request.kind(), request.name(), "only " + User.MASTERS + " make tokens of users"));
        }
        if (authentication == AuthenticationMode.REQUIRED && RevocationWrites.isOne(request)) {
            throw new ApiFailure(ApiStatus.forbidden(
                    request.kind(), request.name(), "only " + User.MASTERS + " revoke certificates"));
        }
        if (!gate.isOn()) {
            return controlPlane.write(request);
        }
        signers.require(user, request);
        if (AccessRules.KINDS.contains(request.kind())) {
            return ifNotRefused(user, request, Escalation::refusal);
        }
        if (checksReferences && !user.isNode() && ReferenceRights.concerns(request.kind())) {
            return ifNotRefused(user, request, ReferenceRights::refusal);
        }
        return user.isNode() ? ofNode(user.node(), request) : controlPlane.write(request);
    }

    /** Why somebody may not make that of an object; the one before is null for a new one. */
    @FunctionalInterface
    private interface Rule {
        Optional<ApiStatus> refusal(
                Authorizer authorizer,
                User user,
                Kind kind,
                String namespace,
                String name,
                ObjectNode before,
                ObjectNode after);
    }

    private CompletionStage<WriteResult> ifNotRefused(User user, WriteRequest request, Rule rule) {
        CheckedWrites.Check check = (before, after) -> rule.refusal(
                gate.authorizer(), user, request.kind(), request.namespace(), request.name(), before, after);
        if (request.write() instanceof ObjectWrite.Create create) {
            require(check.apply(null, create.object()));
            return controlPlane.write(request);
        }
        return isUpdate(request.write()) ? checked.write(request, check) : controlPlane.write(request);
    }

    private static boolean isUpdate(ObjectWrite write) {
        return write instanceof ObjectWrite.Replace
                || write instanceof ObjectWrite.Patch
                || write instanceof ObjectWrite.Apply;
    }

    private CompletionStage<WriteResult> ofNode(String node, WriteRequest request) {
        Kind kind = request.kind();
        String namespace = request.namespace();
        String name = request.name();
        Authorizer authorizer = gate.authorizer();
        ObjectWrite write = request.write();
        SignerRights.requireOwnName(node, request);
        if (write instanceof ObjectWrite.Create create) {
            require(NodeRestriction.create(node, kind, namespace, create.object(), authorizer.world()));
            return controlPlane.write(request);
        }
        if (write instanceof ObjectWrite.Bind) {
            require(NodeRestriction.bind(node, name));
            return controlPlane.write(request);
        }
        boolean looksAtObject = kind.equals(Kinds.POD) || isUpdate(write) && kind.equals(Kinds.NODE);
        Optional<StoredObject> known = looksAtObject ? newest(kind, namespace, name) : Optional.empty();
        // Only of a Pod it matters on which node it is.
        ObjectNode before =
                kind.equals(Kinds.POD) ? known.map(StoredObject::tree).orElse(null) : null;
        if (write instanceof ObjectWrite.Delete) {
            require(NodeRestriction.delete(node, kind, namespace, name, before));
            return controlPlane.write(pinned(request, known));
        }
        if (write instanceof ObjectWrite.Evict) {
            require(NodeRestriction.evict(node, name, before));
            return controlPlane.write(pinned(request, known));
        }
        require(NodeRestriction.beforeUpdate(node, kind, namespace, name, subresource(write), before));
        boolean compare = write instanceof ObjectWrite.Apply || NodeRestriction.comparesUpdates(kind);
        if (!compare || known.isPresent() && changesStatusAlone(write)) {
            return controlPlane.write(pinned(request, known));
        }
        return checked.write(
                request,
                (was, after) -> was == null
                        ? NodeRestriction.create(node, kind, namespace, after, authorizer.world())
                        : NodeRestriction.beforeUpdate(node, kind, namespace, name, subresource(write), was)
                                .or(() -> NodeRestriction.update(node, kind, name, was, after)));
    }

    /**
     * For the token of an account: a node gets only those that are bound to a Pod of its own, for whom that Pod names.
     *
     * @param spec of the TokenRequest, as it was sent
     */
    void requireToken(User user, ResourcePath account, JsonNode spec, Catalog catalog) {
        if (gate.isOn() && !user.isIn(User.MASTERS) && user.isNode()) {
            ObjectNode pod = catalog.get(Kinds.POD, account.namespace(), Json.text(spec, "boundObjectRef", "name"))
                    .map(StoredObject::tree)
                    .orElse(null);
            require(NodeRestriction.token(
                    user.node(),
                    account.name(),
                    spec,
                    pod,
                    gate.authorizer().world(),
                    audience -> mayAskFor(user, account, audience)));
        }
    }

    private boolean mayAskFor(User user, ResourcePath account, String audience) {
        return !audience.isEmpty()
                && gate.decide(AccessRequest.ofResource(
                                user,
                                NodeRestriction.REQUEST_AUDIENCE,
                                "",
                                audience,
                                "",
                                account.namespace(),
                                account.name()))
                        .allowed();
    }

    private Optional<StoredObject> newest(Kind kind, String namespace, String name) {
        return controlPlane.catalog().get(kind, namespace, name);
    }

    private static void require(Optional<ApiStatus> refusal) {
        refusal.ifPresent(status -> {
            throw new ApiFailure(status);
        });
    }

    private static String subresource(ObjectWrite write) {
        return write instanceof ObjectWrite.Replace replace
                ? replace.subresource()
                : write instanceof ObjectWrite.Patch patch
                        ? patch.subresource()
                        : ((ObjectWrite.Apply) write).subresource();
    }

    /**
     * Reports of nodes are the most frequent writes, and need no second look: a patch that names nothing of the
     * metadata but the object's name, UID and version.
     */
    private static boolean changesStatusAlone(ObjectWrite write) {
        if (!(write instanceof ObjectWrite.Patch patch)
                || !patch.subresource().equals("status")
                || !(patch.body() instanceof ObjectNode body)) {
            return false;
        }
        for (var field : body.properties()) {
            boolean harmless = switch (field.getKey()) {
                case "status", "apiVersion", "kind" -> true;
                case "metadata" -> isIdentity(field.getValue());
                default -> false;
            };
            if (!harmless) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIdentity(JsonNode metadata) {
        for (var field : metadata.properties()) {
            boolean identity = switch (field.getKey()) {
                case "name", "namespace", "uid", "resourceVersion" -> true;
                default -> false;
            };
            if (!identity) {
                return false;
            }
        }
        return metadata.isObject();
    }

    /** Only of the object that was looked at: another of its name may be of another node. */
    private static WriteRequest pinned(WriteRequest request, Optional<StoredObject> known) {
        ObjectWrite write = request.write();
        if (known.isEmpty() || !write.precondition().uid().isEmpty()) {
            return request;
        }
        Precondition uid =
                new Precondition(known.get().uid(), write.precondition().sequenceNumber());
        if (write instanceof ObjectWrite.Delete delete) {
            return request.with(new ObjectWrite.Delete(uid, delete.gracePeriodSeconds(), delete.propagation()));
        }
        if (write instanceof ObjectWrite.Evict evict) {
            return request.with(
                    new ObjectWrite.Evict(uid, evict.gracePeriodSeconds(), evict.propagation(), evict.disruption()));
        }
        return write instanceof ObjectWrite.Patch patch
                ? request.with(new ObjectWrite.Patch(
                        patch.subresource(), patch.type(), patch.body(), patch.fieldValidation(), uid, patch.manager()))
                : request;
    }
}
