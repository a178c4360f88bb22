package io.everynode.loadtest.watches;

import io.everynode.loadtest.client.ApiClient;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Watches of the Pods of one node each, as kubelets have them, read without a thread for each. Thread-safe. */
final class NodeWatches implements AutoCloseable {

    /** Opened at a time. */
    private static final int UNDER_WAY = 32;

    private final ApiClient api;
    private final Set<String> open = new TreeSet<>();
    private final ConcurrentLinkedQueue<Future<?>> watches = new ConcurrentLinkedQueue<>();
    private volatile ChangeTimes times;
    private volatile Throwable failure;

    NodeWatches(ApiClient api) {
        this.api = api;
    }

    /** Returns when the server has answered each. */
    void open(List<String> nodes, String version) throws IOException, InterruptedException {
        Semaphore room = new Semaphore(UNDER_WAY);
        for (String node : nodes) {
            room.acquire();
            watches.add(api.watchAsync(
                    "api/v1/pods?watch=true&timeoutSeconds=3600&fieldSelector=spec.nodeName%3D" + node
                            + "&resourceVersion=" + version,
                    room::release,
                    this::told,
                    this::failed));
            open.add(node);
        }
        room.acquire(UNDER_WAY);
        if (failure != null) {
            throw new IOException("a watch of a node: " + failure.getMessage(), failure);
        }
    }

    private void told(byte[] event) {
        ChangeTimes current = times;
        if (current != null) {
            current.seenByNode(Sequence.number(event), WatchesCommand.micros());
        }
    }

    private void failed(Throwable why) {
        failure = why instanceof CompletionException ? why.getCause() : why;
    }

    /** From now on what is seen counts there. */
    void tell(ChangeTimes next) {
        times = next;
    }

    boolean has(String node) {
        return open.contains(node);
    }

    boolean isOpen() {
        return !open.isEmpty();
    }

    @Override
    public void close() {
        times = null;
        watches.forEach(watch -> watch.cancel(true));
    }
}
