package io.everynode.loadtest.seen;

/** What is measured of each Pod, all of it as a watch tells it. */
public enum PodTime {
    BOUND("bound", "from the phase's begin to the Pod being bound to its node"),
    READY("ready", "from the phase's begin to the Pod's Ready"),
    START("start", "from the Pod's creation to its Ready"),
    REPLACE("replace", "from the old Pod's end on a node (deletion or no longer ready) to the new Pod's Ready there"),
    END("end", "from the Pod's deletionTimestamp to its absence"),
    GONE("gone", "from the phase's begin to the Pod's absence");

    private final String key;
    private final String meaning;

    PodTime(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    /** Its name in reports. */
    public String key() {
        return key;
    }

    public String meaning() {
        return meaning;
    }
}
