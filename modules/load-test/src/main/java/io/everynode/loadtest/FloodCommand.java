package io.everynode.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.client.ServerOptions;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
 * gets is thrown away; only the codes are counted.
 */
@Command(
        name = "flood",
        description = "Sends as many lists and watches as it can, as one client.",
        mixinStandardHelpOptions = true)
final class FloodCommand implements Callable<Integer> {

    private static final String[] LISTS = {"api/v1/pods", "api/v1/nodes"};
    private static final int UNANSWERED = 0;
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

    private final Map<Integer, LongAdder> listed = new ConcurrentSkipListMap<>();
    private final Map<Integer, LongAdder> watched = new ConcurrentSkipListMap<>();
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
        for (int i = 0; i < lists; i++) {
            again(http, access, root.resolve(LISTS[i % LISTS.length]), listed);
        }
        for (int i = 0; i < watches; i++) {
            again(http, access, root.resolve("api/v1/pods?watch=true&timeoutSeconds=600"), watched);
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

    private static void tell(ObjectNode to, Map<Integer, LongAdder> codes) {
        codes.forEach((code, count) -> to.put(code == UNANSWERED ? "failed" : String.valueOf(code), count.sum()));
    }

    /** One after another until the time is over; a while later when there was no answer. */
    private void again(HttpClient http, ClusterAccess access, URI at, Map<Integer, LongAdder> codes) {
        send(http, access, at, codes).whenComplete((answer, failure) -> {
            if (over) {
                return;
            }
            if (failure == null) {
                again(http, access, at, codes);
            } else {
                CompletableFuture.delayedExecutor(AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() -> again(http, access, at, codes));
            }
        });
    }

    private static CompletableFuture<HttpResponse<Void>> send(
            HttpClient http, ClusterAccess access, URI at, Map<Integer, LongAdder> codes) {
        HttpRequest request =
                access.request(at).timeout(Duration.ofMinutes(2)).GET().build();
        return http.sendAsync(request, head -> {
                    codes.computeIfAbsent(head.statusCode(), code -> new LongAdder())
                            .increment();
                    return BodySubscribers.discarding();
                })
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        codes.computeIfAbsent(UNANSWERED, code -> new LongAdder())
                                .increment();
                    }
                });
    }
}
