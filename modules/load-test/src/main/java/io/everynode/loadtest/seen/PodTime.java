package io.everynode.loadtest.seen;

/** What is measured of each Pod, all of it as a watch tells it. */
public enum PodTime {
    /** From the phase's begin to the Pod being bound to its node. */
    BOUND("bound"),

    /** From the phase's begin to the Pod's Ready. */
    READY("ready"),

    /** From the Pod's creation to its Ready. */
    START("start"),

    /** From the old Pod's end on a node, by deletion or because it is no longer ready, to the new one's Ready there. */
    REPLACE("replace"),

    /** From the Pod's deletionTimestamp to its absence. */
    END("end"),

    /** From the phase's begin to the Pod's absence. */
    GONE("gone");

    private final String key;

    PodTime(String key) {
        this.key = key;
    }

    /** Its name in reports. */
    public String key() {
        return key;
    }
}
