package io.everynode.controlplane;

import io.everynode.controlplane.audit.AuditCursor;
import io.everynode.controlplane.audit.AuditQuery;
import io.everynode.controlplane.audit.AuditedViolation;
import io.everynode.controlplane.catalog.AccessRulesFeed;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.authorization.AccessRules;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One JVM's door to the control plane, for API servers and in-server nodes. Thread-safe; nothing here blocks. */
public interface ControlPlane {

    /**
     * Has a write decided by the entity that owns the object. Completes when the change is durable and visible in this
     * JVM's catalog (invariants I3 and I5). Completes exceptionally only for defects of this program; overload (429),
     * lateness (504) and an unreachable database (503) are refusals.
     */
    CompletionStage<WriteResult> write(WriteRequest request);

    /** The newest version this JVM has, maybe stale: what a read at resourceVersion 0 wants. */
    Catalog catalog();

    /** Its roles and bindings, by whom they grant to; at least as new as {@link #catalog} was before the call. */
    default AccessRules accessRules() {
        return AccessRulesFeed.of(catalog());
    }

    /**
     * A version that holds every write acknowledged anywhere before this call (invariant I5). Completes exceptionally
     * with {@link Unavailable} while the database cannot be asked.
     */
    CompletionStage<Catalog> currentCatalog();

    /**
     * Keeps a version for {@link #held}, for some minutes and within a bound; the oldest go first. For the pages of one
     * list.
     */
    void hold(Catalog version);

    /** A held version, the newest if it is just that one, or one that can still be told from the changes since. */
    Optional<Catalog> held(long resourceVersion);

    /**
     * After a start the changes from before it may still be on their way: completes when {@link #held} knows this
     * version if it ever will. Never fails. A {@link #watch} waits by itself.
     */
    default CompletionStage<Void> remembered(long resourceVersion) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * An object of a catalog with what is newer than it and not journaled (invariant I8): the Lease of a node with its
     * newest renewal, at an unchanged resourceVersion. Other objects are their own answer. Never fails.
     */
    default CompletionStage<StoredObject> withSoftState(StoredObject object) {
        return CompletableFuture.completedFuture(object);
    }

    /**
     * Renews the Leases of nodes that are played in this JVM, as many as are due, without an answer for each: one that
     * gets lost is followed by the next. Soft state (invariant I8).
     *
     * @return the nodes whose Leases have to be written, as they are not there or nothing can be renewed now
     */
    default List<String> renewLeases(List<String> nodes, Instant at) {
        return nodes;
    }

    /** Changes after a version; empty when that version is older than what is still held (410). */
    Optional<WatchCursor> watch(WatchSelection selection, long afterVersion);

    /** Why this JVM should get no requests now; empty when it is ready. */
    Optional<String> notReady();

    /**
     * Why nothing at all can be answered, not even from {@link #catalog}: this JVM is starting or ending. Empty
     * otherwise, also while it is not ready for what must be current.
     */
    default Optional<String> notServing() {
        return Optional.empty();
    }

    /**
     * How the cluster is, as far as this JVM can tell. Completes within some seconds; exceptionally only with
     * {@link Unavailable}.
     */
    default CompletionStage<ClusterView> cluster() {
        return CompletableFuture.failedFuture(new Unavailable("this server knows of no cluster"));
    }

    /**
     * Who changed what, from the journal. At most a few run at a time.
     *
     * @throws Unavailable when this JVM has no journal that it can read now
     * @throws AuditBusy when too many are read already
     */
    default AuditCursor audit(AuditQuery query) {
        throw new Unavailable("this server knows of no journal");
    }

    /**
     * Has a listener told of what Pod Security audits, in place of the one before; before the control plane serves. It
     * is called on the threads of writes, by several at a time, and must not throw.
     */
    default void tellAudited(Consumer<AuditedViolation> listener) {}

    /** Too many readers of the audit; answered with 429. */
    final class AuditBusy extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public AuditBusy(String message) {
            super(message);
        }
    }

    /** Current facts cannot be had now; answered with 503 and Retry-After. */
    final class Unavailable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message) {
            super(message);
        }
    }
}
