package io.everynode.core.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.Timestamps;
import io.everynode.objects.apply.FieldManager;
import io.everynode.objects.decode.ObjectDecoder;
import io.everynode.objects.patch.PatchedObjects;
import io.everynode.objects.patch.Patches;
import io.everynode.objects.rules.ObjectRules;
import io.everynode.objects.rules.SystemPriorityClasses;
import io.everynode.objects.rules.WriteContext;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * What a write does to one object of any kind: existence, preconditions, patching, admission by the kind's rules,
 * deletion with finalizers and grace (apiserver/pkg/registry/generic/registry/store.go). Pure; trees that come in are
 * not changed.
 */
public final class ObjectLifecycle {

    /**
     * A Pod's termination grace when neither the client nor the Pod says so (core/v1
     * DefaultTerminationGracePeriodSeconds).
     */
    public static final long DEFAULT_GRACE_SECONDS = 30;

    /** Namespaces that upstream's admission lets nobody delete (admission/plugin/namespace/lifecycle). */
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private ObjectLifecycle() {}

    /**
     * @param name the object's name, for messages
     * @param current the object as it is, without resourceVersion; null when there is none
     * @param sequenceNumber of the object's last event; 0 when there is none
     */
    public static ObjectChange decide(
            Kind kind, String name, ObjectNode current, long sequenceNumber, ObjectWrite write, Instant now) {
        if (write instanceof ObjectWrite.Create create) {
            return create(kind, name, current, create, now);
        }
        if (current == null) {
            return new ObjectChange.Refused(ApiStatus.notFound(kind, name));
        }
        ApiStatus violated = write instanceof ObjectWrite.Delete delete && otherUid(current, delete.precondition())
                ? otherDeleted(kind, name, current, delete.precondition())
                : violated(kind, name, current, sequenceNumber, write.precondition());
        if (violated != null) {
            return new ObjectChange.Refused(violated);
        }
        if (write instanceof ObjectWrite.Delete delete) {
            return delete(kind, current, delete, now);
        }
        if (write instanceof ObjectWrite.Bind) {
            // Ordinary Pods take it before it comes here; a daemon Pod belongs to the node of its slot.
            return new ObjectChange.Refused(
                    ApiStatus.conflict(kind, name, "it is bound by its controller, and cannot be assigned to a host"));
        }
        if (write instanceof ObjectWrite.Evict evict) {
            return evict(kind, current, evict, now);
        }
        if (write instanceof ObjectWrite.Replace replace) {
            return replace(
                    kind, name, current, replace.subresource(), replace.object(), replace.manager(), List.of(), now);
        }
        if (write instanceof ObjectWrite.Apply apply) {
            return apply(kind, name, current, apply, now);
        }
        ObjectWrite.Patch patch = (ObjectWrite.Patch) write;
        Outcome<ObjectNode> patched = Patches.apply(patch.type(), kind, current, patch.body())
                .then(tree -> PatchedObjects.check(
                        patch.type(), kind, current, patch.body(), withoutVersion(tree), patch.fieldValidation()));
        if (patched instanceof Outcome.Refused<ObjectNode> refused) {
            return new ObjectChange.Refused(refused.status());
        }
        Outcome.Done<ObjectNode> done = (Outcome.Done<ObjectNode>) patched;
        return replace(kind, name, current, patch.subresource(), done.value(), patch.manager(), done.warnings(), now);
    }

    private static ObjectChange apply(
            Kind kind, String name, ObjectNode current, ObjectWrite.Apply apply, Instant now) {
        Outcome<ObjectNode> applied = FieldManager.apply(
                kind, apply.subresource(), current, apply.config(), apply.manager(), apply.force(), now);
        if (applied instanceof Outcome.Refused<ObjectNode> refused) {
            return new ObjectChange.Refused(refused.status());
        }
        ObjectNode merged = ((Outcome.Done<ObjectNode>) applied).value();
        Outcome<ObjectNode> checked =
                ObjectDecoder.check(kind, withoutVersion(FieldManager.bare(merged)), apply.fieldValidation());
        if (checked instanceof Outcome.Refused<ObjectNode> refused) {
            return new ObjectChange.Refused(refused.status());
        }
        Outcome.Done<ObjectNode> done = (Outcome.Done<ObjectNode>) checked;
        return admitted(
                kind,
                name,
                current,
                apply.subresource(),
                done.value(),
                next -> FieldManager.withEntriesOf(merged, next),
                done.warnings(),
                now);
    }

