package io.everynode.loadtest.plan;

import io.everynode.loadtest.seen.PodTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a run does and times, in this order for each number of nodes. */
public enum Phase {
    JOIN("join", "nodes join", PodTime.READY),
    CREATE("create", "create, all Ready", PodTime.START),
    UPDATE_ALL("update-100", "rolling update, maxUnavailable 100 %", PodTime.REPLACE),
    UPDATE_TENTH("update-10", "rolling update, maxUnavailable 10 %", PodTime.REPLACE),
    UNDO("undo", "undo", PodTime.REPLACE),
    REST("rest", "nodes at rest", PodTime.START),
    JOIN_ONE("join-one", "one more node joins", PodTime.BOUND),
    LABELS_AWAY("labels-away", "labels take a tenth of the Pods away", PodTime.END),
    LABELS_BACK("labels-back", "labels bring them back", PodTime.START),
    DELETE("delete", "delete", PodTime.END);

    /** Those without which there is nothing to measure. */
    private static final Set<Phase> ALWAYS = EnumSet.of(JOIN, CREATE, DELETE);

    /** Takes as long as it is told to, so that it is only done when it is asked for. */
    private static final Set<Phase> ASKED_FOR = EnumSet.of(REST);

    private final String key;
    private final String title;
    private final PodTime mainTime;

    Phase(String key, String title, PodTime mainTime) {
        this.key = key;
        this.title = title;
        this.mainTime = mainTime;
    }

    /** Its name in options and files. */
    public String key() {
        return key;
    }

    /** Its name in tables. */
    public String title() {
        return title;
    }

    /** The key of the time of each Pod that says most about it. */
    public String mainTime() {
        return mainTime.key();
    }

    /** @throws IllegalArgumentException with a message for people */
    public static Phase of(String key) {
        for (Phase phase : values()) {
            if (phase.key.equals(key)) {
                return phase;
            }
        }
        throw new IllegalArgumentException("there is no phase \"" + key + "\"; phases are " + keys());
    }

    public static String keys() {
        return String.join(", ", List.of(values()).stream().map(Phase::key).toList());
    }

    /**
     * The phases of a run in their order: the wanted ones, and those without which these could not be.
     *
     * @param wanted keys; empty for all but the rest
     * @throws IllegalArgumentException with a message for people
     */
    public static List<Phase> plan(Collection<String> wanted) {
        Set<Phase> phases = wanted.isEmpty() ? EnumSet.complementOf(EnumSet.copyOf(ASKED_FOR)) : EnumSet.copyOf(ALWAYS);
        wanted.forEach(key -> phases.add(of(key)));
        if (phases.contains(UNDO)) {
            // What is undone is the second of two revisions that differ from the manifest's.
            phases.add(UPDATE_ALL);
            phases.add(UPDATE_TENTH);
        }
        if (phases.contains(LABELS_AWAY) || phases.contains(LABELS_BACK)) {
            phases.add(LABELS_AWAY);
            phases.add(LABELS_BACK);
            if (!phases.contains(UPDATE_TENTH)) {
                // The first update has the template look at the label.
                phases.add(UPDATE_ALL);
            }
        }
        return new ArrayList<>(phases);
    }
}
