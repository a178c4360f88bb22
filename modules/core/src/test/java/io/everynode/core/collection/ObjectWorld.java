package io.everynode.core.collection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.DeletionFinalizers;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Objects and a garbage collector that does what is decided, without a server. Names of ConfigMaps are their UIDs. */
final class ObjectWorld implements OwnerGraph {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    final Map<String, ObjectNode> objects = new TreeMap<>();
    private final Map<String, Kind> kinds = new TreeMap<>();
    private OwnerIndex index = OwnerIndex.EMPTY;
    int steps;

    void put(Kind kind, String namespace, String name, String uid) {
        ObjectNode object = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        ObjectNode metadata = object.putObject("metadata").put("name", name).put("uid", uid);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        store(kind, object);
    }

    void configMap(String name) {
        put(Kinds.CONFIG_MAP, "d", name, name);
    }

    void own(String name, OwnerReference owner) {
        ObjectNode object = objects.get(name).deepCopy();
        ObjectNode metadata = Json.child(object, "metadata");
        ArrayNode owners = metadata.get("ownerReferences") instanceof ArrayNode present
                ? present
                : metadata.putArray("ownerReferences");
        owners.addObject()
                .put("apiVersion", owner.apiVersion())
                .put("kind", owner.kind())
                .put("name", owner.name())
                .put("uid", owner.uid())
                .put("blockOwnerDeletion", owner.blocking());
        store(kinds.get(name), object);
    }

    void own(String name, String owner, boolean blocking) {
        own(name, new OwnerReference("v1", "ConfigMap", owner, owner, blocking));
    }

    void finalizer(String name, String finalizer) {
        ObjectNode object = objects.get(name).deepCopy();
        Json.child(object, "metadata").putArray("finalizers").add(finalizer);
        store(kinds.get(name), object);
    }

    void delete(String name, Propagation propagation) {
        Kind kind = kinds.get(name);
        ObjectChange change = ObjectLifecycle.decide(
                kind, name, objects.get(name), 1, new ObjectWrite.Delete(Precondition.NONE, null, propagation), NOW);
        if (change instanceof ObjectChange.Removed) {
            remove(name);
        } else if (change instanceof ObjectChange.Stored stored) {
            store(kind, stored.object());
        }
    }

    private void store(Kind kind, ObjectNode object) {
        String uid = Json.text(object, "metadata", "uid");
        ObjectNode before = objects.put(uid, object);
        kinds.put(uid, kind);
        index = index.changed(before == null ? null : interesting(kind, before), interesting(kind, object));
    }

    private void remove(String uid) {
        index = index.changed(interesting(kinds.get(uid), objects.remove(uid)), null);
    }

    private static Collectable interesting(Kind kind, ObjectNode object) {
        Collectable all = collectable(kind, object);
        return all.matters() ? all : null;
    }

    private static Collectable collectable(Kind kind, ObjectNode object) {
        return Collectable.of(
                new ObjectAddress(
                        kind, Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name")),
                object);
    }

    List<CollectionStep> decide(String uid) {
        return OwnerCollection.decide(
                this, collectable(kinds.get(uid), objects.get(uid)).address());
    }

    /** Does what is to be done, in any order, until there is nothing; fails when that does not end. */
    void collect(Random order) {
        for (int round = 0; round < 1_000; round++) {
            List<CollectionStep> all = new ArrayList<>();
            objects.keySet().forEach(uid -> all.addAll(decide(uid)));
            if (all.isEmpty()) {
                return;
            }
            perform(all.get(order.nextInt(all.size())));
        }
        throw new AssertionError("the collector does not come to an end: " + objects);
    }

    private void perform(CollectionStep step) {
        steps++;
        String uid = step.object().uid();
        if (step instanceof CollectionStep.Delete delete) {
            delete(uid, delete.propagation());
            return;
        }
        ObjectNode object = objects.get(uid).deepCopy();
        ObjectNode metadata = Json.child(object, "metadata");
        if (step instanceof CollectionStep.DropOwners drop) {
            ArrayNode left = metadata.arrayNode();
            metadata.path("ownerReferences").forEach(owner -> {
                if (!drop.uids().contains(owner.path("uid").asText())) {
                    left.add(owner);
                }
            });
            metadata.set("ownerReferences", left);
        } else if (step instanceof CollectionStep.Unblock) {
            metadata.path("ownerReferences").forEach(owner -> ((ObjectNode) owner).put("blockOwnerDeletion", false));
        } else if (step instanceof CollectionStep.TakeFinalizer take) {
            DeletionFinalizers.remove(object, take.finalizer());
            if (metadata.path("finalizers").isEmpty() && metadata.has("deletionTimestamp")) {
                remove(uid);
                return;
            }
        }
        store(kinds.get(uid), object);
    }

    @Override
    public Optional<Collectable> get(ObjectAddress address) {
        return objects.entrySet().stream()
                .map(entry -> collectable(kinds.get(entry.getKey()), entry.getValue()))
                .filter(object -> object.address().equals(address))
                .findFirst();
    }

    @Override
    public Collection<Collectable> dependents(String ownerUid) {
        return index.dependents(ownerUid);
    }

    @Override
    public boolean existsAnywhere(Kind kind, String name, String uid) {
        ObjectNode object = objects.get(uid);
        return object != null
                && kinds.get(uid).equals(kind)
                && Json.text(object, "metadata", "name").equals(name);
    }
}
