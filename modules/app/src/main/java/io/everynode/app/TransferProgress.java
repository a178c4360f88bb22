package io.everynode.app;

import java.io.PrintWriter;
import java.util.function.LongConsumer;

/** Tells every few seconds how far a transfer is, on standard error; a short one says nothing. For one thread. */
final class TransferProgress implements LongConsumer {
    private static final long EVERY_NANOS = 2_000_000_000L;

    /** A look at the clock for each event would be most of the work. */
    private static final long LOOK_EVERY = 1_000;

    private final PrintWriter err;
    private final String done;
    private long told = System.nanoTime();

    /** @param done such as "exported" */
    TransferProgress(PrintWriter err, String done) {
        this.err = err;
        this.done = done;
    }

    @Override
    public void accept(long events) {
        if (events % LOOK_EVERY == 0 && System.nanoTime() - told >= EVERY_NANOS) {
            told = System.nanoTime();
            err.println(done + " " + events + " events ...");
        }
    }
}
