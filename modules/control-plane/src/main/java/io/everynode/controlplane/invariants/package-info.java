/**
 * What must always hold, as checks of what the journal says. The simulator calls them after every persist of a made-up
 * world, {@code everynode journal verify} with what a real one has written.
 */
package io.everynode.controlplane.invariants;
