package io.everynode.core.scheduling;

/** What the scheduler found for a Pod. */
public sealed interface Placement {

    /** @param node the name of the best node */
    record Chosen(String node) implements Placement {}

    /** @param message why no node will do, for the Pod's PodScheduled condition and a FailedScheduling Event */
    record Unschedulable(String message) implements Placement {}
}
