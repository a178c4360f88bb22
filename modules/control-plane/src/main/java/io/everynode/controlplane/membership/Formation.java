package io.everynode.controlplane.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides how a JVM that is in no cluster gets into one, from the rows that members keep in the database: joins those
 * that are alive, founds a cluster when nobody is, waits when that cannot be told. As only who is fenced can be passed
 * over, no two clusters write one journal, also when members reach the database and not each other.
 */
final class Formation {

    /**
     * Nobody has to have been seen alive for so long without a break before their silence counts: after the database
     * was away or this JVM was frozen, everybody's row looks old for a moment.
     */
    static final Duration LOOK = Duration.ofSeconds(3);

    /** What another JVM's row says. */
    enum State {
        /** In no cluster yet. */
        JOINING,
        /** In a cluster, or about to found one. */
        UP,
        /**
         * Without a row, known by its sessions only: an earlier version, or a JVM that has just opened the database.
         */
        UNKNOWN
    }

    /**
     * Another JVM.
     *
     * @param address where to join it; empty if it has no row
     * @param silence how long ago it was heard last, by the database's clock
     */
    record Other(String id, String address, State state, Duration silence) {}

    /** What to do now. */
    sealed interface Step {
        /** Ask these members, in any order. */
        record Join(List<String> addresses) implements Step {}

        /** Fence these, and found a cluster. */
        record Found(List<String> fenced) implements Step {}

        /** Look again soon. */
        record Wait(String reason) implements Step {}
    }

    private Formation() {}

    /**
     * @param others all other JVMs that are not fenced
     * @param ownAddress this JVM's; who has the same is an earlier process on the same port and dead for certain
     * @param aliveFor whoever was heard within this time is alive
     * @param looked for how long this JVM has looked without a break and seen nobody alive
     */
    static Step next(List<Other> others, String ownAddress, Duration aliveFor, Duration looked) {
        List<String> join = new ArrayList<>();
        List<String> fence = new ArrayList<>();
        String unknown = "";
        boolean silent = false;
        for (Other other : others) {
            boolean predecessor = other.address.equals(ownAddress);
            boolean alive = !predecessor && other.silence.compareTo(aliveFor) < 0;
            if (alive && other.state == State.UP) {
                join.add(other.address);
            } else if (alive && other.state == State.UNKNOWN) {
                unknown = other.id;
            } else if (other.state != State.JOINING) {
                fence.add(other.id);
                silent |= !predecessor;
            }
        }
        if (!join.isEmpty()) {
            join.sort(null);
            return new Step.Join(List.copyOf(join));
        }
        if (!unknown.isEmpty()) {
            return new Step.Wait(
                    "JVM " + unknown + " uses the database and has no row as a member: it is just starting,"
                            + " or has an earlier version, beside which seed nodes are needed");
        }
        if (silent && looked.compareTo(LOOK) < 0) {
            return new Step.Wait("some members are silent, and may still be alive");
        }
        fence.sort(null);
        return new Step.Found(List.copyOf(fence));
    }

    /** Whether somebody is there to be joined, now or soon: until then the time of looking counts. */
    static boolean somebodyAlive(List<Other> others, String ownAddress, Duration aliveFor) {
        return others.stream()
                .anyMatch(other -> other.state != State.JOINING
                        && !other.address.equals(ownAddress)
                        && other.silence.compareTo(aliveFor) < 0);
    }
}
