package io.everynode.nodes.http;

import io.everynode.nodes.api.HollowLoop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends requests to whichever address of the API can be used, each over a connection of its own while it is under way,
 * and so many at a time; the others wait in order, also while no address can be used. Confined to the loop's thread.
 *
 * <p>What waits is bounded by its callers: writes by their windows, reads by one for each node.
 */
final class HttpDoor {

    static final String HOLLOW_NODES = "everynode-hollow-nodes";

    /** Parsing of answers is their work; the rest is done on the loop's thread. */
    private static final int THREADS = 2;

    private record Waiting(ApiRequest request, Duration patience, CompletableFuture<HttpResponse<byte[]>> answer) {}

    private final HollowLoop loop;
    private final HttpSettings settings;
    private final String client;
    private final ExecutorService threads;
    private final ApiAddresses addresses;
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private ClusterAccess access;
    /** For watches and what else takes long. */
    private HttpClient http;

    /** For all that is short. */
    private KeptConnections connections;

    /** Hears that an answer is 401. */
    private Runnable unknown = () -> {};

    /** @param client as it names itself to the API */
    HttpDoor(
            HollowLoop loop,
            ClusterAccess access,
            HttpSettings settings,
            String client,
            ApiAddresses.Listener listener) {
        this.loop = loop;
        this.settings = settings;
        this.client = client;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "hollow-http-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        connect(access);
        this.addresses = new ApiAddresses(
                access.servers(),
                loop,
                settings,
                address -> probe(address, settings.probeTimeout()),
                listener(listener));
    }

    private ApiAddresses.Listener listener(ApiAddresses.Listener outer) {
        return new ApiAddresses.Listener() {
            @Override
            public void good(ApiAddress address) {
                pump();
                outer.good(address);
            }

            @Override
            public void lost(ApiAddress address) {
                outer.lost(address);
            }
        };
    }

    private void connect(ClusterAccess as) {
        access = as;
        http = as.client()
                // One request, one connection: what is open at a time is what is counted here.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.probeTimeout())
                .executor(threads)
                .build();
        connections = new KeptConnections(as, client, settings.probeTimeout());
    }

    /**
     * From now on requests are sent as somebody else, or with a newer certificate, over new connections. What is under
     * way goes on over those that it has.
     *
     * @param as of the same addresses
     */
    void use(ClusterAccess as) {
        KeptConnections former = connections;
        connect(as);
        former.close();
    }

    /** @param listener hears, on the loop's thread, of each answer that says that nobody knows who asks (401) */
    void onUnknown(Runnable listener) {
        unknown = listener;
    }

    ApiAddresses addresses() {
        return addresses;
    }

    void start() {
        addresses.start();
    }

    void close() {
        waiting.clear();
        addresses.stop();
        threads.shutdown();
        connections.close();
    }

    /** Answers on any thread. Completes exceptionally when there is no answer. */
    CompletionStage<HttpResponse<byte[]>> send(ApiRequest request, Duration patience) {
        Waiting one = new Waiting(request, patience, new CompletableFuture<>());
        waiting.add(one);
        pump();
        return one.answer();
    }

    private void pump() {
        while (!waiting.isEmpty()) {
            ApiAddress address = addresses.withRoom();
            if (address == null) {
                return;
            }
            Waiting one = waiting.remove();
            CompletableFuture<HttpResponse<byte[]>> sent =
                    tracked(address, one.request(), connections.send(address.base, one.request(), one.patience()));
            sent.whenComplete((answer, failure) -> {
                if (failure != null) {
                    String why = "no answer from " + address + ": " + ApiAddresses.reason(failure);
                    one.answer().completeExceptionally(new IOException(why));
                } else {
                    one.answer().complete(answer);
                }
            });
        }
    }

    /** Sends a request to this address at once. Cancelling what is returned closes its connection. */
    <T> CompletableFuture<HttpResponse<T>> open(
            ApiAddress address, ApiRequest request, Duration patience, BodyHandler<T> body) {
        return tracked(
                address,
                request,
                http.sendAsync(request(address.base, request).timeout(patience).build(), body));
    }

    private <T> CompletableFuture<HttpResponse<T>> tracked(
            ApiAddress address, ApiRequest request, CompletableFuture<HttpResponse<T>> sent) {
        if (!request.isWatch()) {
            address.outstanding.add(sent);
        }
        sent.whenComplete((answer, failure) -> loop.execute(() -> {
            address.outstanding.remove(sent);
            if (failure == null) {
                addresses.heard(address);
                if (answer.statusCode() == 401) {
                    unknown.run();
                }
            }
            if (failure != null || answer.statusCode() >= 502) {
                addresses.doubt(address);
            }
            pump();
        }));
        return sent;
    }

    private CompletionStage<Integer> probe(ApiAddress address, Duration timeout) {
        HttpRequest probe = request(address.base, ApiRequest.get("/readyz"))
                .timeout(timeout)
                .build();
        return http.sendAsync(probe, BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }

    private HttpRequest.Builder request(URI base, ApiRequest request) {
        HttpRequest.Builder builder = access.request(URI.create(base + request.path()))
                .header("Accept", "application/json")
                .header("User-Agent", client)
                .method(request.method(), request.publisher());
        if (!request.contentType().isEmpty()) {
            builder.header("Content-Type", request.contentType());
        }
        return builder;
    }
}
