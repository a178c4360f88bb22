package io.everynode.loadtest.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.loadtest.client.ApiCall;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.client.WatchFeed;
import io.everynode.loadtest.plan.DaemonSetManifest;
import io.everynode.loadtest.plan.Phase;
import io.everynode.loadtest.plan.Step;
import io.everynode.loadtest.plan.Steps;
import io.everynode.loadtest.report.Costs;
import io.everynode.loadtest.report.PhaseResult;
import io.everynode.loadtest.seen.DaemonSetBoard;
import io.everynode.loadtest.seen.Goal;
import io.everynode.loadtest.seen.ObjectEvent;
import io.everynode.loadtest.seen.PodBoard;
import io.everynode.loadtest.times.CallBook;
import io.everynode.loadtest.times.Spreads;
import io.everynode.objects.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One run against one API: its nodes, its two watches, its phases. What is timed is when the watches tell of it, after
 * the first request of a phase was sent. For one thread; closing it leaves nothing behind that it made, unless that is
 * wanted or a phase has failed.
 */
final class LoadRun implements AutoCloseable {

    private static final double NANOS = 1e9;

    /** For answers that are under way when a phase has reached its goal. */
    private static final Duration CALLS_PATIENCE = Duration.ofSeconds(5);

    private final LoadOptions options;
    private final DaemonSetManifest manifest;
    private final Progress progress;
    private final CallBook callBook = new CallBook(System::nanoTime);
    private final Sight sight = new Sight();
    private final ApiClient api;
    private final BoundedCalls calls;
    private final CostMeter costs;
    private final Fleet fleet;
    private final NodeJoins joins;
    private final PodBoard pods;
    private final DaemonSetBoard daemonSet;
    private final Steps steps;
    private final WatchFeed podFeed;
    private final WatchFeed daemonSetFeed;
    private boolean whole = true;

    /** @throws IOException with one line for people when the API is not as it should be */
    LoadRun(LoadOptions options, ProcessMeter processes, JournalMeter journal, Progress progress)
            throws IOException, InterruptedException {
        this.options = options;
        this.manifest = options.manifest();
        this.progress = progress;
        this.api = new ApiClient(options.access(), callBook);
        this.calls = new BoundedCalls(api, options.connections());
        this.costs = new CostMeter(api, manifest.pods(), processes, journal);
        this.pods = new PodBoard(manifest.name());
        this.daemonSet = new DaemonSetBoard(manifest.name());
        this.steps = new Steps(manifest);
        this.fleet = fleet();
        this.joins = new NodeJoins(api, fleet, options.timeout(), progress);
        this.podFeed = WatchFeed.open(api, manifest.pods(), version(manifest.pods()), listener(this::podSeen));
        this.daemonSetFeed = WatchFeed.open(
                api, manifest.daemonSets(), version(manifest.daemonSets()), listener(this::daemonSetSeen));
    }

    private Fleet fleet() throws IOException, InterruptedException {
        if (options.inServer()) {
            return new ServerFleet(api, calls, options.prefix(), ServerFleet.settled(api));
        }
        List<String> there = ServerFleet.list(api);
        if (!there.isEmpty()) {
            throw new IOException("the API has " + there.size() + " nodes already, such as " + there.get(0)
                    + ": nodes that are not played from here would be measured too; start the server with"
                    + " --hollow-nodes 0, or use --in-server");
        }
        return new OutsideFleet(
                options.access(), options.prefix(), options.connections(), options.leaseInterval(), callBook, sight);
    }

    private String version(String path) throws IOException, InterruptedException {
        return Json.text(api.get(path + "?limit=1"), "metadata", "resourceVersion");
    }

    // What the watches tell

    /** An event of one of the two watches. */
    private record Told(ObjectEvent event, byte[] line, long at) {}

    /** Takes an event that may be no JSON. */
    @FunctionalInterface
    private interface Taker {
        void take(Told told) throws IOException;
    }

    private WatchFeed.Listener listener(Taker taker) {
        return new WatchFeed.Listener() {
            @Override
            public void event(ObjectEvent event, byte[] line, long at) throws IOException {
                taker.take(new Told(event, line, at));
            }

            @Override
            public void failed(IOException why) {
                sight.fail(why);
            }
        };
    }

    private void podSeen(Told told) {
        sight.tell(() -> pods.event(told.event(), told.at()), told.at());
    }

    private void daemonSetSeen(Told told) throws IOException {
        JsonNode event = Json.mapper().readTree(told.line());
        sight.tell(() -> daemonSet.event(event), told.at());
    }

    // The phases

    /**
     * All phases with so many nodes.
     *
     * @param each gets the result of each phase, as soon as there is one
     */
    void run(int nodes, Consumer<PhaseResult> each) throws IOException, InterruptedException {
        whole = false;
        for (Phase phase : options.phases()) {
            PhaseResult result = phase(phase, nodes);
            if (result != null) {
                each.accept(result);
            }
        }
        whole = true;
    }

