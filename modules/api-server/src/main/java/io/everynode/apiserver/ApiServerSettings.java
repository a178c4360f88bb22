package io.everynode.apiserver;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.everynode.apiserver.authentication.AuthenticationMode;
import io.everynode.apiserver.http.HttpSettings;
import io.everynode.apiserver.pki.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of one API server; {@code everynode-api-server.conf} tells what each means and why it has its default.
 *
 * @param port 0 takes any free port
 * @param maxBodyBytes larger request bodies get 413
 * @param bodyTimeout for the whole body
 * @param maxConnectionsPerAddress more are refused
 * @param maxSilentConnections of more that have brought no request the oldest is closed
 * @param watchStallTimeout a watch of which the client takes nothing for that long is cut
 * @param version what {@code /version} tells
 * @param kubelet how kubelets are reached
 * @param authorization whether roles and bindings are asked, {@code everynode.authorization.mode}
 * @param tls of the port
 * @param authentication whether clients have to say who they are, {@code everynode.authentication.mode}
 * @param audit what is kept of refused requests and of reads of Secrets
 * @param fairness how requests share the server
 * @param http what the port grants its clients
 */
public record ApiServerSettings(
        String host,
        int port,
        long maxBodyBytes,
        Duration bodyTimeout,
        int maxConnectionsPerAddress,
        int maxSilentConnections,
        int maxWatches,
        int maxReadOnlyInFlight,
        int maxMutatingInFlight,
        Duration watchStallTimeout,
        Duration writeDeadline,
        Duration requestDeadline,
        Duration bookmarkInterval,
        Duration watchTimeout,
        Duration stopDeadline,
        VersionInfo version,
        KubeletSettings kubelet,
        AuthorizationSettings authorization,
        TlsSettings tls,
        AuthenticationMode authentication,
        AuditSettings audit,
        FairnessSettings fairness,
        HttpSettings http) {

    /**
     * Reads {@code everynode.api-server}; what the configuration leaves out has the defaults of the module's own file.
     */
    public static ApiServerSettings from(Config config) {
        Config all = config.withFallback(ConfigFactory.parseResources(
                        ApiServerSettings.class.getClassLoader(), "everynode-api-server.conf"))
                .resolve();
        Config own = all.getConfig("everynode.api-server");
        return new ApiServerSettings(
                own.getString("host"),
                own.getInt("port"),
                own.getBytes("max-body"),
                own.getDuration("request-body-timeout"),
                own.getInt("max-connections-per-address"),
                own.getInt("max-silent-connections"),
                own.getInt("max-watches"),
                own.getInt("max-read-only-in-flight"),
                own.getInt("max-mutating-in-flight"),
                own.getDuration("watch-stall-timeout"),
                own.getDuration("write-deadline"),
                own.getDuration("request-deadline"),
                own.getDuration("bookmark-interval"),
                own.getDuration("watch-timeout"),
                own.getDuration("stop-deadline"),
                VersionInfo.DEFAULT,
                KubeletSettings.of(own),
                AuthorizationSettings.of(config),
                TlsSettings.of(own),
                AuthenticationMode.of(all),
                AuditSettings.of(own),
                FairnessSettings.of(own),
                HttpSettings.of(own.getConfig("http"), own.getDuration("request-head-timeout")));
    }

    public ApiServerSettings withAddress(String newHost, int newPort) {
        return new ApiServerSettings(
                newHost,
                newPort,
                maxBodyBytes,
                bodyTimeout,
                maxConnectionsPerAddress,
                maxSilentConnections,
                maxWatches,
                maxReadOnlyInFlight,
                maxMutatingInFlight,
                watchStallTimeout,
                writeDeadline,
                requestDeadline,
                bookmarkInterval,
                watchTimeout,
                stopDeadline,
                version,
                kubelet,
                authorization,
                tls,
                authentication,
                audit,
                fairness,
                http);
    }

    /** With records in a directory, unless the settings name one. */
    public ApiServerSettings withAuditIn(Path directory) {
        return new ApiServerSettings(
                host,
                port,
                maxBodyBytes,
                bodyTimeout,
                maxConnectionsPerAddress,
                maxSilentConnections,
                maxWatches,
                maxReadOnlyInFlight,
                maxMutatingInFlight,
                watchStallTimeout,
                writeDeadline,
                requestDeadline,
                bookmarkInterval,
                watchTimeout,
                stopDeadline,
                version,
                kubelet,
                authorization,
                tls,
                authentication,
                audit.in(directory),
                fairness,
                http);
    }
}
