package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Objects in a map, in one thread: just enough of a control plane for nodes to talk to. */
final class FakeControlPlane implements ControlPlane {

    /** Every write that arrived, with its answer in {@link #answers}. */
    final List<WriteRequest> writes = new ArrayList<>();

    /** Answers instead of the fake's own; null for the fake's. */
    Function<WriteRequest, ApiStatus> refuse = write -> null;

    /** When set, writes stay unanswered until {@link #answerAll}. */
    boolean holding;

    /** Whether {@link #renewLeases} does anything. */
    boolean renewsTogether;

    /** What it renewed: node and time. */
    final List<String> renewed = new ArrayList<>();

    private final Queue<Runnable> held = new ArrayDeque<>();
    private final Map<String, Stored> objects = new TreeMap<>();
    private final List<Cursor> cursors = new ArrayList<>();
    private long version = 1;

    private record Stored(Kind kind, ObjectNode object, long resourceVersion) implements StoredObject {
        @Override
        public String namespace() {
            return Json.text(object, "metadata", "namespace");
        }

        @Override
        public String name() {
            return Json.text(object, "metadata", "name");
        }

        @Override
        public String uid() {
            return Json.text(object, "metadata", "uid");
        }

        @Override
        public String persistenceId() {
            return kind + "/" + name();
        }

        @Override
        public long sequenceNumber() {
            return resourceVersion;
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }

        @Override
        public byte[] json() {
            return Json.encode(object);
        }

        @Override
        public ObjectNode tree() {
            return object.deepCopy();
        }
    }

    int outstanding() {
        return held.size();
    }

