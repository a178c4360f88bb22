package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.audit.AuditCursor;
import io.everynode.controlplane.audit.AuditPage;
import io.everynode.controlplane.audit.AuditQuery;
import io.everynode.controlplane.audit.AuditedViolation;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.object.ApplyCreation;
import io.everynode.core.object.ObjectChange;
import io.everynode.core.object.ObjectLifecycle;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import io.everynode.objects.rules.ObjectRules;
import io.everynode.objects.rules.WriteContext;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A control plane in memory, without actors or a journal: every write is decided at once, under one lock. */
final class FakeControlPlane implements ControlPlane {

    private final List<Change> changes = new ArrayList<>();
    private final Map<Long, Catalog> held = new HashMap<>();
    private final List<Cursor> cursors = new ArrayList<>();
    private final List<WriteRequest> requests = new ArrayList<>();
    private Snapshot current = new Snapshot(100, new TreeMap<>());
    private long heldFrom = 100;
    private int made;

    /** When set, reads that must be current fail with it. */
    volatile RuntimeException broken;

    volatile String notReady;
    volatile Consumer<AuditedViolation> audited;

    /** When set, writes wait for it. */
    volatile CompletableFuture<Void> slowWrites = CompletableFuture.completedFuture(null);

    private final java.util.concurrent.atomic.AtomicInteger waitingWrites =
            new java.util.concurrent.atomic.AtomicInteger();

    FakeControlPlane() {
        for (String name : List.of("default", "kube-system")) {
            ObjectNode namespace = Json.object();
            namespace.put("apiVersion", "v1").put("kind", "Namespace");
            namespace.putObject("metadata").put("name", name);
            create(Kinds.NAMESPACE, "", namespace, "uid-" + name, false);
        }
    }

    @Override
    public CompletionStage<WriteResult> write(WriteRequest request) {
        waitingWrites.incrementAndGet();
        return slowWrites.thenApply(go -> {
            waitingWrites.decrementAndGet();
            return decide(request);
        });
    }

    int waitingWrites() {
        return waitingWrites.get();
    }

    private synchronized WriteResult decide(WriteRequest request) {
        requests.add(request);
        if (request.write() instanceof ObjectWrite.Create create) {
            return create(request.kind(), request.namespace(), create.object(), create.uid(), request.dryRun());
        }
        Kind kind = request.kind();
        Stored now = current.objects.get(new Key(kind, request.namespace(), request.name()));
        if (now == null && request.write() instanceof ObjectWrite.Apply apply) {
            Outcome<ObjectWrite.Create> creation = ApplyCreation.of(
                    kind,
                    request.namespace(),
                    request.name(),
                    apply,
                    request.resourceVersion(),
                    Clock.systemUTC().instant());
            return creation instanceof Outcome.Done<ObjectWrite.Create> done
                    ? create(
                                    kind,
                                    request.namespace(),
                                    done.value().object(),
                                    "uid-applied-" + made++,
                                    request.dryRun())
                            .asCreated()
                    : new WriteResult.Refused(((Outcome.Refused<ObjectWrite.Create>) creation).status());
        }
        if (now == null) {
            return new WriteResult.Refused(ApiStatus.notFound(kind, request.name()));
        }
        String uid = request.write().precondition().uid();
        if (!uid.isEmpty() && !uid.equals(now.uid())) {
            return new WriteResult.Refused(ApiStatus.conflict(kind, request.name(), "uid mismatch: " + uid));
        }
        if (request.resourceVersion() != 0 && request.resourceVersion() != now.resourceVersion()) {
            return new WriteResult.Refused(ApiStatus.modified(kind, request.name()));
        }
        ObjectNode before = now.tree();
        ((ObjectNode) before.get("metadata")).remove("resourceVersion");
        if (request.write() instanceof ObjectWrite.Delete delete) {
            return delete(request, now, before, delete);
        }
        if (request.write() instanceof ObjectWrite.Evict evict) {
            return delete(request, now, before, evict.deletion());
        }
        if (request.write() instanceof ObjectWrite.Bind bind) {
            io.everynode.objects.Json.child(before, "spec").put("nodeName", bind.node());
            return new WriteResult.Stored(store(kind, request.namespace(), request.name(), before, now), List.of());
        }
        return change(request, now, before);
    }

