package io.everynode.controlplane.runtime;

/**
 * Java runs what is to go on asynchronously, without an executor of its own, in its common pool, but on a new thread
 * each time where that pool would have one thread only, as it has with one or two processors. Pekko and Java's HTTP
 * client do so with each of their answers (docs/adr/0045).
 */
public final class AsyncPool {

    static final String PARALLELISM = "java.util.concurrent.ForkJoinPool.common.parallelism";

    private static final int FEWEST = 2;

    private AsyncPool() {}

    /**
     * Gives the common pool of this process two threads where it would have one. To be called first by a {@code main}:
     * later, the pool may be there. What the user has set stays.
     */
    public static void prepare() {
        if (Runtime.getRuntime().availableProcessors() <= FEWEST && System.getProperty(PARALLELISM) == null) {
            System.setProperty(PARALLELISM, Integer.toString(FEWEST));
        }
    }
}
