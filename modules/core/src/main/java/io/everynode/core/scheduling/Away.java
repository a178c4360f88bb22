package io.everynode.core.scheduling;

import java.util.ArrayList;
import java.util.List;

/**
 * Pods of one node that are thought away when a Pod looks for room there. One that comes back helps nobody: others
 * cannot be near it while it is gone, and it keeps them away as before, since the next one will. Immutable.
 *
 * @param all whom no Pod may count on
 * @param forGood those of them who are in nobody's way any more
 */
record Away(List<ExistingPod> all, List<ExistingPod> forGood) {

    static final Away NOBODY = new Away(List.of(), List.of());

    /** @param victims with how others see them */
    static Away of(List<Victim> victims) {
        List<ExistingPod> all = new ArrayList<>(victims.size());
        List<ExistingPod> forGood = new ArrayList<>(victims.size());
        for (Victim victim : victims) {
            all.add(victim.seen());
            if (!victim.comesBack()) {
                forGood.add(victim.seen());
            }
        }
        return new Away(all, forGood);
    }

    /** The same when this one stays after all. */
    Away without(Victim victim) {
        return new Away(without(all, victim), without(forGood, victim));
    }

    private static List<ExistingPod> without(List<ExistingPod> pods, Victim victim) {
        List<ExistingPod> left = new ArrayList<>(pods);
        left.remove(victim.seen());
        return left;
    }
}
