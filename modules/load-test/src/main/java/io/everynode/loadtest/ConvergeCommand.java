package io.everynode.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.client.ServerOptions;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code converge}: how long one DaemonSet takes to be ready on every node, as seen on an HTTP watch. */
@Command(
        name = "converge",
        description = "Creates a DaemonSet and measures until each node has a ready Pod, as seen on a watch.",
        mixinStandardHelpOptions = true)
final class ConvergeCommand implements Callable<Integer> {

    private static final String NODE_LEASES = "apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

    @Mixin
    private ServerOptions server;

    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "The DaemonSet (default: config/examples/02-fluentd-elasticsearch.yaml).")
    private Path manifest;

    @Option(names = "--nodes", required = true, paramLabel = "N", description = "Nodes that shall get a ready Pod.")
    private int nodes;

    @Option(names = "--delete", description = "Delete the DaemonSet afterwards, and measure that, too.")
    private boolean delete;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "600", description = "Give up after that long.")
    private int timeoutSeconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (nodes < 1) {
            throw new ParameterException(spec.commandLine(), "--nodes must be at least 1");
        }
        Path file = manifest != null ? manifest : example();
        byte[] body = Files.readAllBytes(file);
        JsonNode daemonSet = new YAMLMapper().readTree(body);
        String namespace = daemonSet.path("metadata").path("namespace").asText("default");
        String name = Json.text(daemonSet, "metadata", "name");
        ApiClient api = server.client();
        Duration joined = awaitNodes(api);

        String pods = "api/v1/namespaces/" + namespace + "/pods";
        String daemonSets = "apis/apps/v1/namespaces/" + namespace + "/daemonsets";
        String version = Json.text(api.get(pods + "?limit=1"), "metadata", "resourceVersion");
        Convergence seen = new Convergence(name);
        try (ApiClient.Watch watch = api.watch(pods + "?watch=true&resourceVersion=" + version)) {
            long created = System.nanoTime();
            api.post(daemonSets, body);
            follow(watch, seen, () -> seen.readyNodes() >= nodes);
            ObjectNode result = seen.result(nodes, System.nanoTime() - created);
            result.put("nodesJoinedAfterSeconds", Convergence.rounded(joined.toNanos() / 1e9));
            if (delete) {
                long deleted = System.nanoTime();
                api.delete(daemonSets + "/" + name);
                follow(watch, seen, () -> seen.pods() == 0);
                result.put("deleteSeconds", Convergence.rounded((System.nanoTime() - deleted) / 1e9));
            }
            print(name, result);
        }
        return 0;
    }

    /** Nodes that are ready and have their Lease do not distort the measurement by joining in its course. */
    private Duration awaitNodes(ApiClient api) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            Set<String> leased = new HashSet<>();
            for (JsonNode lease : api.get(NODE_LEASES).path("items")) {
                leased.add(Json.text(lease, "metadata", "name"));
            }
            int ready = 0;
            for (JsonNode node : api.get("api/v1/nodes").path("items")) {
                ready += Convergence.ready(node) && leased.contains(Json.text(node, "metadata", "name")) ? 1 : 0;
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - begin);
            if (ready >= nodes) {
                return waited;
            }
            if (waited.toSeconds() > timeoutSeconds) {
                throw new IOException(
                        "only " + ready + " of " + nodes + " nodes are ready and have a Lease after " + waited);
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    private void follow(ApiClient.Watch watch, Convergence seen, BooleanSupplier done) throws IOException {
        boolean[] expired = {false};
        Timer timer = new Timer("timeout", true);
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        expired[0] = true;
                        try {
                            watch.close();
                        } catch (IOException e) {
                            expired[0] = true;
                        }
                    }
                },
                Duration.ofSeconds(timeoutSeconds).toMillis());
        try {
            watch.forEach(event -> {
                if (Json.text(event, "type").equals("ERROR")) {
                    throw new IllegalStateException("the watch ended: " + Json.text(event, "object", "message"));
                }
                seen.event(event, System.nanoTime());
                return !done.getAsBoolean();
            });
        } catch (IOException e) {
            if (!expired[0]) {
                throw e;
            }
        } finally {
            timer.cancel();
        }
        if (!done.getAsBoolean()) {
            throw new IOException((expired[0] ? "timeout: " : "the watch ended early: ") + seen.readyNodes()
                    + " nodes have a ready Pod, " + seen.pods() + " Pods are there");
        }
    }

    private void print(String name, ObjectNode result) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(result);
        out.printf(
                "%s on %d nodes: %.3f s, %.0f Pods/s; per Pod from its creation to Ready p50 %.3f s, p99 %.3f s%s%n",
                name,
                nodes,
                result.path("seconds").asDouble(),
                result.path("podsPerSecond").asDouble(),
                result.path("podP50Seconds").asDouble(),
                result.path("podP99Seconds").asDouble(),
                delete
                        ? String.format(
                                "; deleted in %.3f s",
                                result.path("deleteSeconds").asDouble())
                        : "");
        out.flush();
    }

    private static Path example() {
        return Path.of(
                System.getProperty("everynode.home", "."), "config", "examples", "02-fluentd-elasticsearch.yaml");
    }
}
