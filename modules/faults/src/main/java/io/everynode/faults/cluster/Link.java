package io.everynode.faults.cluster;

/**
 * What goes from one end to another: whether it passes, and how late. Set by any thread, read by the proxy's.
 *
 * <p>A cut link is silent: connections stay open, and no end learns that the other has closed. What was sent meanwhile
 * waits, as it would in the sender's TCP; see {@link Links#heal} for what becomes of it.
 */
final class Link {
    private volatile boolean cut;
    private volatile long delayMillis;

    boolean isCut() {
        return cut;
    }

    void cut(boolean now) {
        cut = now;
    }

    long delayMillis() {
        return delayMillis;
    }

    void delayMillis(long millis) {
        delayMillis = millis;
    }
}