    private static ObjectChange create(
            Kind kind, String name, ObjectNode current, ObjectWrite.Create create, Instant now) {
        Outcome<ObjectNode> admitted =
                ObjectRules.create(kind, create.object(), new WriteContext(now, create.uid(), ""));
        // What is wrong with an object is said first, whether there is another of its name or not.
        if (current != null && admitted instanceof Outcome.Done<ObjectNode>) {
            boolean terminating = Json.at(current, "metadata").has("deletionTimestamp");
            ApiStatus exists = ApiStatus.alreadyExists(kind, name);
            return new ObjectChange.Refused(
                    terminating
                            ? new ApiStatus(
                                    exists.code(),
                                    exists.reason(),
                                    "object is being deleted: " + exists.message(),
                                    exists.details())
                            : exists);
        }
        if (admitted instanceof Outcome.Refused<ObjectNode> refused) {
            return new ObjectChange.Refused(refused.status());
        }
        Outcome.Done<ObjectNode> done = (Outcome.Done<ObjectNode>) admitted;
        return stored(null, done.value(), done.warnings());
    }

    private static ObjectChange stored(ObjectNode current, ObjectNode next, List<String> warnings) {
        return StoredSize.refusal(current, next)
                .<ObjectChange>map(ObjectChange.Refused::new)
                .orElseGet(() -> new ObjectChange.Stored(next, warnings));
    }

    private static boolean otherUid(ObjectNode current, Precondition precondition) {
        return !precondition.uid().isEmpty() && !precondition.uid().equals(Json.text(current, "metadata", "uid"));
    }

    /**
     * Deletions say it in words of their own and name the kind instead of the resource (rest.BeforeDelete of
     * apiserver/pkg/registry/rest/delete.go); those of namespaces do not (registry/core/namespace/storage).
     */
    private static ApiStatus otherDeleted(Kind kind, String name, ObjectNode current, Precondition precondition) {
        if (kind.equals(Kinds.NAMESPACE)) {
            return violated(kind, name, current, 0, precondition);
        }
        return new ApiStatus(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind.qualifiedKind() + " \"" + name
                        + "\": the UID in the precondition (" + precondition.uid()
                        + ") does not match the UID in record (" + Json.text(current, "metadata", "uid")
                        + "). The object might have been deleted and then recreated",
                new ApiStatus.Details(name, kind.group(), kind.kind(), "", List.of(), 0));
    }

    private static ApiStatus violated(
            Kind kind, String name, ObjectNode current, long sequenceNumber, Precondition precondition) {
        String uid = Json.text(current, "metadata", "uid");
        if (otherUid(current, precondition)) {
            return ApiStatus.conflict(
                    kind,
                    name,
                    "Precondition failed: UID in precondition: " + precondition.uid() + ", UID in object meta: " + uid);
        }
        if (precondition.sequenceNumber() != 0 && precondition.sequenceNumber() != sequenceNumber) {
            return ApiStatus.modified(kind, name);
        }
        return null;
    }

    private static ObjectChange replace(
            Kind kind,
            String name,
            ObjectNode current,
            String subresource,
            ObjectNode submitted,
            String manager,
            List<String> warnings,
            Instant now) {
        JsonNode sent = FieldManager.sentIn(submitted, current);
        return admitted(
                kind,
                name,
                current,
                subresource,
                submitted,
                next -> FieldManager.updated(kind, subresource, current, next, sent, manager, now),
                warnings,
                now);
    }

    /** @param owned gives the object that the rules have admitted its managedFields */
    private static ObjectChange admitted(
            Kind kind,
            String name,
            ObjectNode current,
            String subresource,
            ObjectNode submitted,
            UnaryOperator<ObjectNode> owned,
            List<String> warnings,
            Instant now) {
        String uid = Json.text(submitted, "metadata", "uid");
        if (!uid.isEmpty() && !uid.equals(Json.text(current, "metadata", "uid"))) {
            return new ObjectChange.Refused(ApiStatus.conflict(
                    kind,
                    name,
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + Json.text(current, "metadata", "uid")));
        }
        Outcome<ObjectNode> admitted = ObjectRules.update(
                kind, subresource, FieldManager.bare(current), submitted, new WriteContext(now, "", ""));
        if (admitted instanceof Outcome.Refused<ObjectNode> refused) {
            return new ObjectChange.Refused(refused.status());
        }
        Outcome.Done<ObjectNode> done = (Outcome.Done<ObjectNode>) admitted;
        ObjectNode next = owned.apply(done.value());
        List<String> all = new java.util.ArrayList<>(warnings);
        all.addAll(done.warnings());
        if (finished(next)) {
            return new ObjectChange.Removed(next, all);
        }
        return FieldManager.sameButTimes(current, next)
                ? new ObjectChange.Unchanged(current, all)
                : stored(current, next, all);
    }

