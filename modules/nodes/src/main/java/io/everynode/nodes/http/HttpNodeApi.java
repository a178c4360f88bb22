package io.everynode.nodes.http;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeApi;
import io.everynode.nodes.api.NodeWrite;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API of a control plane elsewhere, over HTTP at one or several addresses. One watch of all Nodes and one of all
 * Pods serve the whole fleet: the server renders each change once and filters nothing, and what concerns other nodes is
 * dropped here before it becomes a tree. A write without an answer is a refusal of the moment, to be tried again.
 */
public final class HttpNodeApi implements NodeApi {

    private static final Logger log = LoggerFactory.getLogger(HttpNodeApi.class);

    private final HollowLoop loop;
    private final HttpSettings settings;
    private final Duration patience;
    private final HttpDoor door;
    private HttpWatch nodes;
    private HttpWatch pods;
    private Listener listener;
    private boolean closed;

    /** @param patience with reads, as {@link #send} is given one with writes */
    public HttpNodeApi(HollowLoop loop, ClusterAccess access, HttpSettings settings, Duration patience) {
        this.loop = loop;
        this.settings = settings;
        this.patience = patience;
        this.door = new HttpDoor(loop, access, settings, HttpDoor.HOLLOW_NODES, new ApiAddresses.Listener() {
            @Override
            public void good(ApiAddress address) {
                each(HttpWatch::addressGood);
            }

            @Override
            public void lost(ApiAddress address) {
                each(watch -> watch.addressLost(address));
            }
        });
    }

    private void each(Consumer<HttpWatch> action) {
        if (nodes != null) {
            action.accept(nodes);
            action.accept(pods);
        }
    }

    @Override
    public CompletionStage<NodeAnswer> send(NodeWrite write, Duration patienceOfWrite) {
        return door.send(ApiRequest.of(write), patienceOfWrite)
                .handle((answer, failure) -> failure == null
                        ? HttpAnswers.of(write, answer)
                        : HttpAnswers.noAnswer(ApiAddresses.reason(failure)));
    }

    @Override
    public void watch(Listener to) {
        listener = to;
        pods = watch(Kinds.POD, new Told(Kinds.POD) {
            @Override
            public void seen(String type, HttpObject pod) {
                listener.podSeen(pod);
            }

            @Override
            public void gone(HttpObject pod) {
                listener.podGone(pod.uid());
            }
        });
        nodes = watch(Kinds.NODE, new Told(Kinds.NODE) {
            private boolean podsBegun;

            @Override
            public void listed() {
                super.listed();
                if (!podsBegun) {
                    podsBegun = true;
                    pods.start();
                }
            }

            @Override
            public void seen(String type, HttpObject node) {
                listener.nodeSeen(node, !type.equals("MODIFIED"));
            }

            @Override
            public void gone(HttpObject node) {
                listener.nodeGone(node.name());
            }
        });
        nodes.start();
        door.start();
    }

    private HttpWatch watch(Kind kind, HttpWatch.Listener told) {
        return new HttpWatch(kind, "", "", door, loop, settings, patience, told);
    }

    /** What is the same for both kinds. */
    private abstract class Told implements HttpWatch.Listener {
        private final Kind kind;

        Told(Kind kind) {
            this.kind = kind;
        }

        @Override
        public void listing() {
            listener.listing(kind);
        }

        @Override
        public void listed() {
            listener.listed(kind);
        }

        @Override
        public void refused(String why) {
            listener.refused(why);
        }
    }

    @Override
    public void readPods(String node) {
        ApiRequest request = ApiRequest.get("/api/v1/pods?fieldSelector=spec.nodeName%3D" + node);
        door.send(request, patience)
                .thenApply(HttpNodeApi::parsed)
                .whenComplete((found, failure) -> loop.execute(() -> {
                    if (closed) {
                        return;
                    }
                    if (failure == null) {
                        found.forEach(listener::podSeen);
                    } else {
                        log.info("The Pods of {} cannot be read: {}", node, ApiAddresses.reason(failure));
                        loop.after(settings.maxRetryAfter(), () -> readPods(node));
                    }
                }));
    }

    private static List<HttpObject> parsed(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(HttpAnswers.refusal(answer).message());
        }
        try {
            return ObjectScanner.page(answer.body()).items();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        each(HttpWatch::stop);
        door.close();
    }
}
