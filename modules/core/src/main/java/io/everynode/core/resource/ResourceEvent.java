package io.everynode.core.resource;

import io.everynode.core.event.Event;
import io.everynode.core.object.JsonBytes;

/** What can have happened to an object without behaviour of its own. */
public sealed interface ResourceEvent extends Event {

    /** The object is there, and is as this event says. */
    sealed interface Present extends ResourceEvent permits Stored, Sealed {

        /** The object without resourceVersion; of a sealed one what is not secret about it. */
        JsonBytes object();
    }

    /** @param object the whole object as it became, without resourceVersion */
    record Stored(JsonBytes object) implements Present {}

    /**
     * A {@link Stored} whose object is encrypted under a key of its own that is kept outside of the journal. Whoever
     * holds that key makes a Stored of it before it is applied; for everybody else, and for ever once the key was
     * destroyed, the object is what is not secret about it: that it was there, and what it was called.
     *
     * @param object apiVersion, kind, type, and of the metadata what is no annotation; with {@link #MARK}
     * @param key the key's id
     * @param cipher the whole object as it became, encrypted
     */
    record Sealed(JsonBytes object, String key, CipherBytes cipher) implements Present {

        /** The annotation by which an object tells that it is not the whole one. */
        public static final String MARK = "everynode.io/sealed";
    }

    record Removed(String uid) implements ResourceEvent {}
}
