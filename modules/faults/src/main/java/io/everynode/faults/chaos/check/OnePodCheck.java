package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.faults.chaos.record.Stretch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** I1 in every watcher's fold, after every event. */
final class OnePodCheck {

    private OnePodCheck() {}

    static List<Break> of(Map<String, History> histories) {
        List<Break> breaks = new ArrayList<>();
        Set<String> surging = surging(histories.get("daemonsets"));
        History pods = histories.get("pods");
        if (pods != null) {
            for (Stretch stretch : pods.stretches()) {
                OnePodFold fold = new OnePodFold(surging::contains);
                fold.list(stretch.listed());
                stretch.events()
                        .forEach(seen -> fold.apply(stretch.watcher(), seen).ifPresent(breaks::add));
            }
        }
        return breaks;
    }

    /** UIDs of DaemonSets that may surge at some time. */
    private static Set<String> surging(History daemonSets) {
        Set<String> surging = new HashSet<>();
        if (daemonSets != null) {
            for (Stretch stretch : daemonSets.stretches()) {
                stretch.listed().forEach(object -> add(object, surging));
                for (Seen seen : stretch.events()) {
                    add(seen.object(), surging);
                }
            }
        }
        return surging;
    }

    private static void add(Snapshot daemonSet, Set<String> surging) {
        String surge = daemonSet.value().replaceAll(".*/", "");
        if (!surge.isEmpty() && !surge.equals("0")) {
            surging.add(daemonSet.uid());
        }
    }
}
