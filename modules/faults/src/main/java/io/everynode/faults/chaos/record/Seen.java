package io.everynode.faults.chaos.record;

/**
 * One event of a watch.
 *
 * @param at when it came, in nanoseconds of the run
 */
public record Seen(long at, Type type, Snapshot object) {

    @Override
    public String toString() {
        return Op.seconds(at) + " " + type + " " + object;
    }

    /** The three types that change an object; bookmarks and errors are no events here. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
