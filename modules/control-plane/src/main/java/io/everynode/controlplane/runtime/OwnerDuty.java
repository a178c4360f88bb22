package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogOwners;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.collection.Collectable;
import io.everynode.core.collection.CollectionStep;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.core.collection.OwnerCollection;
import io.everynode.core.collection.OwnerReference;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.Caller;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Timestamps;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owner references are honoured: objects without owners go, and deletions in the foreground and with orphans get their
 * way (pkg/controller/garbagecollector). What is to be done, {@link OwnerCollection} decides.
 */
final class OwnerDuty implements Duty<ObjectAddress> {

    private static final Logger log = LoggerFactory.getLogger(OwnerDuty.class);
    private static final Duration WRITE_LIFE = Duration.ofSeconds(10);
    private static final Caller COLLECTOR = Caller.controller("generic-garbage-collector");

    @Override
    public Collection<ObjectAddress> everything(CatalogVersion version) {
        ownerless(version)
                .forEach((uid, pods) ->
                        log.warn("{} daemon Pods belong to DaemonSet UID {}, which nobody knows", pods, uid));
        return version.owners().everything();
    }

    /** Daemon Pods go with their DaemonSet or their Node, so one of an unknown DaemonSet is a defect; counts by UID. */
    static Map<String, Integer> ownerless(CatalogVersion version) {
        Set<String> known = new HashSet<>();
        for (DaemonSetState state : version.daemonSets().values()) {
            known.addAll(state.retiring().keySet());
            if (state.current() != null) {
                known.add(state.current().uid());
            }
        }
        Map<String, Integer> unknown = new TreeMap<>();
        for (NodeState node : version.nodes().values()) {
            for (DaemonPod pod : node.pods().values()) {
                if (!pod.daemonSetUid().isEmpty() && !known.contains(pod.daemonSetUid())) {
                    unknown.merge(pod.daemonSetUid(), 1, Integer::sum);
                }
            }
        }
        return unknown;
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<ObjectAddress> keys) {
        if (EntityIds.isView(change.object())) {
            return;
        }
        Collectable now = change.object().collectable();
        Collectable before = change.previous() == null ? now : change.previous().collectable();
        if (change.type() == Change.Type.REMOVED) {
            addDependents(version, now, keys);
            addOwners(version, before, keys);
            return;
        }
        if (!now.owners().isEmpty() || now.matters()) {
            boolean changed = change.previous() == null || !now.equals(before);
            if (changed) {
                keys.accept(now.address());
            }
            if (changed && now.deletesDependents() && !before.deletesDependents()) {
                addDependents(version, now, keys);
            }
        }
        if (!before.owners().equals(now.owners())) {
            addOwners(version, before, keys);
        }
    }

    private static void addDependents(CatalogVersion version, Collectable owner, Consumer<ObjectAddress> keys) {
        version.owners().dependents(owner.uid()).forEach(dependent -> keys.accept(dependent.address()));
    }

    /** They may wait for this dependent, whatever its namespace is. */
    private static void addOwners(CatalogVersion version, Collectable dependent, Consumer<ObjectAddress> keys) {
        for (OwnerReference owner : dependent.owners()) {
            version.owners().waiting(owner.uid()).ifPresent(waiting -> keys.accept(waiting.address()));
        }
    }

    @Override
    public Todo decide(CatalogVersion version, ObjectAddress key, Instant now) {
        List<WriteRequest> writes = new ArrayList<>();
        for (CollectionStep step : OwnerCollection.decide(new CatalogOwners(version), key)) {
            writes.add(request(version, step, now));
        }
        return Todo.of(writes);
    }

    private static WriteRequest request(CatalogVersion version, CollectionStep step, Instant now) {
        Collectable object = step.object();
        Precondition same = new Precondition(object.uid(), 0);
        if (step instanceof CollectionStep.Delete delete) {
            // An object that got other owners meanwhile is looked at again.
            ObjectAddress at = object.address();
            long seen = version.get(at.kind(), at.namespace(), at.name())
                    .map(StoredObject::resourceVersion)
                    .orElse(0L);
            return write(version, at, new ObjectWrite.Delete(same, null, delete.propagation()), seen, now);
        }
        if (step instanceof CollectionStep.WarnOfNamespace warning) {
            return write(version, warning(warning, now), now);
        }
        return write(
                version,
                object.address(),
                new ObjectWrite.Patch("", PatchType.STRATEGIC, patch(step), FieldValidation.IGNORE, same),
                0,
                now);
    }

    /** Patches are applied by the entity to what is there then, so that other changes of the object stay. */
    private static ObjectNode patch(CollectionStep step) {
        ObjectNode body = Json.object();
        ObjectNode metadata = body.putObject("metadata");
        if (step instanceof CollectionStep.TakeFinalizer take) {
            metadata.putArray("$deleteFromPrimitiveList/finalizers").add(take.finalizer());
            return body;
        }
        ArrayNode owners = metadata.putArray("ownerReferences");
        if (step instanceof CollectionStep.DropOwners drop) {
            drop.uids()
                    .forEach(uid -> owners.addObject().put("$patch", "delete").put("uid", uid));
        } else {
            step.object().owners().stream()
                    .filter(OwnerReference::blocking)
                    .forEach(owner -> owners.addObject().put("uid", owner.uid()).put("blockOwnerDeletion", false));
        }
        return body;
    }

    private static WriteRequest write(
            CatalogVersion version, ObjectAddress at, ObjectWrite write, long resourceVersion, Instant now) {
        return new WriteRequest(
                at.kind(),
                at.namespace(),
                at.name(),
                write,
                resourceVersion,
                false,
                COLLECTOR,
                "journal " + version.resourceVersion(),
                now.plus(WRITE_LIFE));
    }

    private static WriteRequest write(CatalogVersion version, ObjectNode event, Instant now) {
        ObjectAddress at = new ObjectAddress(
                Kinds.EVENT, Json.text(event, "metadata", "namespace"), Json.text(event, "metadata", "name"));
        return write(version, at, new ObjectWrite.Create(event, ""), 0, now);
    }

    /** The name follows from the object and the owner, so that the same is said once. */
    private static ObjectNode warning(CollectionStep.WarnOfNamespace warning, Instant now) {
        Collectable object = warning.object();
        ObjectAddress at = object.address();
        OwnerReference owner = warning.owner();
        String time = Timestamps.seconds(now);
        UUID unique = UUID.nameUUIDFromBytes((object.uid() + owner.uid()).getBytes(StandardCharsets.UTF_8));
        ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata")
                .put("name", at.name() + "." + Long.toHexString(unique.getMostSignificantBits()))
                .put("namespace", at.namespace().isEmpty() ? "default" : at.namespace());
        ObjectNode involved = event.putObject("involvedObject")
                .put("kind", at.kind().kind())
                .put("apiVersion", at.kind().apiVersion())
                .put("name", at.name())
                .put("uid", object.uid());
        if (!at.namespace().isEmpty()) {
            involved.put("namespace", at.namespace());
        }
        event.put("type", "Warning").put("reason", "OwnerRefInvalidNamespace");
        event.put(
                "message",
                "ownerRef [%s/%s, namespace: %s, name: %s, uid: %s] does not exist in namespace \"%s\""
                        .formatted(
                                owner.apiVersion(),
                                owner.kind(),
                                at.namespace(),
                                owner.name(),
                                owner.uid(),
                                at.namespace()));
        event.putObject("source").put("component", "garbage-collector-controller");
        event.put("reportingComponent", "garbage-collector-controller").put("reportingInstance", "");
        return event.put("firstTimestamp", time).put("lastTimestamp", time).put("count", 1);
    }
}
