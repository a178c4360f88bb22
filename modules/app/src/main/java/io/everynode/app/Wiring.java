package io.everynode.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.apiserver.ApiServer;
import io.everynode.apiserver.ApiServerSettings;
import io.everynode.apiserver.PortInUse;
import io.everynode.apiserver.ServerIdentity;
import io.everynode.apiserver.authentication.AuthenticationMode;
import io.everynode.apiserver.pki.AuthorityMemberTls;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.journal.DatabaseUnavailable;
import io.everynode.controlplane.membership.ClusterSettings;
import io.everynode.controlplane.membership.MemberTls;
import io.everynode.controlplane.runtime.ControlPlaneStart;
import io.everynode.controlplane.secrets.SecretsUnavailable;
import io.everynode.nodes.HollowLogs;
import io.everynode.nodes.http.Kubeconfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that knows how control plane and API server are started and stopped, and what their failures mean. */
final class Wiring implements Engine {

    private static final Logger log = LoggerFactory.getLogger(Wiring.class);
    private static final Duration BIND_PATIENCE = Duration.ofSeconds(20);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final ControlPlaneStart controlPlane;
    private final ApiServer api;
    private final ApiServerSettings settings;
    private final ServerIdentity identity;
    private final Path dataDir;

    private Wiring(
            ControlPlaneStart controlPlane,
            ApiServer api,
            ApiServerSettings settings,
            ServerIdentity identity,
            Path dataDir) {
        this.controlPlane = controlPlane;
        this.api = api;
        this.settings = settings;
        this.identity = identity;
        this.dataDir = dataDir;
    }

    /** @throws StartFailure with one line when the port or a setting cannot be used */
    static Engine start(Config config, Path dataDir) throws StartFailure, InterruptedException {
        return explained(() -> {
            ApiServerSettings settings = ApiServerSettings.from(config).withAuditIn(dataDir.resolve("audit"));
            checkPort(settings);
            ServerIdentity identity = identity(settings, dataDir);
            ControlPlaneStart controlPlane = ControlPlaneStart.begin(config, dataDir, memberTls(config, identity));
            identity.tls().map(PublishedAuthority::new).ifPresent(controlPlane::showsPods);
            try {
                Clock clock = Clock.systemUTC();
                ApiServer api = ApiServer.start(
                                controlPlane.system(),
                                controlPlane,
                                settings,
                                List.of(new HollowLogs(controlPlane, clock)),
                                identity,
                                clock)
                        .toCompletableFuture()
                        .get(BIND_PATIENCE.toSeconds(), TimeUnit.SECONDS);
                controlPlane.lost().thenAccept(Lost::end);
                return new Wiring(controlPlane, api, settings, identity, dataDir);
            } catch (ExecutionException e) {
                controlPlane.close();
                if (e.getCause() instanceof PortInUse used) {
                    throw used;
                }
                throw new StartFailure("cannot start the API: " + StartFailure.firstLine(e.getCause()), e);
            } catch (TimeoutException e) {
                controlPlane.close();
                throw new StartFailure("the API did not start within " + BIND_PATIENCE, e);
            }
        });
    }

    @Override
    public void open(Consumer<String> news) throws StartFailure {
        controlPlane.serves(address());
        try {
            explained(() -> controlPlane.open(news));
        } catch (InterruptedException e) {
            throw new StartFailure("interrupted while starting", e);
        }
    }

    /** A step of a start. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws StartFailure, InterruptedException;
    }

    private static <T> T explained(Step<T> step) throws StartFailure, InterruptedException {
        try {
            return step.run();
        } catch (DatabaseUnavailable | SecretsUnavailable | PortInUse e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        } catch (ConfigException e) {
            throw new StartFailure("broken configuration: " + StartFailure.firstLine(e), e);
        } catch (RuntimeException e) {
            log.error("The start failed", e);
            throw new StartFailure(
                    "the control plane did not start: " + StartFailure.firstLine(e) + " (the log has more)", e);
        }
    }

    private static ServerIdentity identity(ApiServerSettings settings, Path dataDir) throws StartFailure {
        try {
            return ServerIdentity.open(settings, dataDir, Clock.systemUTC());
        } catch (PkiException e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        }
    }

    private static Optional<MemberTls> memberTls(Config config, ServerIdentity identity) throws StartFailure {
        if (!ClusterSettings.tlsOfAuthority(config.getConfig("everynode.cluster"))
                || identity.authority().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(AuthorityMemberTls.open(identity.authority().get(), Clock.systemUTC()));
        } catch (PkiException e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        }
    }

    /** A used port is found before the database is opened; in between it can still be taken, which binding tells. */
    private static void checkPort(ApiServerSettings settings) throws StartFailure {
        InetSocketAddress wanted;
        try {
            wanted = new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port());
        } catch (UnknownHostException e) {
            throw new StartFailure("cannot listen on " + settings.host() + ": unknown host", e);
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(wanted);
        } catch (IOException e) {
            throw new StartFailure(
                    "cannot listen on " + settings.host() + ":" + settings.port() + ": " + StartFailure.firstLine(e),
                    e);
        }
    }

    @Override
    public ControlPlane controlPlane() {
        return controlPlane;
    }

    @Override
    public String address() {
        String host = settings.host();
        String shown = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return (identity.tls().isPresent() ? "https://" : "http://") + (shown.contains(":") ? "[" + shown + "]" : shown)
                + ":" + api.address().getPort();
    }

    @Override
    public Optional<String> warning() {
        return settings.authentication() == AuthenticationMode.REQUIRED
                ? Optional.empty()
                : Optional.of("Warning: nobody has to say who they are at " + address()
                        + "; whoever reaches it may do everything");
    }

    @Override
    public Optional<Kubeconfig.Credentials> administrator() throws StartFailure {
        if (identity.tls().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                ClientCredentials.of(settings, dataDir, Clock.systemUTC()).administrator());
    }

    @Override
    public void stop() {
        try {
            api.stop().toCompletableFuture().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("The API did not stop in order", e);
        }
        controlPlane.close();
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        try {
            controlPlane.system().getWhenTerminated().toCompletableFuture().get();
        } catch (ExecutionException e) {
            log.error("The actor system broke down", e);
        }
    }
}
