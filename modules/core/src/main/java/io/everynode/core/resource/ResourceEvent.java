package io.everynode.core.resource;

import io.everynode.core.event.Event;
import io.everynode.core.object.JsonBytes;

/** What can have happened to an object without behaviour of its own. */
public sealed interface ResourceEvent extends Event {

    /** @param object the whole object as it became, without resourceVersion */
    record Stored(JsonBytes object) implements ResourceEvent {}

    record Removed(String uid) implements ResourceEvent {}
}
