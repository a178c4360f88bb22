package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.collection.Collectable;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An object kept as its whole JSON. */
final class StoredJson extends AbstractStoredObject {

    private final JsonBytes body;
    private final Map<String, String> labels;
    private final String nodeName;
    private final OrphanPod orphan;
    private final Collectable collectable;
    private final EndedPod ended;
    private final boolean terminating;
    private final List<String> finalizers;

    private StoredJson(
            Kind kind,
            String namespace,
            String name,
            String uid,
            long resourceVersion,
            String persistenceId,
            long sequenceNumber,
            JsonBytes body,
            Map<String, String> labels,
            String nodeName,
            OrphanPod orphan,
            Collectable collectable,
            EndedPod ended,
            boolean terminating,
            List<String> finalizers) {
        super(kind, namespace, name, uid, resourceVersion, persistenceId, sequenceNumber);
        this.body = body;
        this.labels = labels;
        this.nodeName = nodeName;
        this.orphan = orphan;
        this.collectable = collectable;
        this.ended = ended;
        this.terminating = terminating;
        this.finalizers = finalizers;
    }

    /** @param body without resourceVersion */
    static StoredJson of(Kind kind, JsonBytes body, long resourceVersion, String persistenceId, long sequenceNumber) {
        // A start does this for every event of the journal; only of Pods more than the metadata is looked at.
        ObjectNode tree = kind.equals(Kinds.POD) ? body.tree() : body.metadata();
        JsonNode metadata = tree.path("metadata");
        Map<String, String> labels = labelsOf(metadata);
        String namespace = Json.text(metadata, "namespace");
        String name = Json.text(metadata, "name");
        return new StoredJson(
                kind,
                namespace,
                name,
                Json.text(metadata, "uid"),
                resourceVersion,
                persistenceId,
                sequenceNumber,
                body,
                labels,
                Json.text(tree, "spec", "nodeName"),
                kind.equals(Kinds.POD) ? OrphanPod.of(tree, labels) : null,
                collectable(kind, namespace, name, tree),
                kind.equals(Kinds.POD) ? EndedPod.of(tree) : null,
                metadata.has("deletionTimestamp"),
                finalizersOf(metadata));
    }

    /** Everything that makes it what it is, but the body. */
    record Parts(
            Kind kind,
            String namespace,
            String name,
            String uid,
            long resourceVersion,
            String persistenceId,
            long sequenceNumber,
            Map<String, String> labels,
            String nodeName,
            OrphanPod orphan,
            Collectable collectable,
            EndedPod ended,
            boolean terminating,
            List<String> finalizers) {

        /** What {@link #of} would make of the body, which need not be parsed. */
        StoredJson with(JsonBytes body) {
            return new StoredJson(
                    kind,
                    namespace,
                    name,
                    uid,
                    resourceVersion,
                    persistenceId,
                    sequenceNumber,
                    body,
                    labels,
                    nodeName,
                    orphan,
                    collectable,
                    ended,
                    terminating,
                    finalizers);
        }
    }

    Parts parts() {
        return new Parts(
                kind(),
                namespace(),
                name(),
                uid(),
                resourceVersion(),
                persistenceId(),
                sequenceNumber(),
                labels,
                nodeName,
                orphan,
                collectable,
                ended,
                terminating,
                finalizers);
    }

    JsonBytes body() {
        return body;
    }

    /** Null for an object that does not matter to the garbage collector. */
    private static Collectable collectable(Kind kind, String namespace, String name, ObjectNode tree) {
        JsonNode metadata = tree.path("metadata");
        if (!metadata.has("ownerReferences") && !metadata.has("finalizers")) {
            return null;
        }
        Collectable all = Collectable.of(new ObjectAddress(kind, namespace, name), tree);
        return all.matters() ? all : null;
    }

    static List<String> finalizersOf(JsonNode metadata) {
        JsonNode finalizers = metadata.path("finalizers");
        if (finalizers.isEmpty()) {
            return List.of();
        }
        List<String> result = new ArrayList<>();
        finalizers.forEach(finalizer -> result.add(finalizer.asText()));
        return List.copyOf(result);
    }

    /** A Pod that has succeeded or failed; null for everything else. */
    EndedPod ended() {
        return ended;
    }

    @Override
    public boolean terminating() {
        return terminating;
    }

    @Override
    public List<String> finalizers() {
        return finalizers;
    }

    @Override
    public Collectable collectable() {
        return collectable == null ? super.collectable() : collectable;
    }

    static Map<String, String> labelsOf(JsonNode metadata) {
        JsonNode labels = metadata.path("labels");
        if (labels.isEmpty()) {
            return Map.of();
        }
        Map<String, String> result = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            result.put(label.getKey(), label.getValue().asText());
        }
        return result;
    }

    /** A Pod's node; "" without one and for other kinds. */
    String nodeName() {
        return nodeName;
    }

    /** A Pod that a DaemonSet may adopt; null for everything else. */
    OrphanPod orphan() {
        return orphan;
    }

    @Override
    public Map<String, String> labels() {
        return labels;
    }

    @Override
    ObjectNode render() {
        return body.tree();
    }

    @Override
    StoredObject at(long newResourceVersion, long newSequenceNumber) {
        return new StoredJson(
                kind(),
                namespace(),
                name(),
                uid(),
                newResourceVersion,
                persistenceId(),
                newSequenceNumber,
                body,
                labels,
                nodeName,
                orphan,
                collectable,
                ended,
                terminating,
                finalizers);
    }
}