    void answerAll() {
        holding = false;
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    /** The object as it is now; missing when there is none. */
    JsonNode object(Kind kind, String namespace, String name) {
        Stored stored = objects.get(key(kind, namespace, name));
        return stored == null ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : stored.object();
    }

    void put(Kind kind, ObjectNode object) {
        String key = key(kind, Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name"));
        Stored previous = objects.get(key);
        Stored stored = new Stored(kind, object, ++version);
        objects.put(key, stored);
        publish(new Change(version, previous == null ? Change.Type.ADDED : Change.Type.MODIFIED, stored, previous));
    }

    void remove(Kind kind, String namespace, String name) {
        Stored last = objects.remove(key(kind, namespace, name));
        publish(new Change(++version, Change.Type.REMOVED, last, last));
    }

    /** Removes an object, and tells no watch. */
    void removeUnwatched(Kind kind, String namespace, String name) {
        objects.remove(key(kind, namespace, name));
        version++;
    }

    /** Every watch is told of an older version of an object, as one is that lags behind. */
    void tellLate(Kind kind, ObjectNode object, long resourceVersion) {
        Stored late = new Stored(kind, object, resourceVersion);
        publish(new Change(resourceVersion, Change.Type.MODIFIED, late, late));
    }

    /** Every open watch falls behind. */
    void expireWatches() {
        for (Cursor cursor : List.copyOf(cursors)) {
            cursors.remove(cursor);
            cursor.waiting.completeExceptionally(new WatchCursor.Expired("too old"));
        }
    }

    private void publish(Change change) {
        List.copyOf(cursors).forEach(cursor -> cursor.offer(change));
    }

    private static String key(Kind kind, String namespace, String name) {
        return kind.plural() + "|" + namespace + "|" + name;
    }

    @Override
    public List<String> renewLeases(List<String> nodes, Instant at) {
        List<String> left = new ArrayList<>(nodes);
        if (renewsTogether) {
            left.removeIf(
                    node -> object(Kinds.LEASE, LeaseRenewal.NAMESPACE, node).hasNonNull("metadata")
                            && renewed.add(node + " " + at));
        }
        return left;
    }

    @Override
    public CompletionStage<WriteResult> write(WriteRequest request) {
        writes.add(request);
        CompletableFuture<WriteResult> answer = new CompletableFuture<>();
        Runnable apply = () -> answer.complete(apply(request));
        if (holding) {
            held.add(apply);
        } else {
            apply.run();
        }
        return answer;
    }

    private WriteResult apply(WriteRequest request) {
        ApiStatus refusal = refuse.apply(request);
        if (refusal != null) {
            return new WriteResult.Refused(refusal);
        }
        Stored current = objects.get(key(request.kind(), request.namespace(), request.name()));
        if (request.write() instanceof ObjectWrite.Create create) {
            if (current != null) {
                return new WriteResult.Refused(ApiStatus.alreadyExists(request.kind(), request.name()));
            }
            ObjectNode object = create.object().deepCopy();
            Json.child(object, "metadata").put("uid", create.uid());
            put(request.kind(), object);
            return stored(request);
        }
        if (current == null) {
            return new WriteResult.Refused(ApiStatus.notFound(request.kind(), request.name()));
        }
        String uid = request.write().precondition().uid();
        if (!uid.isEmpty() && !uid.equals(current.uid())) {
            return new WriteResult.Refused(ApiStatus.conflict(request.kind(), request.name(), "another UID"));
        }
        if (request.write() instanceof ObjectWrite.Patch patch) {
            ObjectNode object = current.tree();
            mergeStatus(Json.child(object, "status"), patch.body().path("status"));
            put(request.kind(), object);
            return stored(request);
        }
        remove(request.kind(), request.namespace(), request.name());
        return new WriteResult.Removed(current, List.of());
    }

    private WriteResult stored(WriteRequest request) {
        return new WriteResult.Stored(objects.get(key(request.kind(), request.namespace(), request.name())), List.of());
    }

    /** Strategic merge as far as status needs it: conditions by type, all else replaced. */
    private static void mergeStatus(ObjectNode status, JsonNode patch) {
        patch.properties().forEach(field -> {
            if (!field.getKey().equals("conditions")) {
                status.set(field.getKey(), field.getValue());
                return;
            }
            Map<String, JsonNode> byType = new java.util.LinkedHashMap<>();
            status.path("conditions").forEach(each -> byType.put(Json.text(each, "type"), each));
            field.getValue().forEach(each -> byType.put(Json.text(each, "type"), each));
            byType.values().forEach(status.putArray("conditions")::add);
        });
    }

    @Override
    public Catalog catalog() {
        Map<String, Stored> copy = new TreeMap<>(objects);
        long at = version;
        return new Catalog() {
            @Override
            public long resourceVersion() {
                return at;
            }

            @Override
            public Optional<StoredObject> get(Kind kind, String namespace, String name) {
                return Optional.ofNullable(copy.get(key(kind, namespace, name)));
            }

            @Override
            public Iterable<StoredObject> list(Kind kind, String namespace) {
                return () -> of(kind);
            }

            @Override
            public Iterable<StoredObject> listAfter(Kind kind, String namespace, String afterNs, String afterName) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Iterable<StoredObject> podsOnNode(String node) {
                List<StoredObject> pods = new ArrayList<>();
                of(io.everynode.objects.Kinds.POD).forEachRemaining(pod -> {
                    if (Json.text(pod.tree(), "spec", "nodeName").equals(node)) {
                        pods.add(pod);
                    }
                });
                return pods;
            }

            @Override
            public int count(Kind kind) {
                throw new UnsupportedOperationException();
            }

            private Iterator<StoredObject> of(Kind kind) {
                return copy.values().stream()
                        .filter(stored -> stored.kind().equals(kind))
                        .map(StoredObject.class::cast)
                        .iterator();
            }
        };
    }

    @Override
    public CompletionStage<Catalog> currentCatalog() {
        return CompletableFuture.completedFuture(catalog());
    }

    @Override
    public void hold(Catalog held) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Catalog> held(long resourceVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<WatchCursor> watch(WatchSelection selection, long afterVersion) {
        Cursor cursor = new Cursor(selection.kind());
        cursors.add(cursor);
        return Optional.of(cursor);
    }

    @Override
    public Optional<String> notReady() {
        return Optional.empty();
    }

    /** Only changes after the subscription; tests change nothing between listing and watching. */
    private final class Cursor implements WatchCursor {
        private final Kind kind;
        private final List<Change> buffer = new ArrayList<>();
        private CompletableFuture<List<Change>> waiting = new CompletableFuture<>();

        Cursor(Kind kind) {
            this.kind = kind;
        }

        void offer(Change change) {
            if (change.object().kind().equals(kind)) {
                buffer.add(change);
                hand();
            }
        }

        private void hand() {
            if (!buffer.isEmpty()) {
                List<Change> changes = List.copyOf(buffer);
                if (waiting.complete(changes)) {
                    buffer.clear();
                }
            }
        }

        @Override
        public CompletionStage<List<Change>> next() {
            waiting = new CompletableFuture<>();
            CompletableFuture<List<Change>> answer = waiting;
            hand();
            return answer;
        }

        @Override
        public long position() {
            return version;
        }

        @Override
        public void close() {
            cursors.remove(this);
        }
    }
}
