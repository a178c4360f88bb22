package io.everynode.loadtest.seen;

/**
 * What a phase waits for.
 *
 * @param pods so many Pods of the DaemonSet are there, whatever their state
 * @param readyNodes so many nodes have a ready one with the mark
 * @param mark of the template that the DaemonSet has now
 * @param gone the DaemonSet itself is gone
 */
public record Goal(int pods, int readyNodes, String mark, boolean gone) {

    /** One ready Pod of the mark on each of so many nodes, and no other. */
    public static Goal ready(int nodes, String mark) {
        return new Goal(nodes, nodes, mark, false);
    }

    /** Neither Pods nor DaemonSet. */
    public static Goal nothing() {
        return new Goal(0, 0, "", true);
    }
}
