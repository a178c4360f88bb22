package io.everynode.controlplane.simulation;

/** A broken invariant. */
final class SimulationFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String invariant;

    SimulationFailure(String invariant, String message) {
        super(message);
        this.invariant = invariant;
    }

    String invariant() {
        return invariant;
    }

    static void require(boolean holds, String invariant, String format, Object... arguments) {
        if (!holds) {
            throw new SimulationFailure(invariant, String.format(format, arguments));
        }
    }
}
