package io.everynode.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.client.ServerOptions;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code flood}: one client that sends as many lists and watches as it can, and does not heed a Retry-After. What it
 * gets is thrown away; only the codes are counted, and the failures where there is no answer.
 */
@Command(
        name = "flood",
        description = "Sends as many lists and watches as it can, as one client.",
        mixinStandardHelpOptions = true)
final class FloodCommand implements Callable<Integer> {

    private static final String[] LISTS = {"api/v1/pods", "api/v1/nodes"};
    private static final int AT_ONCE = 32;
    private static final int AFTER_FAILURE_MILLIS = 200;

    @Mixin
    private ServerOptions server;

    @Option(names = "--seconds", defaultValue = "30", paramLabel = "N", description = "How long.")
    private int seconds;

    @Option(names = "--lists", defaultValue = "256", paramLabel = "N", description = "Lists under way at a time.")
    private int lists;

    @Option(
            names = "--watches",
            defaultValue = "2000",
            paramLabel = "N",
            description = "Watches of all Pods to have open; those that are refused are asked for again.")
    private int watches;

    @Option(names = "--threads", defaultValue = "1", paramLabel = "N", description = "Threads of the client.")
    private int threads;

    @Option(names = "--json", paramLabel = "FILE", description = "Write what is printed there, too.")
    private Path json;

    @Spec
    private CommandSpec spec;

    private final Map<String, LongAdder> listed = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> watched = new ConcurrentSkipListMap<>();
    private volatile boolean over;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterAccess access = server.access();
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "flood");
            thread.setDaemon(true);
            return thread;
        });
        // A connection for each request under way, which costs the server most.
        HttpClient http = access.client()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(executor)
                .build();
        URI root = URI.create(access.servers().get(0) + "/");
        Flood flood = new Flood(http, access, root);
        for (int i = 0; i < AT_ONCE; i++) {
            flood.more();
        }
        // Nobody counts it down: a wait for the end of the time.
        boolean ended = new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
        over = !ended;
        ObjectNode result = Json.object().put("seconds", seconds);
        tell(result.putObject("lists"), listed);
        tell(result.putObject("watches"), watched);
        spec.commandLine().getOut().println(result);
        spec.commandLine().getOut().flush();
        if (json != null) {
            Files.writeString(json, result + "\n");
        }
        return 0;
    }

    private static void tell(ObjectNode to, Map<String, LongAdder> codes) {
        codes.forEach((code, count) -> to.put(code, count.sum()));
    }

    /** The requests, more and more of them: if all shook hands at the same time, none would be done for long. */
    private final class Flood {
        private final HttpClient http;
        private final ClusterAccess access;
        private final URI root;
        private int listing;
        private int watching;

        Flood(HttpClient http, ClusterAccess access, URI root) {
            this.http = http;
            this.access = access;
            this.root = root;
        }

        /** One more of them, lists and watches in turn. */
        synchronized void more() {
            if (listing < lists && (listing <= watching || watching == watches)) {
                again(root.resolve(LISTS[listing++ % LISTS.length]), listed, true);
            } else if (watching < watches) {
                watching++;
                again(root.resolve("api/v1/pods?watch=true&timeoutSeconds=600"), watched, true);
            }
        }

        /** One after another until the time is over; a while later when there was no answer. */
        private void again(URI at, Map<String, LongAdder> codes, boolean first) {
            HttpRequest request =
                    access.request(at).timeout(Duration.ofMinutes(2)).GET().build();
            http.sendAsync(request, head -> {
                        count(codes, String.valueOf(head.statusCode()));
                        if (first) {
                            http.executor().orElseThrow().execute(this::more);
                        }
                        return BodySubscribers.discarding();
                    })
                    .whenComplete((answer, failure) -> {
                        if (failure != null) {
                            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                            count(codes, cause.getClass().getSimpleName());
                        }
                        if (over) {
                            return;
                        }
                        if (failure == null) {
                            again(at, codes, false);
                        } else {
                            CompletableFuture.delayedExecutor(AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS)
                                    .execute(() -> again(at, codes, first));
                        }
                    });
        }
    }

    private static void count(Map<String, LongAdder> codes, String code) {
        codes.computeIfAbsent(code, one -> new LongAdder()).increment();
    }
}