    /** The note stands on the Pod also when it is terminating already (registry/core/pod/storage/eviction.go). */
    private static ObjectChange evict(Kind kind, ObjectNode current, ObjectWrite.Evict evict, Instant now) {
        ObjectNode noted = kind.equals(Kinds.POD) ? PodConditions.disrupted(current, evict.disruption(), now) : current;
        ObjectChange change = delete(kind, noted, evict.deletion(), now);
        return change instanceof ObjectChange.Unchanged && !noted.equals(current)
                ? new ObjectChange.Stored(noted, List.of())
                : change;
    }

    private static ObjectChange delete(Kind kind, ObjectNode current, ObjectWrite.Delete delete, Instant now) {
        String name = Json.text(current, "metadata", "name");
        if (kind.equals(Kinds.PRIORITY_CLASS) && SystemPriorityClasses.VALUES.containsKey(name)) {
            return new ObjectChange.Refused(
                    ApiStatus.forbidden(kind, name, "this is a system priority class and cannot be deleted"));
        }
        if (kind.equals(Kinds.NAMESPACE) && IMMORTAL.contains(name)) {
            return new ObjectChange.Refused(ApiStatus.forbidden(kind, name, "this namespace may not be deleted"));
        }
        long grace = graceSeconds(kind, current, delete);
        ObjectNode terminating = current.deepCopy();
        ObjectNode metadata = Json.child(terminating, "metadata");
        boolean already = metadata.has("deletionTimestamp");
        if (already
                && kind.equals(Kinds.POD)
                && grace >= metadata.path("deletionGracePeriodSeconds").asLong(0)) {
            return finished(current)
                    ? new ObjectChange.Removed(current, List.of())
                    : new ObjectChange.Unchanged(current, List.of());
        }
        boolean otherFinalizers = DeletionFinalizers.apply(kind, terminating, delete.propagation());
        if (already && !kind.equals(Kinds.POD)) {
            // What ends at once can still be told another way to deal with its dependents.
            if (finished(terminating)) {
                return new ObjectChange.Removed(current, List.of());
            }
            return otherFinalizers
                    ? new ObjectChange.Stored(terminating, List.of())
                    : new ObjectChange.Unchanged(current, List.of());
        }
        // A second deletion shortens the grace that began with the first.
        Instant began = already
                ? Instant.parse(metadata.path("deletionTimestamp").asText())
                        .minusSeconds(
                                metadata.path("deletionGracePeriodSeconds").asLong(0))
                : now;
        metadata.put("deletionTimestamp", Timestamps.seconds(began.plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (kind.equals(Kinds.NAMESPACE)) {
            Json.child(terminating, "status").put("phase", "Terminating");
        }
        return finished(terminating)
                ? new ObjectChange.Removed(current, List.of())
                : new ObjectChange.Stored(terminating, List.of());
    }

    /**
     * Only Pods end gracefully; one without a node or with a terminal phase ends at once
     * (registry/core/pod/strategy.go).
     */
    private static long graceSeconds(Kind kind, ObjectNode current, ObjectWrite.Delete delete) {
        if (!kind.equals(Kinds.POD)) {
            return 0;
        }
        String phase = Json.text(current, "status", "phase");
        if (Json.text(current, "spec", "nodeName").isEmpty() || phase.equals("Failed") || phase.equals("Succeeded")) {
            return 0;
        }
        long seconds = delete.gracePeriodSeconds() != null
                ? delete.gracePeriodSeconds()
                : Json.at(current, "spec", "terminationGracePeriodSeconds").asLong(DEFAULT_GRACE_SECONDS);
        // Upstream takes a negative period for one second, the Pod's own as well.
        return seconds < 0 ? 1 : seconds;
    }

    /** Deletion was asked for and nothing holds the object any more. */
    private static boolean finished(ObjectNode object) {
        ObjectNode metadata = Json.child(object, "metadata");
        return metadata.has("deletionTimestamp")
                && metadata.path("deletionGracePeriodSeconds").asLong(0) == 0
                && metadata.path("finalizers").isEmpty()
                && !(Json.text(object, "kind").equals("Namespace")
                        && !Json.at(object, "spec", "finalizers").isEmpty());
    }

    private static ObjectNode withoutVersion(ObjectNode tree) {
        if (tree.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("resourceVersion");
        }
        return tree;
    }
}
