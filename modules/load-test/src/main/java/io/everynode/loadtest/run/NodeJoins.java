package io.everynode.loadtest.run;

import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.client.WatchFeed;
import io.everynode.loadtest.seen.NodeBoard;
import io.everynode.loadtest.seen.ObjectEvent;
import io.everynode.loadtest.times.Spreads;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Has nodes join and times it by a watch of Nodes, which is open only meanwhile: for the other phases, it would be work
 * for the server that nobody looks at. For one thread.
 */
final class NodeJoins {

    private static final double NANOS = 1e9;

    private final ApiClient api;
    private final Fleet fleet;
    private final Duration timeout;
    private final Progress progress;

    NodeJoins(ApiClient api, Fleet fleet, Duration timeout, Progress progress) {
        this.api = api;
        this.fleet = fleet;
        this.timeout = timeout;
        this.progress = progress;
    }

    /**
     * Returns when these and all earlier nodes are ready.
     *
     * @param spreads for the times of each node, under the keys of {@link NodeBoard}
     * @return seconds from the first request until the watch had told that all are ready
     */
    double join(int count, Spreads spreads) throws IOException, InterruptedException {
        Sight sight = new Sight();
        NodeBoard board = new NodeBoard();
        WatchFeed.Listener listener = new WatchFeed.Listener() {
            @Override
            public void event(ObjectEvent event, byte[] line, long at) {
                sight.tell(() -> board.event(event, at), at);
            }

            @Override
            public void failed(IOException why) {
                sight.fail(why);
            }
        };
        int before = fleet.names().size();
        Supplier<String> where = () -> "join: " + board.ready() + " nodes ready";
        sight.expect(() -> {}, System.nanoTime(), () -> board.ready() >= before);
        // "0" has it tell of all nodes that are there, first.
        WatchFeed feed = WatchFeed.open(api, "api/v1/nodes", "0", listener);
        try {
            sight.await(timeout, where, progress);
            long begun = System.nanoTime();
            sight.expect(() -> board.begin(begun, spreads), begun, () -> board.ready() >= before + count);
            fleet.join(count);
            return (sight.await(timeout, where, progress)[0] - begun) / NANOS;
        } finally {
            feed.close();
        }
    }
}
