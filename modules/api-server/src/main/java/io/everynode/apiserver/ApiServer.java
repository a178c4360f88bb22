package io.everynode.apiserver;

import io.everynode.apiserver.authentication.AuthenticationMode;
import io.everynode.apiserver.certificates.CertificateSigner;
import io.everynode.apiserver.http.Connections;
import io.everynode.apiserver.http.HttpPort;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.logs.ContainerLogs;
import io.everynode.core.authorization.AuthorizationMode;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running API server: HTTP/1.1 and HTTP/2 on one port, in plain text or with TLS. Ends with the actor system's
 * coordinated shutdown, or earlier by {@link #stop}. Thread-safe.
 */
public final class ApiServer {

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    /**
     * From the end of a watch to its last byte in the socket: nothing tells when that is done, and terminating cuts a
     * connection that has no request under way at once.
     */
    private static final Executor FLUSHED = CompletableFuture.delayedExecutor(250, TimeUnit.MILLISECONDS);

    private final HttpPort binding;
    private final OpenWatches open;
    private final OpenCredentials credentials;
    private final OpenRequests requests;
    private final AccessRecords records;
    private final ApiServerSettings settings;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Done> ended = new CompletableFuture<>();
    private volatile CertificateSigner signer;
    private volatile AccountSecrets accountSecrets;

    private ApiServer(
            HttpPort binding,
            OpenWatches open,
            OpenCredentials credentials,
            OpenRequests requests,
            AccessRecords records,
            ApiServerSettings settings) {
        this.binding = binding;
        this.open = open;
        this.credentials = credentials;
        this.requests = requests;
        this.records = records;
        this.settings = settings;
    }

    /** Completes when the port is open; fails with {@link PortInUse} when it cannot be had. */
    public static CompletionStage<ApiServer> start(
            ActorSystem<?> system, ControlPlane controlPlane, ApiServerSettings settings) {
        return start(system, controlPlane, settings, List.of(), ServerIdentity.NONE, Clock.systemUTC());
    }

    /**
     * @param logs where containers' logs are that no kubelet has
     * @param identity TLS if it has it
     * @param clock for ages in Tables and the deadlines of writes
     */
    public static CompletionStage<ApiServer> start(
            ActorSystem<?> system,
            ControlPlane controlPlane,
            ApiServerSettings settings,
            List<ContainerLogs> logs,
            ServerIdentity identity,
            InstantSource clock) {
        OpenCredentials credentials = new OpenCredentials(controlPlane);
        OpenWatches open = new OpenWatches(settings.maxWatches(), credentials, clock);
        OpenRequests requests = new OpenRequests();
        AccessRecords records = AccessRecords.open(settings.audit(), clock);
        controlPlane.tellAudited(records::violated);
        Connections connections = new Connections(settings.maxConnectionsPerAddress(), settings.maxSilentConnections());
        Router router = new Router(
                system,
                new EventDoor(controlPlane),
                settings,
                open,
                requests,
                logs,
                identity,
                records,
                connections,
                clock);
        if (settings.authentication() == AuthenticationMode.REQUIRED
                && settings.authorization().mode() == AuthorizationMode.ALWAYS_ALLOW) {
            LOG.warn("whoever has a certificate or a token may do everything: authorization is not on");
        }
        return HttpPort.bind(
                        system.classicSystem(),
                        settings.host(),
                        settings.port(),
                        settings.http(),
                        identity.tls(),
                        connections,
                        router::handle)
                .handle((binding, failure) -> {
                    if (failure != null) {
                        records.close();
                        throw refused(settings, failure);
                    }
                    ApiServer server = new ApiServer(binding, open, credentials, requests, records, settings);
                    server.endWith(system);
                    if (settings.authentication() == AuthenticationMode.REQUIRED) {
                        credentials.start();
                    }
                    router.signer().ifPresent(server::signWith);
                    router.accountSecrets().ifPresent(server::fillWith);
                    LOG.info(
                            "serving the Kubernetes API at {}://{}:{}",
                            identity.tls().isPresent() ? "https" : "http",
                            settings.host(),
                            binding.localAddress().getPort());
                    return server;
                });
    }

    private static RuntimeException refused(ApiServerSettings settings, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                String text = String.valueOf(cause.getMessage());
                String why = text.contains("in use") ? "another program uses the port" : text;
                return new PortInUse(settings.host(), settings.port(), why, cause);
            }
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new PortInUse(settings.host(), settings.port(), String.valueOf(cause.getMessage()), cause);
    }

    private void signWith(CertificateSigner requests) {
        signer = requests;
        requests.start();
    }

    private void fillWith(AccountSecrets secrets) {
        accountSecrets = secrets;
        secrets.start();
    }

    private void endWith(ActorSystem<?> system) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        // Watches first: they have no end of their own, and the phases after this one wait for requests under way.
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "end-watches", () -> {
            open.close();
            return CompletableFuture.completedFuture(Done.getInstance());
        });
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "close-port", binding::unbind);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceRequestsDone(), "end-requests", this::stop);
    }

    /** Where it listens; with port 0 in the settings, this has the port that was taken. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** On how many objects something that is open depends, as its credential may end with them. */
    int objectsOfCredentials() {
        return credentials.objects();
    }

    /** How many watches are open now. */
    public int openWatches() {
        return open.count();
    }

    /**
     * Takes no more connections, ends open watches, and answers what is under way: by itself within the time that the
     * settings say, and with 503 after it. Connections that live on are told to close with their next answer. Further
     * calls wait for the same end.
     */
    public CompletionStage<Done> stop() {
        if (stopping.compareAndSet(false, true)) {
            if (signer != null) {
                signer.close();
            }
            credentials.close();
            if (accountSecrets != null) {
                accountSecrets.close();
            }
            // Terminating cuts answers that are still streamed, so the watches end first, with their last chunk.
            CompletableFuture<Void> watches = open.close()
                    .toCompletableFuture()
                    .completeOnTimeout(null, settings.stopDeadline().toMillis(), TimeUnit.MILLISECONDS);
            CompletionStage<Void> answers =
                    requests.drain(settings.stopDeadline().toMillis());
            binding.unbind()
                    .handle((done, failure) -> done)
                    .thenCombine(watches, (unbound, ended) -> unbound)
                    .thenCombine(answers, (unbound, answered) -> unbound)
                    .thenComposeAsync(all -> binding.terminate(settings.stopDeadline()), FLUSHED)
                    .whenComplete((how, failure) -> {
                        records.close();
                        ended.complete(Done.getInstance());
                    });
        }
        return ended.copy();
    }
}