    /** Decided as an entity does. */
    private WriteResult change(WriteRequest request, Stored now, ObjectNode before) {
        ObjectChange change = ObjectLifecycle.decide(
                request.kind(),
                request.name(),
                before,
                0,
                request.write(),
                Clock.systemUTC().instant());
        if (change instanceof ObjectChange.Refused refused) {
            return new WriteResult.Refused(refused.status());
        }
        ObjectNode next = change instanceof ObjectChange.Stored stored ? stored.object() : before;
        if (request.dryRun()) {
            return new WriteResult.DryRun(next, change.clientWarnings());
        }
        return new WriteResult.Stored(
                change instanceof ObjectChange.Stored
                        ? store(request.kind(), request.namespace(), request.name(), next, now)
                        : now,
                change.clientWarnings());
    }

    private WriteResult create(Kind kind, String namespace, ObjectNode object, String uid, boolean dryRun) {
        if (kind.namespaced() && !current.objects.containsKey(new Key(Kinds.NAMESPACE, "", namespace))) {
            return new WriteResult.Refused(ApiStatus.notFound(Kinds.NAMESPACE, namespace));
        }
        Outcome<ObjectNode> outcome = ObjectRules.create(kind, object, context(uid));
        if (outcome instanceof Outcome.Done<ObjectNode> done) {
            String name = Json.text(done.value(), "metadata", "name");
            if (current.objects.containsKey(new Key(kind, namespace, name))) {
                return new WriteResult.Refused(ApiStatus.alreadyExists(kind, name));
            }
            if (dryRun) {
                return new WriteResult.DryRun(done.value(), done.warnings());
            }
            return new WriteResult.Stored(store(kind, namespace, name, done.value(), null), done.warnings());
        }
        return new WriteResult.Refused(((Outcome.Refused<ObjectNode>) outcome).status());
    }

    private WriteResult delete(WriteRequest request, Stored now, ObjectNode before, ObjectWrite.Delete delete) {
        boolean held = !Json.at(before, "metadata", "finalizers").isEmpty();
        boolean graceful = request.kind().equals(Kinds.POD)
                && !Json.text(before, "spec", "nodeName").isEmpty()
                && (delete.gracePeriodSeconds() == null || delete.gracePeriodSeconds() > 0);
        if (held || graceful) {
            ((ObjectNode) before.get("metadata"))
                    .put(
                            "deletionTimestamp",
                            Clock.systemUTC()
                                    .instant()
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .toString());
        }
        if (request.dryRun()) {
            return new WriteResult.DryRun(before, List.of());
        }
        if (held || graceful) {
            return new WriteResult.Stored(
                    store(request.kind(), request.namespace(), request.name(), before, now), List.of());
        }
        return new WriteResult.Removed(remove(now), List.of());
    }

    private WriteContext context(String uid) {
        return new WriteContext(Clock.systemUTC().instant(), uid, String.format("%05d", made++));
    }

    private synchronized Stored store(Kind kind, String namespace, String name, ObjectNode tree, Stored previous) {
        long version = current.version + 1;
        ((ObjectNode) tree.get("metadata")).put("resourceVersion", String.valueOf(version));
        Stored stored = new Stored(kind, namespace, name, version, tree);
        TreeMap<Key, Stored> next = new TreeMap<>(current.objects);
        next.put(new Key(kind, namespace, name), stored);
        current = new Snapshot(version, next);
        tell(new Change(version, previous == null ? Change.Type.ADDED : Change.Type.MODIFIED, stored, previous));
        return stored;
    }

