package io.everynode.controlplane.runtime;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * One kind of cleaning up: what is worth a look, and what is to be done about it. It may remember when it saw
 * something, but nothing else, and forgets it when {@link #everything} is asked for: then a new {@link DutyActor}
 * begins.
 *
 * @param <K> what is looked at, such as an object's address; equal by value
 */
public interface Duty<K> {

    /**
     * What is to be done about one key.
     *
     * @param writes in any order; when one is refused the key is looked at again a little later
     * @param lookAgain after which time something may be to be done though nothing changes; null for never
     */
    record Todo(List<WriteRequest> writes, Duration lookAgain) {

        static final Todo NOTHING = new Todo(List.of(), null);

        static Todo of(List<WriteRequest> writes) {
            return new Todo(writes, null);
        }
    }

    /** All keys there may be something to do about, when the actor starts. */
    Collection<K> everything(CatalogVersion version);

    /** The keys that a change makes worth a look. Called on the catalog's thread: must be short and never throw. */
    void concerned(CatalogVersion version, Change change, Consumer<K> keys);

    /** Called again for the same key after each change that concerns it, so what is done already must not be asked. */
    Todo decide(CatalogVersion version, K key, Instant now);
}
