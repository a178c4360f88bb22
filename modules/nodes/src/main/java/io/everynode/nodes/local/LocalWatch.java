package io.everynode.nodes.local;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.api.NodeApi;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists all Nodes and Pods of this JVM's catalog and watches them from there; lists again, after a pause, when a watch
 * fails or has fallen too far behind. Everything happens on the loop's thread.
 */
final class LocalWatch {

    private static final Logger log = LoggerFactory.getLogger(LocalWatch.class);

    private final ControlPlane controlPlane;
    private final HollowLoop loop;
    private final Duration retryAfter;
    private final NodeApi.Listener listener;
    private final List<WatchCursor> cursors = new ArrayList<>();

    /** Each list begins one; what earlier ones still deliver is ignored. */
    private int turn;

    private boolean stopped;

    LocalWatch(ControlPlane controlPlane, HollowLoop loop, Duration retryAfter, NodeApi.Listener listener) {
        this.controlPlane = controlPlane;
        this.loop = loop;
        this.retryAfter = retryAfter;
        this.listener = listener;
    }

    void start() {
        int mine = ++turn;
        cursors.forEach(WatchCursor::close);
        cursors.clear();
        controlPlane
                .currentCatalog()
                .whenComplete((catalog, error) -> loop.execute(() -> {
                    if (stopped || mine != turn) {
                        return;
                    }
                    if (error != null) {
                        again(mine, error);
                        return;
                    }
                    list(catalog);
                    follow(mine, Kinds.NODE, catalog, this::nodeChanged);
                    follow(mine, Kinds.POD, catalog, this::podChanged);
                }));
    }

    void stop() {
        stopped = true;
        cursors.forEach(WatchCursor::close);
    }

    private void list(Catalog catalog) {
        listener.listing(Kinds.NODE);
        for (StoredObject node : catalog.list(Kinds.NODE, "")) {
            listener.nodeSeen(new LocalObject(node), true);
        }
        listener.listed(Kinds.NODE);
        listener.listing(Kinds.POD);
        for (StoredObject pod : catalog.list(Kinds.POD, "")) {
            listener.podSeen(new LocalObject(pod));
        }
        listener.listed(Kinds.POD);
    }

    private void nodeChanged(Change change) {
        if (change.type() == Change.Type.REMOVED) {
            listener.nodeGone(change.object().name());
        } else {
            listener.nodeSeen(new LocalObject(change.object()), change.type() == Change.Type.ADDED);
        }
    }

    private void podChanged(Change change) {
        if (change.type() == Change.Type.REMOVED) {
            listener.podGone(change.object().uid());
        } else {
            listener.podSeen(new LocalObject(change.object()));
        }
    }

    private void again(int failed, Throwable error) {
        log.warn("Hollow nodes: watching failed, will list again: {}", error.toString());
        loop.after(retryAfter, () -> {
            if (failed == turn && !stopped) {
                start();
            }
        });
    }

    private void follow(int mine, Kind kind, Catalog catalog, Consumer<Change> handler) {
        if (mine != turn) {
            return;
        }
        Optional<WatchCursor> cursor = controlPlane.watch(WatchSelection.all(kind), catalog.resourceVersion());
        if (cursor.isEmpty()) {
            again(++turn, new WatchCursor.Expired("version " + catalog.resourceVersion() + " is no longer held"));
            return;
        }
        cursors.add(cursor.get());
        next(mine, cursor.get(), handler);
    }

    private void next(int mine, WatchCursor cursor, Consumer<Change> handler) {
        cursor.next()
                .whenComplete((changes, error) -> loop.execute(() -> {
                    if (stopped || mine != turn) {
                        return;
                    }
                    if (error != null) {
                        again(++turn, error);
                        return;
                    }
                    changes.forEach(handler);
                    next(mine, cursor, handler);
                }));
    }
}
