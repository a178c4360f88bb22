package io.everynode.core.collection;

import io.everynode.objects.Kind;
import java.util.Collection;
import java.util.Optional;

/** One version of all objects, as the garbage collector looks at it. */
public interface OwnerGraph {

    Optional<Collectable> get(ObjectAddress address);

    /** The objects that name this UID as an owner. */
    Collection<Collectable> dependents(String ownerUid);

    /** Whether some namespace has an object of this kind, name and UID. */
    boolean existsAnywhere(Kind kind, String name, String uid);
}
