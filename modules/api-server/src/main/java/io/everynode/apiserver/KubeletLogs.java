package io.everynode.apiserver;

import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.logs.ContainerLogOptions;
import io.everynode.controlplane.logs.ContainerLogRequest;
import io.everynode.controlplane.logs.ContainerLogs;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Outcome;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Logs from kubelets' own endpoints, {@code https://NODE:10250/containerLogs/NAMESPACE/POD/CONTAINER}. Each question
 * has a connection of its own, which ends with it; the kubelet is read as fast as the client reads.
 */
final class KubeletLogs implements ContainerLogs {

    /** A refusal's body of more bytes is not read. */
    private static final long MAX_REFUSAL = 64 * 1024;

    /** So long after it has taken a connection, a kubelet that refuses has done so. */
    private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(5);

    private final ActorSystem<?> system;
    private final KubeletSettings settings;
    private final KubeletTls tls;

    KubeletLogs(ActorSystem<?> system, KubeletSettings settings, KubeletTls tls) {
        this.system = system;
        this.settings = settings;
        this.tls = tls;
    }

    /** Every node that nobody else serves. */
    @Override
    public boolean serves(ContainerLogRequest request) {
        return true;
    }

    @Override
    public CompletionStage<Outcome<Source<ByteString, NotUsed>>> read(ContainerLogRequest request) {
        Outcome<KubeletEndpoint> endpoint = KubeletEndpoint.of(request.node().tree(), settings.addressTypes());
        if (endpoint instanceof Outcome.Refused<KubeletEndpoint> refused) {
            return CompletableFuture.completedFuture(Outcome.refused(refused.status()));
        }
        KubeletEndpoint kubelet = ((Outcome.Done<KubeletEndpoint>) endpoint).value();
        ContainerLogOptions options = request.options();
        String path = path(request);
        String url = "https://" + kubelet.authority() + path;
        String node = request.node().name();
        boolean skip = options.insecureSkipTlsVerifyBackend();
        CompletionStage<Outcome<Source<ByteString, NotUsed>>> answer = Source.single(HttpRequest.create(path))
                .via(Http.get(system)
                        .connectionTo(kubelet.host())
                        .toPort(kubelet.port())
                        .withCustomHttpsConnectionContext(
                                ConnectionContext.httpsClient((host, port) -> tls.engine(node, host, port, skip)))
                        .withClientConnectionSettings(connection(options.follow()))
                        .https())
                .runWith(Sink.head(), system)
                .handle((response, failure) -> failure == null
                        ? answered(response, request)
                        : CompletableFuture.completedFuture(Outcome.<Source<ByteString, NotUsed>>refused(
                                KubeletFailures.unreachable(kubelet, url, failure))))
                .thenCompose(answered -> answered);
        return options.follow() ? begunInTime(answer) : answer;
    }

    /**
     * A kubelet sends nothing, not even a status code, before there is a line to follow. The client is told after a
     * while that its log begins; a kubelet that refuses does so at once.
     */
    private CompletionStage<Outcome<Source<ByteString, NotUsed>>> begunInTime(
            CompletionStage<Outcome<Source<ByteString, NotUsed>>> answer) {
        Duration patience = settings.connectTimeout().plus(REFUSAL_PATIENCE);
        AtomicBoolean given = new AtomicBoolean();
        Source<ByteString, NotUsed> later = Source.completionStageSource(answer.thenApply(ApiFailure::unwrap))
                .watchTermination((ignored, ended) -> {
                    // A client that has gone while nothing came must not leave a connection that nobody reads.
                    ended.whenComplete((done, failure) -> answer.thenAccept(late -> {
                        if (!given.get() && late instanceof Outcome.Done<Source<ByteString, NotUsed>> log) {
                            log.value().runWith(Sink.cancelled(), system);
                        }
                    }));
                    return NotUsed.getInstance();
                });
        CompletableFuture<Outcome<Source<ByteString, NotUsed>>> begun = new CompletableFuture<>();
        answer.whenComplete((log, failure) -> {
            if (failure == null) {
                given.set(begun.complete(log));
            } else {
                begun.completeExceptionally(failure);
            }
        });
        return begun.completeOnTimeout(Outcome.done(later), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletionStage<Outcome<Source<ByteString, NotUsed>>> answered(
            HttpResponse response, ContainerLogRequest request) {
        int code = response.status().intValue();
        Source<ByteString, NotUsed> body = response.entity()
                .withoutSizeLimit()
                .getDataBytes()
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
        if (code >= 200 && code <= 206) {
            return CompletableFuture.completedFuture(Outcome.done(body));
        }
        return body.limitWeighted(MAX_REFUSAL, piece -> (long) piece.size())
                .recover(Throwable.class, () -> ByteString.emptyByteString())
                .runFold(ByteString.emptyByteString(), ByteString::concat, system)
                .thenApply(text -> {
                    ApiStatus status = KubeletFailures.refused(
                            code, text.utf8String(), "pods/log", request.pod().name());
                    return Outcome.refused(status);
                });
    }

    /** LogLocation of pkg/registry/core/pod/strategy.go; the parameters sorted, as Go encodes them. */
    private static String path(ContainerLogRequest request) {
        ContainerLogOptions options = request.options();
        List<String> query = new ArrayList<>();
        flag(query, "follow", options.follow());
        value(query, "limitBytes", options.limitBytes());
        flag(query, "previous", options.previous());
        value(query, "sinceSeconds", options.sinceSeconds());
        value(query, "sinceTime", options.sinceTime());
        value(query, "tailLines", options.tailLines());
        flag(query, "timestamps", options.timestamps());
        String path = "/containerLogs/" + request.pod().namespace() + "/"
                + request.pod().name() + "/" + request.container();
        return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    private static void flag(List<String> query, String name, boolean set) {
        value(query, name, set ? "true" : null);
    }

    private static void value(List<String> query, String name, Object value) {
        if (value != null) {
            query.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
        }
    }

    /** A followed log may be silent for long; any other answer that stops coming is given up. */
    private ClientConnectionSettings connection(boolean follow) {
        return ClientConnectionSettings.create(ConfigFactory.parseString("pekko.http.client {"
                        + " connecting-timeout = " + millis(settings.connectTimeout())
                        + ", idle-timeout = " + (follow ? "infinite" : millis(settings.idleTimeout()))
                        + ", user-agent-header = everynode"
                        + ", socket-options.so-keepalive = true"
                        + ", parsing { illegal-header-warnings = off, modeled-header-parsing = off } }")
                .withFallback(system.settings().config()));
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
