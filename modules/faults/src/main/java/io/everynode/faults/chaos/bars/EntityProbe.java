package io.everynode.faults.chaos.bars;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.chaos.load.Answer;
import io.everynode.faults.chaos.load.Api;
import io.everynode.faults.chaos.record.Key;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes ConfigMaps that are spread over all JVMs, each one again and again and each write until it is done, and
 * measures how long the longest one took. So whoever does not answer is noticed whenever it happens. Thread-safe.
 */
final class EntityProbe {

    private static final int OBJECTS = 30;
    private static final int THREADS = 10;
    private static final long PAUSE_MILLIS = 20;
    private static final String NAMESPACE = "bars";

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile boolean ended;
    private volatile List<Api> apis;
    private long longest;
    private final long[] rounds = new long[OBJECTS];

    private EntityProbe(List<Api> apis) {
        this.apis = List.copyOf(apis);
    }

    /** Makes the objects, if they are not there. */
    static void prepare(Api api) throws InterruptedException {
        ObjectNode namespace = Json.object();
        namespace.put("apiVersion", "v1").put("kind", "Namespace");
        namespace.putObject("metadata").put("name", NAMESPACE);
        untilDone(api, new Key("namespaces", "", NAMESPACE), namespace);
        for (int object = 0; object < OBJECTS; object++) {
            ObjectNode map = Json.object();
            map.put("apiVersion", "v1").put("kind", "ConfigMap");
            map.putObject("metadata").put("name", key(object).name()).put("namespace", NAMESPACE);
            untilDone(api, key(object), map);
        }
    }

    private static void untilDone(Api api, Key key, ObjectNode object) throws InterruptedException {
        Answer answer = api.create("probe", key, object, "");
        while (!answer.isDone() && answer.status() != 409) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            answer = api.create("probe", key, object, "");
        }
    }

    private static Key key(int object) {
        return new Key("configmaps", NAMESPACE, "probe-" + object);
    }

    /** Begins to write through these addresses, in turn. */
    static EntityProbe start(List<Api> apis) throws InterruptedException {
        EntityProbe probe = new EntityProbe(apis);
        for (int number = 0; number < THREADS; number++) {
            int first = number;
            Thread thread = new Thread(() -> probe.run(first), "probe-" + number);
            thread.setDaemon(true);
            probe.threads.add(thread);
            thread.start();
        }
        probe.awaitRound();
        probe.reset();
        return probe;
    }

    /** From now on only these are asked. */
    void use(List<Api> others) {
        apis = List.copyOf(others);
    }

    private void run(int first) {
        ObjectNode patch = Json.object();
        ObjectNode data = patch.putObject("data");
        try {
            for (long round = 0; !ended; round++) {
                for (int object = first; object < OBJECTS && !ended; object += THREADS) {
                    data.put("round", String.valueOf(round));
                    write(object, patch);
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            // Ended.
        }
    }

    private void write(int object, ObjectNode patch) throws InterruptedException {
        long start = System.nanoTime();
        boolean done = false;
        while (!done && !ended) {
            List<Api> now = apis;
            done = now.get(turn.getAndIncrement() % now.size())
                    .patch("probe", key(object), patch)
                    .isDone();
            if (!done) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        if (done) {
            note(object, System.nanoTime() - start);
        }
    }

    private synchronized void note(int object, long nanos) {
        longest = Math.max(longest, nanos);
        rounds[object]++;
        notifyAll();
    }

    synchronized void reset() {
        longest = 0;
    }

    /** Blocks until each object was written by a write that began after now. */
    void awaitRound() throws InterruptedException {
        long[] before;
        synchronized (this) {
            before = rounds.clone();
        }
        synchronized (this) {
            for (int object = 0; object < OBJECTS; object++) {
                // The first one to end may have begun before.
                while (rounds[object] < before[object] + 2) {
                    wait();
                }
            }
        }
    }

    /** Seconds that the longest write took until it was done, since the reset. */
    synchronized double longestSeconds() {
        return longest / 1e9;
    }

    void end() throws InterruptedException {
        ended = true;
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
    }
}
