package io.everynode.core.collection;

import io.everynode.core.object.ObjectWrite;
import java.util.Set;

/** One thing that the garbage collector wants done; each holds for the object as it was looked at. */
public sealed interface CollectionStep {

    Collectable object();

    record Delete(Collectable object, ObjectWrite.Propagation propagation) implements CollectionStep {}

    /** The references to these UIDs are taken away. */
    record DropOwners(Collectable object, Set<String> uids) implements CollectionStep {}

    /** No reference of the object blocks the deletion of its owner any more. */
    record Unblock(Collectable object) implements CollectionStep {}

    record TakeFinalizer(Collectable object, String finalizer) implements CollectionStep {}

    /** A Warning for people: the owner is in another namespace, where it cannot own the object. */
    record WarnOfNamespace(Collectable object, OwnerReference owner) implements CollectionStep {}
}
