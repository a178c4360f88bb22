package io.everynode.core.pod;

import io.everynode.core.event.Event;
import io.everynode.core.object.JsonBytes;

/** What can have happened to an ordinary Pod. Objects are whole, as they became, without resourceVersion. */
public sealed interface PodEvent extends Event {

    record Stored(JsonBytes object) implements PodEvent {}

    /** The Pod asks this node; nothing of it is visible in the API. */
    record BindingProposed(String podUid, String node, long attempt) implements PodEvent {}

    /** The node had no room after all; its reservation is cancelled before another node is asked. */
    record BindingRefused(String podUid, String node, long attempt, String refusal) implements PodEvent {}

    record Bound(String podUid, String node, long attempt, JsonBytes object) implements PodEvent {}

    /** The scheduler found no node. */
    record Unschedulable(String podUid, String message, JsonBytes object) implements PodEvent {}

    /** The Pod was made with {@code spec.nodeName}: the node is to count it, whether it fits or not. */
    record NodeAssigned(String podUid, String node, long attempt) implements PodEvent {}

    /** The node counts the Pod that was made with it. */
    record AssignmentKept(String podUid, String node, long attempt) implements PodEvent {}

    record Removed(String podUid) implements PodEvent {}

    /** The node confirmed that it holds nothing for the Pod any more. */
    record Released(String podUid, String node, long attempt) implements PodEvent {}

    /**
     * From here on only the node changes the Pod, as soon as it has taken it. Nothing of it is visible in the API.
     * Journaled again before the node is asked again.
     */
    record HandingOver(String podUid, String node, long attempt) implements PodEvent {}

    /** The node has the Pod, which is no longer kept here. It stays what it is in the API. */
    record HandedOver(String podUid, String node, long attempt) implements PodEvent {}
}
