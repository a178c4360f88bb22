package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.collection.Collectable;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.objects.Kind;
import java.util.List;
import java.util.Map;

/** One object at one version. Immutable; its bytes at a version never change. */
public interface StoredObject {

    Kind kind();

    /** "" for kinds without one. */
    String namespace();

    String name();

    String uid();

    /** The journal's ordering of the event that made this version. */
    long resourceVersion();

    /** Persistence id of the entity that owns the object. */
    String persistenceId();

    /** Sequence number of that event in its entity. */
    long sequenceNumber();

    Map<String, String> labels();

    /** The complete object with its resourceVersion, as UTF-8 JSON. Shared: callers must not change the array. */
    byte[] json();

    /** A new tree of {@link #json()}, the caller's own. */
    ObjectNode tree();

    /** Whether its deletion was asked for. */
    default boolean terminating() {
        return collectable().terminating();
    }

    default List<String> finalizers() {
        return List.of();
    }

    /** What the garbage collector has to know of it. */
    default Collectable collectable() {
        return Collectable.plain(new ObjectAddress(kind(), namespace(), name()), uid());
    }
}
