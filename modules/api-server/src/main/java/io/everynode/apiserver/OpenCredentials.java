package io.everynode.apiserver;

import io.everynode.apiserver.authentication.Credential;
import io.everynode.apiserver.authentication.RevokedCertificates;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.objects.Kinds;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is open by a credential that stops counting: tokens whose Secret, account, Pod or Node changes or goes, and
 * certificates that are revoked. Follows the changes of the catalog; a change costs one look-up, and only those that
 * depend on the object are looked at. Thread-safe.
 */
final class OpenCredentials implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenCredentials.class);
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private static final List<WatchSelection> FOLLOWED = List.of(
            new WatchSelection(Kinds.CONFIG_MAP, RevokedCertificates.NAMESPACE, "", ""),
            WatchSelection.all(Kinds.SECRET),
            WatchSelection.all(Kinds.SERVICE_ACCOUNT),
            WatchSelection.all(Kinds.POD),
            WatchSelection.all(Kinds.NODE));

    private final ControlPlane controlPlane;
    private final Map<ObjectAddress, Map<Runnable, Credential>> byObject = new ConcurrentHashMap<>();
    private final Set<WatchCursor> cursors = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    OpenCredentials(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    /** Begins as soon as the control plane answers; what was opened before is looked at then. */
    void start() {
        FOLLOWED.forEach(this::follow);
    }

    /** @param ending is called, once or more, when the credential does not count any more; maybe at once */
    void opened(Runnable ending, Credential credential) {
        for (ObjectAddress object : credential.dependsOn()) {
            byObject.compute(object, (key, there) -> {
                Map<Runnable, Credential> all = there == null ? new ConcurrentHashMap<>(1) : there;
                all.put(ending, credential);
                return all;
            });
        }
        // What changed between the look at the credential and now was told to nobody.
        if (!credential.dependsOn().isEmpty() && !credential.counts().test(controlPlane.catalog())) {
            ending.run();
        }
    }

    void ended(Runnable ending, Credential credential) {
        for (ObjectAddress object : credential.dependsOn()) {
            byObject.computeIfPresent(object, (key, there) -> {
                there.remove(ending);
                return there.isEmpty() ? null : there;
            });
        }
    }

    /** On how many objects something that is open depends. */
    int objects() {
        return byObject.size();
    }

    private void follow(WatchSelection selection) {
        if (closed) {
            return;
        }
        if (controlPlane.notServing().isPresent()) {
            LATER.execute(() -> follow(selection));
            return;
        }
        Catalog catalog = controlPlane.catalog();
        Optional<WatchCursor> cursor = controlPlane.watch(selection, catalog.resourceVersion());
        if (cursor.isEmpty()) {
            LATER.execute(() -> follow(selection));
            return;
        }
        cursors.add(cursor.get());
        if (closed) {
            cursor.get().close();
            return;
        }
        // Of what came before the cursor nobody tells.
        byObject.values().forEach(this::look);
        next(selection, cursor.get());
    }

    private void next(WatchSelection selection, WatchCursor cursor) {
        cursor.next().whenCompleteAsync((changes, failure) -> {
            if (failure != null) {
                cursors.remove(cursor);
                cursor.close();
                LATER.execute(() -> follow(selection));
                return;
            }
            if (closed || changes.isEmpty()) {
                return;
            }
            try {
                changed(changes);
            } catch (RuntimeException e) {
                LOG.error("changes of credentials were not looked at", e);
            }
            next(selection, cursor);
        });
    }

    /** Of many revocations that come together what is open is looked at once. */
    private void changed(List<Change> changes) {
        Set<ObjectAddress> seen = new HashSet<>();
        for (Change change : changes) {
            ObjectAddress object = key(change.object());
            if (change.type() != Change.Type.ADDED || object.equals(RevokedCertificates.ANY)) {
                Map<Runnable, Credential> open = byObject.get(object);
                if (open != null && seen.add(object)) {
                    look(open);
                }
            }
        }
    }

    private static ObjectAddress key(StoredObject object) {
        boolean revocation = object.kind().equals(Kinds.CONFIG_MAP)
                && object.namespace().equals(RevokedCertificates.NAMESPACE)
                && object.name().startsWith(RevokedCertificates.NAME_PREFIX);
        return revocation
                ? RevokedCertificates.ANY
                : new ObjectAddress(object.kind(), object.namespace(), object.name());
    }

    /** The catalog is at least as new as the changes that its cursors return. */
    private void look(Map<Runnable, Credential> open) {
        Catalog now = controlPlane.catalog();
        open.forEach((ending, credential) -> {
            if (!credential.counts().test(now)) {
                ending.run();
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        cursors.forEach(WatchCursor::close);
    }
}
