package io.everynode.controlplane.verify;

/**
 * What {@link JournalVerifier} looks at, in the order of its report; "I1" and the like are those of docs/invariants.md.
 */
public enum Check {
    ORDER("I4", "orderings grow from row to row"),
    SEQUENCE("I4", "each entity's events are numbered from 1 without gaps, in the order of all"),
    PERSIST("I4", "each persist is whole"),
    READABLE("I7", "each event can be read"),
    KEPT("I7", "no event is marked as deleted, and each says who and why"),
    EVOLVE("I9", "each event can be applied to what was there"),
    TEMPLATE("I7", "the template of each Pod is in the journal before it"),
    AT_MOST_ONE("I1", "each node has at most one live Pod of a DaemonSet, or two during a surge"),
    SLOTS("I1", "no Pod for a removed DaemonSet, of an older generation, or before its back-off is over"),
    LIVES("", "what has ended stays so, and generations grow"),
    HISTORY("I7", "each template of a DaemonSet is in its history, and none is lost"),
    ONE_CHANGE("I4", "an event changes at most one object of each kind, and a watch can follow"),
    NAMES("", "names are unique, and objects have the names of their entities"),
    UIDS("", "no UID comes twice"),
    NAMESPACES("", "what is in a namespace comes after it and goes before it"),
    CATALOG("I4", "in the end each Pod of an entity is shown or known to be hidden, and no other");

    private final String invariant;
    private final String text;

    Check(String invariant, String text) {
        this.invariant = invariant;
        this.text = text;
    }

    /** "" when it has no number. */
    public String invariant() {
        return invariant;
    }

    /** What holds, in a few words. */
    public String text() {
        return text;
    }
}
