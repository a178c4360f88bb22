package io.everynode.loadtest.watches;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.client.ServerOptions;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code watches}: how long a change takes from its commit to a watching client, at a steady rate of changes, with as
 * many watches of one node each open as are wanted. The Pods are those that are there.
 */
@Command(
        name = "watches",
        description =
                "Changes the status of the Pods that are there at a steady rate, and measures when a watch tells.",
        mixinStandardHelpOptions = true)
public final class WatchesCommand implements Callable<Integer> {

    private static final int PAGE = 500;

    /** Of writes; a server that falls behind is not asked for more. */
    private static final int UNDER_WAY = 256;

    /** For what is still on its way to the watches. */
    private static final long PATIENCE_MILLIS = 15_000;

    @Mixin
    private ServerOptions server;

    @Option(names = "--rate", defaultValue = "500", paramLabel = "N", description = "Changes in a second.")
    private int rate;

    @Option(names = "--seconds", defaultValue = "20", paramLabel = "N", description = "For so long.")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "5",
            paramLabel = "SECONDS",
            description = "Before that, uncounted (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds;

    @Option(
            names = "--node-watches",
            defaultValue = "0",
            paramLabel = "N",
            description = "Watches of the Pods of one node each that are open meanwhile.")
    private int nodeWatches;

    @Option(
            names = "--journal",
            paramLabel = "JDBC-URL",
            description =
                    "Everynode's PostgreSQL, set to track_commit_timestamp, to know when a change was committed; the "
                            + "password is taken from the environment, EVERYNODE_DATABASE_PASSWORD.")
    private String journal;

    @Option(
            names = "--journal-user",
            defaultValue = "everynode",
            paramLabel = "NAME",
            description = "User of --journal (default: ${DEFAULT-VALUE}).")
    private String journalUser;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result there, too.")
    private Path json;

    @Spec
    private CommandSpec spec;

    private final String run = UUID.randomUUID().toString();

    /** A Pod that is changed. */
    private record Target(String path, String node) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ApiClient api = server.client();
        List<Target> targets = targets(api);
        if (targets.isEmpty()) {
            throw new IOException("there are no bound Pods to change");
        }
        ObjectNode result;
        try (NodeWatches nodes = new NodeWatches(api)) {
            List<String> names = targets.stream()
                    .map(Target::node)
                    .distinct()
                    .limit(nodeWatches)
                    .toList();
            long begun = System.nanoTime();
            nodes.open(names, version(api));
            double opened = (System.nanoTime() - begun) / 1e9;
            List<Target> changed = nodeWatches == 0
                    ? targets
                    : targets.stream().filter(one -> nodes.has(one.node())).toList();
            measure(api, changed, nodes, new ChangeTimes(0, rate * warmUpSeconds));
            result = measure(api, changed, nodes, new ChangeTimes(rate * warmUpSeconds, rate * seconds));
            result.put("nodeWatches", names.size()).put("nodeWatchesOpenedInSeconds", opened);
        }
        spec.commandLine().getOut().println(result);
        spec.commandLine().getOut().flush();
        if (json != null) {
            Files.writeString(json, result.toPrettyString() + "\n");
        }
        return 0;
    }

    private static List<Target> targets(ApiClient api) throws IOException, InterruptedException {
        List<Target> targets = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = api.get("api/v1/pods?limit=" + PAGE
                    + (next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8)));
            for (JsonNode pod : page.path("items")) {
                String node = Json.text(pod, "spec", "nodeName");
                if (!node.isEmpty()) {
                    targets.add(new Target(
                            "api/v1/namespaces/" + Json.text(pod, "metadata", "namespace") + "/pods/"
                                    + Json.text(pod, "metadata", "name"),
                            node));
                }
            }
            next = Json.text(page, "metadata", "continue");
        } while (!next.isEmpty());
        return targets;
    }

    private ObjectNode measure(ApiClient api, List<Target> targets, NodeWatches nodes, ChangeTimes times)
            throws IOException, InterruptedException {
        nodes.tell(times);
        try (ApiClient.Watch watch =
                api.watch("api/v1/pods?watch=true&timeoutSeconds=3600&resourceVersion=" + version(api))) {
            Thread reader = new Thread(() -> read(watch, times), "watch of all Pods");
            reader.setDaemon(true);
            reader.start();
            long took = write(api, targets, times);
            int answered = times.changes() - times.refusals();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            int[] told = times.told();
            while ((told[0] < answered || nodes.isOpen() && told[1] < answered) && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(50);
                told = times.told();
            }
            Map<Long, Long> commits = journal == null
                    ? Map.of()
                    : CommitTimes.since(
                            journal,
                            journalUser,
                            System.getenv().getOrDefault("EVERYNODE_DATABASE_PASSWORD", ""),
                            times.firstVersion());
            ObjectNode result = Json.object()
                    .put("changes", times.changes())
                    .put("refused", times.refusals())
                    .put("perSecond", Math.round(times.changes() / (took / 1e9) * 10) / 10.0)
                    .put("seen", told[0])
                    .put("seenByNode", told[1]);
            result.set("millis", times.spreads(commits));
            return result;
        }
    }

    private static String version(ApiClient api) throws IOException, InterruptedException {
        return Json.text(api.get("api/v1/pods?limit=1"), "metadata", "resourceVersion");
    }

    private static void read(ApiClient.Watch watch, ChangeTimes times) {
        try {
            for (byte[] event = watch.next(); event != null; event = watch.next()) {
                times.seen(Sequence.number(event), Sequence.version(event), micros());
            }
        } catch (IOException e) {
            // Closed, or broken: what was not seen is counted.
            return;
        }
    }

    /** Each change has its time; what is late is sent at once. Returns nanoseconds until the last was sent. */
    private long write(ApiClient api, List<Target> targets, ChangeTimes times) throws InterruptedException {
        Semaphore room = new Semaphore(UNDER_WAY);
        long begun = System.nanoTime();
        for (int i = 0; i < times.changes(); i++) {
            int number = times.first() + i;
            long due = begun + TimeUnit.SECONDS.toNanos(1) * i / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            room.acquire();
            times.sent(number, micros());
            api.mergeAsync(targets.get(number % targets.size()).path() + "/status", Sequence.patch(number, run))
                    .whenComplete((code, failure) -> {
                        if (failure == null && code < 300) {
                            times.answered(number, micros());
                        } else {
                            times.refused();
                        }
                        room.release();
                    });
        }
        long took = System.nanoTime() - begun;
        room.acquire(UNDER_WAY);
        return took;
    }

    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
