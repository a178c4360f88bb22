package io.everynode.controlplane.invariants;

import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;

/** An event at its place in the journal. */
public record StoredEvent(
        long ordering, String persistenceId, long sequenceNumber, Recorded<? extends Event> recorded) {}
