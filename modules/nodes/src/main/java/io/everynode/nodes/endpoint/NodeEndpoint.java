package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's own endpoint: HTTPS, with a certificate made at the start until it is given one, and a kubelet's paths over
 * a {@link NodeRuntime}. Without authorities for its callers' certificates whoever reaches the address may run commands
 * in every container. Thread-safe.
 */
public final class NodeEndpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeEndpoint.class);

    /** How often a client that is silent is asked whether it is still there. */
    private static final long PING_SECONDS = 30;

    private static final int BACKLOG = 128;
    private static final long CLOSE_SECONDS = 3;

    private final ServerSocket server;
    private final TrustManager[] callers;
    private final boolean authenticates;
    private final EndpointPaths paths;
    private final Semaphore free;
    private final ExecutorService executor = Executors.newCachedThreadPool(NodeEndpoint::thread);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(NodeEndpoint::thread);
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final OpenSessions sessions = new OpenSessions();
    private volatile SSLContext tls;

    private NodeEndpoint(EndpointSettings settings, ServerSocket server, NodeRuntime runtime, TrustManager[] callers) {
        List<String> names = new ArrayList<>();
        names.add(settings.host());
        names.addAll(settings.names());
        this.tls = SelfSignedCertificate.context(names, callers);
        this.callers = callers;
        this.authenticates = callers != null;
        this.server = server;
        this.free = new Semaphore(settings.maxConnections());
        this.paths = new EndpointPaths(runtime, sessions);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "node-endpoint");
        thread.setDaemon(true);
        return thread;
    }

    /** @throws IOException when the address cannot be had */
    public static NodeEndpoint start(EndpointSettings settings, NodeRuntime runtime) throws IOException {
        return start(settings, runtime, null);
    }

    /**
     * @param callers who may call: only those whose certificate they trust and {@link Callers} knows; null for
     *     everybody
     * @throws IOException when the address cannot be had
     */
    public static NodeEndpoint start(EndpointSettings settings, NodeRuntime runtime, TrustManager[] callers)
            throws IOException {
        ServerSocket server = new ServerSocket(settings.port(), BACKLOG, InetAddress.getByName(settings.host()));
        NodeEndpoint endpoint = new NodeEndpoint(settings, server, runtime, callers);
        endpoint.executor.execute(endpoint::accept);
        endpoint.timer.scheduleWithFixedDelay(
                () -> endpoint.sessions.ping(endpoint.executor), PING_SECONDS, PING_SECONDS, TimeUnit.SECONDS);
        LOG.info("the node's endpoint listens on https://{}:{}", settings.host(), server.getLocalPort());
        return endpoint;
    }

    /** Where it listens; for a Node's status.daemonEndpoints.kubeletEndpoint.Port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /**
     * From now on new connections are shown this certificate.
     *
     * @param chain the own certificate first
     */
    public void use(PrivateKey key, List<X509Certificate> chain) {
        try {
            tls = EndpointTls.context(key, chain, callers);
            LOG.info(
                    "the node's endpoint has a certificate until {}",
                    chain.get(0).getNotAfter().toInstant());
        } catch (GeneralSecurityException | IOException e) {
            LOG.error("the certificate of the node's endpoint cannot be used: {}", e.toString());
        }
    }

    /** How many sessions of exec, attach and port-forward, and followed logs, are open. */
    public int openSessions() {
        return sessions.count();
    }

    private void accept() {
        while (!server.isClosed()) {
            Socket socket;
            try {
                socket = server.accept();
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.warn("the node's endpoint could not take a connection: {}", e.toString());
                    pause();
                }
                continue;
            }
            if (free.tryAcquire()) {
                executor.execute(() -> serve(socket));
            } else {
                LOG.warn("too many connections are open to the node's endpoint; {} is refused", socket);
                closeQuietly(socket);
            }
        }
    }

    /** Such as with too many open files: trying at once again would only heat. */
    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket socket) {
        try (Connection connection = new Connection(socket, tls, authenticates, executor)) {
            connections.add(connection);
            try {
                if (authenticates && !Callers.mayCall(connection.caller())) {
                    LOG.warn("{} is refused: it is no API server", connection.caller());
                    connection.text(403, "Forbidden");
                    return;
                }
                RequestHead head;
                do {
                    head = RequestHead.read(connection.in());
                } while (head != null && paths.serve(connection, head));
            } catch (RequestHead.Unreadable e) {
                connection.text(400, e.getMessage());
            } finally {
                connections.remove(connection);
            }
        } catch (IOException e) {
            LOG.debug("a connection to the node's endpoint ended: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the node's endpoint failed", e);
        } finally {
            closeQuietly(socket);
            free.release();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.debug("closing: {}", e.toString());
        }
    }

    /** Ends every session as if its client had gone, tells the clients, and closes; within some seconds. */
    @Override
    public void close() {
        closeQuietly(server);
        timer.shutdownNow();
        try {
            sessions.endAll(CLOSE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(NodeEndpoint::closeQuietly);
        executor.shutdownNow();
    }
}
