package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.ReplaceCreation;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.EventVersions;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.patch.Patches;
import io.everynode.objects.rules.ObjectRules;
import io.everynode.objects.rules.WriteContext;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Writes of Events that come through events.k8s.io/v1: checked by that version's rules and stored as core/v1 Events. A
 * patch is applied to the form that the client sees, and stored only if the Event is still the one it was applied to.
 */
final class EventDoorWrites {

    private static final Kind OWN = Kinds.EVENT_OF_OWN_GROUP;

    /** So often somebody else may be faster before the client is told. */
    private static final int MOST_TRIES = 5;

    private final ControlPlane inner;

    EventDoorWrites(ControlPlane inner) {
        this.inner = inner;
    }

    CompletionStage<WriteResult> write(WriteRequest request) {
        ObjectWrite write = request.write();
        if (write instanceof ObjectWrite.Create create) {
            Outcome<ObjectNode> checked =
                    ObjectRules.create(OWN, create.object(), new WriteContext(Instant.now(), "unused", "x"));
            return checked instanceof Outcome.Refused<ObjectNode> refused
                    ? refused(refused.status())
                    : store(
                            request,
                            new ObjectWrite.Create(EventVersions.toCore(create.object()), create.uid()),
                            request.resourceVersion());
        }
        if (write instanceof ObjectWrite.Apply apply) {
            ObjectWrite stored = new ObjectWrite.Apply(
                    apply.subresource(),
                    EventVersions.toCore(apply.config()),
                    apply.fieldValidation(),
                    apply.precondition(),
                    apply.manager(),
                    apply.force());
            return store(request, stored, request.resourceVersion());
        }
        return write instanceof ObjectWrite.Replace || write instanceof ObjectWrite.Patch
                ? change(request, 1)
                : store(request, write, request.resourceVersion());
    }

    private CompletionStage<WriteResult> change(WriteRequest request, int tried) {
        return inner.currentCatalog().thenCompose(catalog -> {
            Optional<StoredObject> found = catalog.get(Kinds.EVENT, request.namespace(), request.name());
            if (found.isEmpty()) {
                return make(request);
            }
            ObjectNode current = EventVersions.toOwnGroup(found.get().tree());
            Outcome<ObjectNode> changed = changed(request.write(), current).then(submitted -> {
                Json.child(current, "metadata").remove("resourceVersion");
                Json.child(submitted, "metadata").remove("resourceVersion");
                Outcome<ObjectNode> checked =
                        ObjectRules.update(OWN, "", current, submitted, new WriteContext(Instant.now(), "", ""));
                return checked instanceof Outcome.Refused<ObjectNode> ? checked : Outcome.done(submitted);
            });
            if (changed instanceof Outcome.Refused<ObjectNode> refused) {
                return refused(refused.status());
            }
            ObjectNode core = EventVersions.toCore(((Outcome.Done<ObjectNode>) changed).value());
            ObjectWrite stored = new ObjectWrite.Replace("", core, precondition(request.write()), manager(request));
            long version = request.resourceVersion() == 0 ? found.get().resourceVersion() : request.resourceVersion();
            return store(request, stored, version).thenCompose(result -> {
                boolean faster = result instanceof WriteResult.Refused refused
                        && refused.status().reason().equals("Conflict");
                return faster && request.resourceVersion() == 0 && tried < MOST_TRIES
                        ? change(request, tried + 1)
                        : CompletableFuture.completedFuture(result);
            });
        });
    }

    /** A PUT makes an Event that is not there. */
    private CompletionStage<WriteResult> make(WriteRequest request) {
        if (!(request.write() instanceof ObjectWrite.Replace replace)) {
            return refused(ApiStatus.notFound(OWN, request.name()));
        }
        Outcome<ObjectWrite.Create> creation = ReplaceCreation.of(OWN, request.name(), replace, Instant.now());
        return creation instanceof Outcome.Refused<ObjectWrite.Create> refused
                ? refused(refused.status())
                : write(request.with(((Outcome.Done<ObjectWrite.Create>) creation).value()))
                        .thenApply(WriteResult::asCreated);
    }

    private static Outcome<ObjectNode> changed(ObjectWrite write, ObjectNode current) {
        if (write instanceof ObjectWrite.Replace replace) {
            return Outcome.done(replace.object().deepCopy());
        }
        ObjectWrite.Patch patch = (ObjectWrite.Patch) write;
        return Patches.apply(patch.type(), OWN, current, patch.body())
                .then(tree -> ObjectDecoder.check(OWN, tree, patch.fieldValidation()));
    }

    private static Precondition precondition(ObjectWrite write) {
        return write.precondition();
    }

    private static String manager(WriteRequest request) {
        return request.write() instanceof ObjectWrite.Replace replace
                ? replace.manager()
                : ((ObjectWrite.Patch) request.write()).manager();
    }

    private CompletionStage<WriteResult> store(WriteRequest request, ObjectWrite write, long resourceVersion) {
        return inner.write(new WriteRequest(
                        Kinds.EVENT,
                        request.namespace(),
                        request.name(),
                        write,
                        resourceVersion,
                        request.dryRun(),
                        request.caller(),
                        request.cause(),
                        request.deadline()))
                .thenApply(EventDoorWrites::shown);
    }

    private static WriteResult shown(WriteResult result) {
        if (result instanceof WriteResult.Stored stored) {
            return new WriteResult.Stored(ShownEvent.of(stored.object()), stored.warnings(), stored.created());
        }
        if (result instanceof WriteResult.Removed removed) {
            return new WriteResult.Removed(ShownEvent.of(removed.last()), removed.warnings());
        }
        if (result instanceof WriteResult.DryRun dry) {
            return new WriteResult.DryRun(EventVersions.toOwnGroup(dry.object()), dry.warnings(), dry.created());
        }
        return new WriteResult.Refused(named(((WriteResult.Refused) result).status()));
    }

    /** Says of which group the Event is. */
    private static ApiStatus named(ApiStatus status) {
        ApiStatus.Details about = status.details();
        if (about == null || !about.group().isEmpty() || about.kind().isEmpty()) {
            return status;
        }
        String message = status.message()
                .replace(Kinds.EVENT.plural() + " \"", OWN.qualifiedResource() + " \"")
                .replace(Kinds.EVENT.kind() + " \"", OWN.qualifiedKind() + " \"");
        return new ApiStatus(
                status.code(),
                status.reason(),
                message,
                new ApiStatus.Details(
                        about.name(),
                        OWN.group(),
                        about.kind(),
                        about.uid(),
                        about.causes(),
                        about.retryAfterSeconds()));
    }

    private static CompletionStage<WriteResult> refused(ApiStatus status) {
        return CompletableFuture.completedFuture(new WriteResult.Refused(status));
    }
}
