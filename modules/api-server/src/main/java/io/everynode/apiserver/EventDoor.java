package io.everynode.apiserver;

import io.everynode.controlplane.ClusterView;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.audit.AuditCursor;
import io.everynode.controlplane.audit.AuditQuery;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.authorization.AccessRules;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The control plane with the Events of events.k8s.io beside those of core/v1: the same objects in another form (ADR
 * 0024). Everything about other kinds passes through. Thread-safe.
 */
final class EventDoor implements ControlPlane {

    private final ControlPlane inner;
    private final EventDoorWrites writes;

    EventDoor(ControlPlane inner) {
        this.inner = inner;
        this.writes = new EventDoorWrites(inner);
    }

    @Override
    public CompletionStage<WriteResult> write(WriteRequest request) {
        return request.kind().equals(Kinds.EVENT_OF_OWN_GROUP) ? writes.write(request) : inner.write(request);
    }

    @Override
    public Catalog catalog() {
        return new EventDoorCatalog(inner.catalog());
    }

    @Override
    public AccessRules accessRules() {
        return inner.accessRules();
    }

    @Override
    public CompletionStage<Catalog> currentCatalog() {
        return inner.currentCatalog().thenApply(EventDoorCatalog::new);
    }

    @Override
    public void hold(Catalog version) {
        inner.hold(version instanceof EventDoorCatalog shown ? shown.inner() : version);
    }

    @Override
    public Optional<Catalog> held(long resourceVersion) {
        return inner.held(resourceVersion).map(EventDoorCatalog::new);
    }

    @Override
    public CompletionStage<Void> remembered(long resourceVersion) {
        return inner.remembered(resourceVersion);
    }

    @Override
    public CompletionStage<StoredObject> withSoftState(StoredObject object) {
        return inner.withSoftState(object);
    }

    @Override
    public Optional<WatchCursor> watch(WatchSelection selection, long afterVersion) {
        if (!selection.kind().equals(Kinds.EVENT_OF_OWN_GROUP)) {
            return inner.watch(selection, afterVersion);
        }
        WatchSelection stored =
                new WatchSelection(Kinds.EVENT, selection.namespace(), selection.name(), selection.node());
        return inner.watch(stored, afterVersion).map(Shown::new);
    }

    @Override
    public Optional<String> notReady() {
        return inner.notReady();
    }

    @Override
    public AuditCursor audit(AuditQuery query) {
        return inner.audit(query);
    }

    @Override
    public CompletionStage<ClusterView> cluster() {
        return inner.cluster();
    }

    @Override
    public Optional<String> notServing() {
        return inner.notServing();
    }

    /** The changes in the other form. */
    private record Shown(WatchCursor cursor) implements WatchCursor {

        @Override
        public CompletionStage<List<Change>> next() {
            return cursor.next()
                    .thenApply(changes -> changes.stream().map(Shown::shown).toList());
        }

        private static Change shown(Change change) {
            return new Change(
                    change.version(),
                    change.type(),
                    ShownEvent.of(change.object()),
                    change.previous() == null ? null : ShownEvent.of(change.previous()));
        }

        @Override
        public long position() {
            return cursor.position();
        }

        @Override
        public void close() {
            cursor.close();
        }
    }
}
