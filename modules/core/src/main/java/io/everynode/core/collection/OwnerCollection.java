package io.everynode.core.collection;

import io.everynode.core.object.DeletionFinalizers;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be done about one object because of its owners and dependents (attemptToDeleteItem and
 * attemptToOrphanWorker in pkg/controller/garbagecollector/garbagecollector.go). Pure.
 *
 * <p>An owner that a version does not have will never be there: UIDs are the server's and used once, and whoever names
 * one learned it from an answer, so the owner's creation stands before the reference in the journal.
 */
public final class OwnerCollection {

    /** Steps of one decision; who waits for more is looked at again once these are done. */
    static final int MAX_STEPS = 100;

    private OwnerCollection() {}

    /** Nothing when the object is not there or all is in order; the steps may be done in any order. */
    public static List<CollectionStep> decide(OwnerGraph graph, ObjectAddress address) {
        Optional<Collectable> found = graph.get(address);
        if (found.isEmpty()) {
            return List.of();
        }
        Collectable object = found.get();
        if (object.waits() && address.kind().equals(Kinds.DAEMON_SET)) {
            // Its Pods are its own affair: its entity takes the finalizer once these and all others are done.
            return object.orphansDependents() && !dependentsDone(graph, object) ? orphan(graph, object) : List.of();
        }
        if (object.orphansDependents()) {
            return orphan(graph, object);
        }
        if (object.deletesDependents()) {
            return blocked(graph, object)
                    ? List.of()
                    : List.of(new CollectionStep.TakeFinalizer(object, DeletionFinalizers.FOREGROUND));
        }
        return object.terminating() || object.owners().isEmpty() ? List.of() : collect(graph, object);
    }

    /** Whether an object that waits for its dependents has waited long enough, as far as the graph knows them. */
    public static boolean dependentsDone(OwnerGraph graph, Collectable owner) {
        return owner.orphansDependents() ? graph.dependents(owner.uid()).isEmpty() : !blocked(graph, owner);
    }

    private static List<CollectionStep> orphan(OwnerGraph graph, Collectable owner) {
        List<CollectionStep> steps = new ArrayList<>();
        for (Collectable dependent : graph.dependents(owner.uid())) {
            if (steps.size() == MAX_STEPS) {
                return steps;
            }
            steps.add(new CollectionStep.DropOwners(dependent, Set.of(owner.uid())));
        }
        return steps.isEmpty() ? List.of(new CollectionStep.TakeFinalizer(owner, DeletionFinalizers.ORPHAN)) : steps;
    }

    /** An object that names itself does not wait for itself. */
    private static boolean blocked(OwnerGraph graph, Collectable owner) {
        return graph.dependents(owner.uid()).stream()
                .anyMatch(dependent ->
                        dependent.blocks(owner.uid()) && !dependent.uid().equals(owner.uid()));
    }

    private static List<CollectionStep> collect(OwnerGraph graph, Collectable object) {
        Set<String> dangling = new LinkedHashSet<>();
        Set<String> waiting = new LinkedHashSet<>();
        List<CollectionStep> steps = new ArrayList<>();
        boolean solid = false;
        for (OwnerReference reference : object.owners()) {
            Optional<Kind> kind = Kinds.byName(reference.apiVersion(), reference.kind());
            if (kind.isEmpty()) {
                // Whether an owner of a kind that is not served exists, nobody here can tell.
                return List.of();
            }
            boolean wrongScope =
                    kind.get().namespaced() && object.address().namespace().isEmpty();
            Optional<Collectable> owner = wrongScope ? Optional.empty() : owner(graph, object, kind.get(), reference);
            if (owner.isPresent()) {
                if (owner.get().deletesDependents()) {
                    waiting.add(reference.uid());
                } else {
                    solid = true;
                }
                continue;
            }
            if (kind.get().namespaced() && graph.existsAnywhere(kind.get(), reference.name(), reference.uid())) {
                steps.add(new CollectionStep.WarnOfNamespace(object, reference));
            }
            if (wrongScope) {
                // Upstream never collects an object without a namespace for an owner that has to have one.
                return steps;
            }
            dangling.add(reference.uid());
        }
        if (solid) {
            dangling.addAll(waiting);
            if (!dangling.isEmpty()) {
                steps.add(new CollectionStep.DropOwners(object, dangling));
            }
        } else if (waiting.isEmpty()) {
            steps.add(new CollectionStep.Delete(object, wanted(object)));
        } else {
            steps.add(cascade(graph, object));
        }
        return steps;
    }

    /** The owner itself; who has its name but another UID is not it. */
    private static Optional<Collectable> owner(
            OwnerGraph graph, Collectable object, Kind kind, OwnerReference reference) {
        String namespace = kind.namespaced() ? object.address().namespace() : "";
        return graph.get(new ObjectAddress(kind, namespace, reference.name()))
                .filter(owner -> owner.uid().equals(reference.uid()));
    }

    /** What the object's own finalizers ask for. */
    private static Propagation wanted(Collectable object) {
        return object.orphan()
                ? Propagation.ORPHAN
                : object.foreground() ? Propagation.FOREGROUND : Propagation.BACKGROUND;
    }

    /**
     * An owner is deleted in the foreground: so is the object, if it has dependents itself. In a circle, where such a
     * dependent is being deleted already, all would wait for each other if this object did not stop blocking.
     */
    private static CollectionStep cascade(OwnerGraph graph, Collectable object) {
        var dependents = graph.dependents(object.uid());
        if (dependents.isEmpty()) {
            return new CollectionStep.Delete(object, wanted(object));
        }
        boolean blocking = object.owners().stream().anyMatch(OwnerReference::blocking);
        if (blocking && dependents.stream().anyMatch(Collectable::deletesDependents)) {
            return new CollectionStep.Unblock(object);
        }
        return new CollectionStep.Delete(object, Propagation.FOREGROUND);
    }
}
