package io.everynode.loadtest.run;

import io.everynode.loadtest.times.CallTimes;
import io.everynode.nodes.HollowNodes;
import io.everynode.nodes.HollowSettings;
import io.everynode.nodes.HollowTopology;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.HttpNodeApi;
import io.everynode.nodes.http.HttpSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes that this process plays over HTTP, as {@code everynode hollow-nodes} does, against any server. */
final class OutsideFleet implements Fleet {

    private final ClusterAccess access;
    private final String prefix;
    private final HollowSettings settings;
    private final HttpSettings http;
    private final CallTimes times;
    private final Sight sight;
    private final Sight leases = new Sight();
    private final List<String> names = new ArrayList<>();
    private int leasesMade;
    private HollowNodes nodes;

    /**
     * @param connections requests under way at a time, to each address
     * @param sight told when the API refuses to be read
     */
    OutsideFleet(
            ClusterAccess access,
            String prefix,
            int connections,
            Duration leaseInterval,
            CallTimes times,
            Sight sight) {
        HollowSettings usual = HollowSettings.DEFAULT;
        this.access = access;
        this.prefix = prefix;
        // As many writes as connections: a call's time is the server's, not that of a queue in here.
        this.settings = new HollowSettings(
                usual.seed(),
                usual.jitter(),
                connections * access.servers().size(),
                usual.retryAfter(),
                usual.maxRetryAfter(),
                usual.writeDeadline(),
                leaseInterval,
                usual.statusInterval(),
                Duration.ZERO,
                false);
        // A server under full load is not lost when it takes seconds to answer a probe.
        this.http = new HttpSettings(
                connections,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                500,
                Duration.ofMinutes(30),
                usual.retryAfter(),
                usual.maxRetryAfter());
        this.times = times;
        this.sight = sight;
    }

    @Override
    public List<String> names() {
        return List.copyOf(names);
    }

    @Override
    public List<String> own() {
        return names();
    }

    @Override
    public void join(int count) throws IOException {
        HollowTopology topology;
        try {
            topology = HollowTopology.numbered(prefix, names.size() + 1, count);
        } catch (HollowTopology.Broken e) {
            throw new IOException(e.getMessage(), e);
        }
        topology.nodes().forEach(node -> names.add(node.name()));
        if (nodes != null) {
            nodes.join(topology);
            return;
        }
        nodes = HollowNodes.start(
                loop -> new TimedNodeApi(
                        new HttpNodeApi(loop, access, http, settings.writeDeadline()), times, this::leaseMade),
                topology,
                settings);
        nodes.joined().whenComplete((refused, failure) -> {
            if (failure != null) {
                sight.fail(new IOException(failure.getMessage(), failure));
            }
        });
    }

    private void leaseMade() {
        leases.tell(() -> leasesMade++, System.nanoTime());
    }

    /** A node makes its Lease when its first turn of the interval comes. */
    @Override
    public void settle(Duration timeout, Progress progress) throws IOException, InterruptedException {
        if (settings.leaseInterval().isZero()) {
            return;
        }
        int all = names.size();
        leases.expect(() -> {}, System.nanoTime(), () -> leasesMade >= all);
        leases.await(timeout, () -> "Leases: " + leasesMade + " of " + all, progress);
    }

    @Override
    public void close() {
        if (nodes != null) {
            nodes.close();
        }
    }
}
