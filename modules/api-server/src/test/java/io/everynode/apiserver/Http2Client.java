package io.everynode.apiserver;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.RequestResponseAssociation;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** One HTTP/2 connection, begun with prior knowledge, for any number of requests at a time. */
final class Http2Client implements AutoCloseable {

    private static final AttributeKey<Asked> ASKED = AttributeKey.create("asked", Asked.class);

    private record Asked(CompletableFuture<HttpResponse> answer) implements RequestResponseAssociation {}

    private final BoundedSourceQueue<HttpRequest> requests;

    Http2Client(ActorSystem<?> system, int port) {
        Flow<HttpRequest, HttpResponse, ?> connection =
                Http.get(system).connectionTo("127.0.0.1").toPort(port).http2WithPriorKnowledge();
        this.requests = Source.<HttpRequest>queue(4096)
                .via(connection)
                .to(Sink.foreach(response -> {
                    Optional<Asked> asked = response.getAttribute(ASKED);
                    asked.orElseThrow().answer().complete(response);
                }))
                .run(system);
    }

    CompletionStage<HttpResponse> send(HttpRequest request) {
        Asked asked = new Asked(new CompletableFuture<>());
        QueueOfferResult offered = requests.offer(whole(request).addAttribute(ASKED, asked));
        if (!offered.isEnqueued()) {
            throw new IllegalStateException("not sent: " + offered);
        }
        return asked.answer();
    }

    /** As Pekko HTTP sends no scheme otherwise, which HTTP/2 asks for. */
    private static HttpRequest whole(HttpRequest request) {
        return request.withUri(request.getUri().scheme("http").host("x"));
    }

    CompletionStage<HttpResponse> get(String path) {
        return send(HttpRequest.create(path).addHeader(org.apache.pekko.http.javadsl.model.headers.Host.create("x")));
    }

    @Override
    public void close() {
        requests.complete();
    }
}
