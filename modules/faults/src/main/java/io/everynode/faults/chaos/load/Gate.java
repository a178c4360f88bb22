package io.everynode.faults.chaos.load;

/** Lets workers through, or keeps them while the cluster is to come to rest. Thread-safe. */
public final class Gate {

    private boolean open = true;
    private boolean ended;
    private int inside;

    /** Blocks while closed; false when there will be no more work. */
    synchronized boolean enter() throws InterruptedException {
        while (!open && !ended) {
            wait();
        }
        if (!ended) {
            inside++;
        }
        return !ended;
    }

    synchronized void leave() {
        inside--;
        notifyAll();
    }

    /** Returns when nobody is inside. */
    public synchronized void close() throws InterruptedException {
        open = false;
        while (inside > 0) {
            wait();
        }
    }

    public synchronized void open() {
        open = true;
        notifyAll();
    }

    public synchronized void end() {
        ended = true;
        notifyAll();
    }
}
