package io.everynode.controlplane.verify;

/**
 * Where something does not hold.
 *
 * @param ordering of the event at which it was seen
 * @param persistenceId whose event it is
 * @param manifest the event's type
 * @param why one line
 */
public record JournalBreak(
        Check check, long ordering, String persistenceId, long sequenceNumber, String manifest, String why) {}