    private PhaseResult phase(Phase phase, int wanted) throws IOException, InterruptedException {
        int nodes = fleet.names().size();
        switch (phase) {
            case JOIN:
                return join(wanted);
            case CREATE:
                return timed(steps.create(nodes));
            case UPDATE_ALL:
                return timed(steps.update(phase, nodes, "100%"));
            case UPDATE_TENTH:
                return timed(steps.update(phase, nodes, "10%"));
            case UNDO:
                JsonNode revisions = api.get(manifest.revisions());
                return timed(steps.undo(nodes, revisions, sight.read(daemonSet::uid)));
            case REST:
                return rest(nodes);
            case JOIN_ONE:
                return joinOneByOne();
            case LABELS_AWAY:
                return timed(steps.labelsAway(nodes, tenth()));
            case LABELS_BACK:
                return timed(steps.labelsBack(nodes, tenth()));
            default:
                return timed(steps.delete(nodes));
        }
    }

    private List<String> tenth() {
        List<String> names = fleet.names();
        return names.subList(0, Math.max(1, names.size() / 10));
    }

    /** Null when all of them were there. */
    private PhaseResult join(int wanted) throws IOException, InterruptedException {
        int missing = wanted - fleet.names().size();
        if (missing < 0) {
            throw new IOException("there are " + fleet.names().size() + " nodes already, and not " + wanted);
        }
        costs.begin();
        callBook.begin();
        Spreads spreads = new Spreads();
        double seconds = joins.join(missing, spreads);
        PhaseResult result = new PhaseResult(
                Phase.JOIN, missing, seconds, null, spreads.all(), callBook.end(CALLS_PATIENCE), costs.end());
        fleet.settle(options.timeout(), progress);
        return missing == 0 ? null : result;
    }

    private PhaseResult timed(Step step) throws IOException, InterruptedException {
        costs.begin();
        callBook.begin();
        Spreads spreads = new Spreads();
        long begun = expect(step.goal(), spreads);
        calls.send(step.calls(), 0);
        long[] metAt = await(step.phase(), step.goal());
        return new PhaseResult(
                step.phase(),
                step.count(),
                (metAt[0] - begun) / NANOS,
                (metAt[1] - begun) / NANOS,
                spreads.all(),
                callBook.end(CALLS_PATIENCE),
                costs.end());
    }

    /** Nothing is asked of the server but what its nodes ask by themselves, and what went before is over. */
    private PhaseResult rest(int nodes) throws IOException, InterruptedException {
        costs.awaitQuiet(options.rest(), options.rest().multipliedBy(2));
        costs.begin();
        callBook.begin();
        long begun = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(options.rest().toNanos());
        Costs used = costs.end();
        return new PhaseResult(
                Phase.REST,
                nodes,
                (System.nanoTime() - begun) / NANOS,
                null,
                Map.of(),
                callBook.end(CALLS_PATIENCE),
                used);
    }

    /** Each node is timed from its own joining. */
    private PhaseResult joinOneByOne() throws IOException, InterruptedException {
        costs.begin();
        callBook.begin();
        Spreads spreads = new Spreads();
        double seconds = 0;
        double statusSeconds = 0;
        for (int i = 0; i < options.joining(); i++) {
            Goal goal = Goal.ready(fleet.names().size() + 1, steps.mark());
            long begun = expect(goal, spreads);
            fleet.join(1);
            long[] metAt = await(Phase.JOIN_ONE, goal);
            seconds += (metAt[0] - begun) / NANOS;
            statusSeconds += (metAt[1] - begun) / NANOS;
        }
        PhaseResult result = new PhaseResult(
                Phase.JOIN_ONE,
                options.joining(),
                seconds,
                statusSeconds,
                spreads.all(),
                callBook.end(CALLS_PATIENCE),
                costs.end());
        fleet.settle(options.timeout(), progress);
        return result;
    }

    private long expect(Goal goal, Spreads spreads) {
        long now = System.nanoTime();
        sight.expect(() -> pods.begin(now, spreads), now, () -> pods.meets(goal), () -> daemonSet.meets(goal));
        return now;
    }

    private long[] await(Phase phase, Goal goal) throws IOException, InterruptedException {
        Supplier<String> where = () -> phase.key() + ": " + pods.readyNodes(goal.mark()) + " of " + goal.readyNodes()
                + " nodes ready, " + pods.pods() + " Pods, " + daemonSet.status();
        return sight.await(options.timeout(), where, progress);
    }

    @Override
    public void close() throws IOException {
        podFeed.close();
        daemonSetFeed.close();
        fleet.close();
        try {
            if (whole && !options.keepNodes()) {
                progress.line("Removing " + fleet.own().size() + " nodes");
                calls.send(
                        fleet.own().stream()
                                .map(name -> new ApiCall("DELETE nodes", "DELETE", "api/v1/nodes/" + name, "", null))
                                .toList(),
                        404);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            calls.close();
        }
    }
}
