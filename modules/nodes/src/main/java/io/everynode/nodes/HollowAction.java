package io.everynode.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** What a hollow Pod wants next. A new action takes the place of the one before it. */
sealed interface HollowAction {

    HollowAction NONE = new Nothing();

    /** Stay as it is until something happens. */
    record Nothing() implements HollowAction {}

    /** Come back after a delay (the driver adds jitter). */
    record Wait(Duration delay) implements HollowAction {}

    /**
     * Have a status stored, then come back.
     *
     * @param status a strategic merge patch of {@code status}
     * @param why for the record
     */
    record Report(ObjectNode status, String why) implements HollowAction {}

    /** Confirm that the containers have ended: the object may go. */
    record ConfirmDeletion() implements HollowAction {}
}
