package io.everynode.nodes.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.api.HollowLoop;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The Kubernetes API as one node's agent uses it: a watch of the Pods that are bound to the node, and requests. May be
 * called from any thread; listeners are told on the loop's.
 */
public final class AgentApi implements AutoCloseable {

    private static final String CLIENT = "everynode-agent";

    /** Hears of the Pods of one node, all of them on each list, then of each change in order. */
    public interface PodListener {

        void listing();

        void listed();

        void seen(ObjectNode pod);

        void gone(String uid);

        /** Listing is refused for good, and was never allowed so far. */
        void refused(String why);
    }

    /** Hears of one object, on the loop's thread. */
    public interface ObjectListener {

        /** @param version its resourceVersion now, "" while there is no such object */
        void is(String version);

        /** It cannot be watched, and not for the moment. */
        void refused(String why);
    }

    /**
     * An answer of the API.
     *
     * @param code 0 when there was none
     * @param body an empty object when there was none that can be read
     * @param message why it is a refusal; "" when it is not
     */
    public record Answer(int code, JsonNode body, String message, Duration retryAfter) {

        public boolean ok() {
            return code >= 200 && code < 300;
        }

        /** Whether it says something about the server's moment, not about the request. */
        public boolean passing() {
            return code == 0 || code == 429 || code >= 500;
        }
    }

    private final HollowLoop loop;
    private final HttpSettings settings;
    private final Duration patience;
    private final HttpDoor door;
    /** Each hears of what becomes of addresses. */
    private final Set<HttpWatch> watches = new LinkedHashSet<>();

    private boolean closed;

    /** @param patience with each request, from when it is sent */
    public AgentApi(HollowLoop loop, ClusterAccess access, HttpSettings settings, Duration patience) {
        this.loop = loop;
        this.settings = settings;
        this.patience = patience;
        this.door = new HttpDoor(loop, access, settings, CLIENT, new ApiAddresses.Listener() {
            @Override
            public void good(ApiAddress address) {
                List.copyOf(watches).forEach(HttpWatch::addressGood);
            }

            @Override
            public void lost(ApiAddress address) {
                List.copyOf(watches).forEach(watch -> watch.addressLost(address));
            }
        });
    }

    /** Begins to look for the API; on the loop's thread. */
    public void start() {
        door.start();
    }

    /**
     * From now on as somebody else, or with a newer certificate; what is under way goes on as it was.
     *
     * @param access of the same addresses
     */
    public void use(ClusterAccess access) {
        loop.execute(() -> {
            if (!closed) {
                door.use(access);
            }
        });
    }

    /** @param listener hears, on the loop's thread, of each answer that says that nobody knows who asks (401) */
    public void onUnknown(Runnable listener) {
        loop.execute(() -> door.onUnknown(listener));
    }

    /** Begins to list and watch; called once, on the loop's thread. */
    public void watchPods(String node, PodListener listener) {
        HttpWatch pods = new HttpWatch(
                Kinds.POD, "", "spec.nodeName=" + node, door, loop, settings, patience, new HttpWatch.Listener() {
                    @Override
                    public void listing() {
                        listener.listing();
                    }

                    @Override
                    public void listed() {
                        listener.listed();
                    }

                    @Override
                    public void seen(String type, HttpObject pod) {
                        listener.seen(pod.tree());
                    }

                    @Override
                    public void gone(HttpObject pod) {
                        listener.gone(pod.uid());
                    }

                    @Override
                    public void refused(String why) {
                        listener.refused(why);
                    }
                });
        watches.add(pods);
        pods.start();
    }

    /** Begins to watch one object, whose content the listener may then read; on the loop's thread, also its end. */
    public Runnable watchObject(Kind kind, String namespace, String name, ObjectListener listener) {
        HttpWatch watch = new HttpWatch(
                kind, namespace, "metadata.name=" + name, door, loop, settings, patience, new HttpWatch.Listener() {
                    private boolean found;

                    @Override
                    public void listing() {
                        found = false;
                    }

                    @Override
                    public void listed() {
                        if (!found) {
                            listener.is("");
                        }
                    }

                    @Override
                    public void seen(String type, HttpObject object) {
                        found = true;
                        listener.is(object.version());
                    }

                    @Override
                    public void gone(HttpObject object) {
                        listener.is("");
                    }

                    @Override
                    public void refused(String why) {
                        listener.refused(why);
                    }
                });
        watches.add(watch);
        watch.start();
        return () -> {
            watches.remove(watch);
            watch.stop();
        };
    }

    /** Waits for the API for as long as it takes, in order with what was sent before. Never completes exceptionally. */
    public CompletionStage<Answer> send(String method, String path, String contentType, JsonNode body) {
        ApiRequest request = new ApiRequest(method, path, contentType, body == null ? new byte[0] : Json.encode(body));
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        loop.execute(() -> {
            if (!closed) {
                complete(answer, request);
            }
        });
        return answer;
    }

    /** Has no answer at once when the API is away. Never completes exceptionally. */
    public CompletionStage<Answer> sendNow(String method, String path, String contentType, JsonNode body) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        loop.execute(() -> {
            if (closed || door.addresses().withRoom() == null) {
                answer.complete(new Answer(0, Json.object(), "the API server cannot be reached", Duration.ZERO));
            } else {
                byte[] bytes = body == null ? new byte[0] : Json.encode(body);
                complete(answer, new ApiRequest(method, path, contentType, bytes));
            }
        });
        return answer;
    }

    private void complete(CompletableFuture<Answer> answer, ApiRequest request) {
        door.send(request, patience)
                .whenComplete((given, failure) -> answer.complete(
                        failure == null
                                ? answer(given)
                                : new Answer(0, Json.object(), ApiAddresses.reason(failure), Duration.ZERO)));
    }

    private static Answer answer(HttpResponse<byte[]> given) {
        if (given.statusCode() >= 300) {
            HttpAnswers.Refusal refusal = HttpAnswers.refusal(given);
            return new Answer(given.statusCode(), Json.object(), refusal.message(), refusal.retryAfter());
        }
        try {
            JsonNode body =
                    given.body().length == 0 ? Json.object() : Json.mapper().readTree(given.body());
            return new Answer(given.statusCode(), body, "", Duration.ZERO);
        } catch (IOException e) {
            return new Answer(0, Json.object(), "an answer that cannot be read: " + e.getMessage(), Duration.ZERO);
        }
    }

    /** On the loop's thread: nothing is sent or told any more. */
    @Override
    public void close() {
        closed = true;
        watches.forEach(HttpWatch::stop);
        watches.clear();
        door.close();
    }
}