    private Stored remove(Stored object) {
        long version = current.version + 1;
        ObjectNode tree = object.tree();
        ((ObjectNode) tree.get("metadata")).put("resourceVersion", String.valueOf(version));
        Stored last = new Stored(object.kind(), object.namespace(), object.name(), version, tree);
        TreeMap<Key, Stored> next = new TreeMap<>(current.objects);
        next.remove(new Key(object.kind(), object.namespace(), object.name()));
        current = new Snapshot(version, next);
        tell(new Change(version, Change.Type.REMOVED, last, object));
        return last;
    }

    private void tell(Change change) {
        changes.add(change);
        List.copyOf(cursors).forEach(Cursor::wake);
    }

    /** Raises the version without a change that anyone sees. */
    synchronized void advance() {
        current = new Snapshot(current.version + 1, current.objects);
    }

    /** Forgets all changes and versions so far. */
    synchronized void forget() {
        heldFrom = current.version;
        changes.clear();
        held.clear();
        List.copyOf(cursors).forEach(Cursor::wake);
    }

    synchronized List<WriteRequest> requests() {
        return List.copyOf(requests);
    }

    synchronized int openCursors() {
        return (int) cursors.stream().filter(c -> !c.closed).count();
    }

    @Override
    public synchronized Catalog catalog() {
        return current;
    }

    @Override
    public CompletionStage<Catalog> currentCatalog() {
        return broken == null ? CompletableFuture.completedFuture(catalog()) : CompletableFuture.failedFuture(broken);
    }

    @Override
    public synchronized void hold(Catalog version) {
        held.put(version.resourceVersion(), version);
    }

    @Override
    public synchronized Optional<Catalog> held(long resourceVersion) {
        return current.version == resourceVersion
                ? Optional.of(current)
                : Optional.ofNullable(held.get(resourceVersion));
    }

    @Override
    public synchronized Optional<WatchCursor> watch(WatchSelection selection, long afterVersion) {
        if (afterVersion < heldFrom) {
            return Optional.empty();
        }
        Cursor cursor = new Cursor(selection, afterVersion);
        cursors.add(cursor);
        return Optional.of(cursor);
    }

    /** What the audit answers, and whether the journal breaks off behind it. */
    volatile List<AuditPage> auditPages = List.of();

    volatile boolean auditBreaks;
    volatile AuditQuery auditAsked;

    @Override
    public AuditCursor audit(AuditQuery query) {
        auditAsked = query;
        Iterator<AuditPage> pages = auditPages.iterator();
        return () -> pages.hasNext()
                ? CompletableFuture.completedFuture(pages.next())
                : CompletableFuture.failedFuture(
                        auditBreaks ? new Unavailable("it is away") : new AuditBusy("it is busy"));
    }

    @Override
    public void tellAudited(Consumer<AuditedViolation> listener) {
        audited = listener;
    }

    @Override
    public Optional<String> notReady() {
        return Optional.ofNullable(notReady);
    }

