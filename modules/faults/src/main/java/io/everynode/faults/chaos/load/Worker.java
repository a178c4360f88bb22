package io.everynode.faults.chaos.load;

import io.everynode.faults.chaos.record.Key;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A client that does one thing after another until the gate's end. What is left to chance follows from its seed. */
abstract class Worker implements Runnable {

    static final String NAMESPACE = "chaos";

    /** Tries of one request, of a client that gives up in the end. */
    private static final int TRIES = 6;

    private final Gate gate;
    private final int pauseMillis;
    final String name;
    final List<Api> apis;
    final Random random;

    /**
     * A worker.
     *
     * @param apis of which each try takes one
     * @param pauseMillis from one thing to the next, in the mean
     */
    Worker(String name, List<Api> apis, Gate gate, long seed, int pauseMillis) {
        this.name = name;
        this.apis = List.copyOf(apis);
        this.gate = gate;
        this.random = new Random(seed * 31 + name.hashCode());
        this.pauseMillis = pauseMillis;
    }

    /** One thing. */
    abstract void work() throws InterruptedException;

    @Override
    public final void run() {
        try {
            while (gate.enter()) {
                try {
                    work();
                } finally {
                    gate.leave();
                }
                TimeUnit.MILLISECONDS.sleep(pauseMillis / 2 + random.nextInt(pauseMillis));
            }
        } catch (InterruptedException e) {
            // The run is over.
        }
    }

    Api any() {
        return apis.get(random.nextInt(apis.size()));
    }

    Key key(String resource, String objectName) {
        return new Key(resource, resource.equals("nodes") ? "" : NAMESPACE, objectName);
    }

    /** One request at one address. */
    @FunctionalInterface
    interface Try {
        Answer at(Api api) throws InterruptedException;
    }

    /** As client libraries do: tries again, at any address, with growing pauses, what may go well then. */
    Answer retrying(Try request) throws InterruptedException {
        Answer answer = request.at(any());
        for (int tries = 1; tries < TRIES && answer.isWorthARetry(); tries++) {
            TimeUnit.MILLISECONDS.sleep(100L << tries);
            answer = request.at(any());
        }
        return answer;
    }
}