    private record Key(Kind kind, String namespace, String name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byKind = kind.qualifiedResource().compareTo(other.kind.qualifiedResource());
            int byNamespace = byKind != 0 ? byKind : namespace.compareTo(other.namespace);
            return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
        }
    }

    private static final class Stored implements StoredObject {
        private final Kind kind;
        private final String namespace;
        private final String name;
        private final long version;
        private final byte[] json;
        private final String uid;
        private final Map<String, String> labels = new LinkedHashMap<>();

        Stored(Kind kind, String namespace, String name, long version, ObjectNode tree) {
            this.kind = kind;
            this.namespace = namespace;
            this.name = name;
            this.version = version;
            this.json = Json.encode(tree);
            this.uid = Json.text(tree, "metadata", "uid");
            Json.at(tree, "metadata", "labels")
                    .properties()
                    .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
        }

        @Override
        public Kind kind() {
            return kind;
        }

        @Override
        public String namespace() {
            return namespace;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String uid() {
            return uid;
        }

        @Override
        public long resourceVersion() {
            return version;
        }

        @Override
        public String persistenceId() {
            return kind.plural() + "|" + namespace + "/" + name;
        }

        @Override
        public long sequenceNumber() {
            return version;
        }

        @Override
        public Map<String, String> labels() {
            return labels;
        }

        @Override
        public byte[] json() {
            return json;
        }

        @Override
        public ObjectNode tree() {
            return Json.parse(json);
        }
    }

    private record Snapshot(long version, TreeMap<Key, Stored> objects) implements Catalog {
        @Override
        public long resourceVersion() {
            return version;
        }

        @Override
        public Optional<StoredObject> get(Kind kind, String namespace, String name) {
            return Optional.ofNullable(objects.get(new Key(kind, namespace, name)));
        }

        @Override
        public Iterable<StoredObject> list(Kind kind, String namespace) {
            return objects.values().stream()
                    .filter(o -> o.kind.equals(kind) && (namespace.isEmpty() || namespace.equals(o.namespace)))
                    .<StoredObject>map(o -> o)
                    .toList();
        }

        @Override
        public Iterable<StoredObject> listAfter(Kind kind, String namespace, String afterNamespace, String afterName) {
            Key after = new Key(kind, afterNamespace, afterName);
            return objects.tailMap(after, false).values().stream()
                    .filter(o -> o.kind.equals(kind) && (namespace.isEmpty() || namespace.equals(o.namespace)))
                    .<StoredObject>map(o -> o)
                    .toList();
        }

        @Override
        public Iterable<StoredObject> podsOnNode(String node) {
            return objects.values().stream()
                    .filter(o -> o.kind.equals(Kinds.POD)
                            && Json.text(o.tree(), "spec", "nodeName").equals(node))
                    .<StoredObject>map(o -> o)
                    .toList();
        }

        @Override
        public int count(Kind kind) {
            return (int)
                    objects.values().stream().filter(o -> o.kind.equals(kind)).count();
        }
    }

    private final class Cursor implements WatchCursor {
        private final WatchSelection selection;
        private long position;
        private CompletableFuture<List<Change>> waiting;
        private boolean closed;

        Cursor(WatchSelection selection, long position) {
            this.selection = selection;
            this.position = position;
        }

        @Override
        public CompletionStage<List<Change>> next() {
            synchronized (FakeControlPlane.this) {
                waiting = new CompletableFuture<>();
                CompletableFuture<List<Change>> result = waiting;
                wake();
                return result;
            }
        }

        private void wake() {
            if (waiting == null) {
                return;
            }
            CompletableFuture<List<Change>> done = waiting;
            if (closed) {
                waiting = null;
                done.complete(List.of());
                return;
            }
            if (position < heldFrom) {
                waiting = null;
                done.completeExceptionally(new Expired("behind"));
                return;
            }
            List<Change> found = changes.stream()
                    .filter(c -> c.version() > position && selects(c))
                    .limit(100)
                    .toList();
            if (!found.isEmpty()) {
                waiting = null;
                done.complete(found);
                position = found.get(found.size() - 1).version();
            } else {
                position = Math.max(position, current.version);
            }
        }

        private boolean selects(Change change) {
            StoredObject object = change.object();
            return object.kind().equals(selection.kind())
                    && (selection.namespace().isEmpty() || selection.namespace().equals(object.namespace()))
                    && (selection.name().isEmpty() || selection.name().equals(object.name()))
                    && (selection.node().isEmpty()
                            || onNode(object)
                            || change.previous() != null && onNode(change.previous()));
        }

        private boolean onNode(StoredObject object) {
            return Json.text(object.tree(), "spec", "nodeName").equals(selection.node());
        }

        @Override
        public long position() {
            synchronized (FakeControlPlane.this) {
                wake();
                return waiting == null ? position : Math.max(position, current.version);
            }
        }

        @Override
        public void close() {
            synchronized (FakeControlPlane.this) {
                closed = true;
                wake();
                cursors.remove(this);
            }
        }
    }
}
