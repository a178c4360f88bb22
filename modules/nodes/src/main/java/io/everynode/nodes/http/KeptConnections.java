package io.everynode.nodes.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocketFactory;

/**
 * Short requests over connections that are kept, each by a thread while it is under way. Thousands of nodes that share
 * a machine with the server send two requests for each Pod and one for each Lease: the JDK's client takes more
 * processor time for one than the server does (docs/adr/0056). How many are under way at a time is the caller's to
 * bound. Thread-safe.
 */
final class KeptConnections implements AutoCloseable {

    private final ClusterAccess access;
    private final String client;
    private final int connectMillis;
    private final ExecutorService threads;
    private final Map<URI, Deque<PlainConnection>> idle = new ConcurrentHashMap<>();
    private volatile boolean closed;

    KeptConnections(ClusterAccess access, String client, Duration connectTimeout) {
        this.access = access;
        this.client = client;
        this.connectMillis = millis(connectTimeout);
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "hollow-request-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static int millis(Duration time) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, time.toMillis()));
    }

    /** Answers on any thread. Cancelling what is returned closes its connection. */
    CompletableFuture<HttpResponse<byte[]>> send(URI base, ApiRequest request, Duration patience) {
        CompletableFuture<HttpResponse<byte[]>> answer = new CompletableFuture<>();
        AtomicReference<PlainConnection> used = new AtomicReference<>();
        answer.whenComplete((done, failure) -> {
            PlainConnection connection = used.get();
            if (failure != null && connection != null) {
                end(connection);
            }
        });
        try {
            threads.execute(() -> {
                try {
                    answer.complete(exchange(base, request, millis(patience), used, answer));
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new IOException("closed", e));
        }
        return answer;
    }

    private PlainAnswer exchange(
            URI base,
            ApiRequest request,
            int patienceMillis,
            AtomicReference<PlainConnection> used,
            CompletableFuture<?> answer)
            throws IOException {
        PlainConnection kept = free(base).pollFirst();
        if (kept != null) {
            try {
                return exchange(kept, base, request, patienceMillis, used, answer);
            } catch (IOException e) {
                // The server may have ended it while nobody used it; then it has not seen the request.
                if (kept.hasHeard() || answer.isDone() || e instanceof SocketTimeoutException) {
                    throw e;
                }
            }
        }
        SSLSocketFactory tls = access.tls() == null
                ? (SSLSocketFactory) SSLSocketFactory.getDefault()
                : access.tls().getSocketFactory();
        return exchange(PlainConnection.open(base, tls, connectMillis), base, request, patienceMillis, used, answer);
    }

    private PlainAnswer exchange(
            PlainConnection connection,
            URI base,
            ApiRequest request,
            int patienceMillis,
            AtomicReference<PlainConnection> used,
            CompletableFuture<?> answer)
            throws IOException {
        used.set(connection);
        boolean whole = false;
        try {
            if (answer.isDone()) {
                throw new IOException("cancelled");
            }
            PlainAnswer read = connection.exchange(request, head(base, request), patienceMillis);
            whole = connection.isKept() && !closed;
            return read;
        } finally {
            used.set(null);
            if (whole) {
                // The one used last is the one that is least likely to have been ended.
                free(base).addFirst(connection);
                if (closed) {
                    // Meanwhile: nobody else will.
                    end(connection);
                }
            } else {
                end(connection);
            }
        }
    }

    private Deque<PlainConnection> free(URI base) {
        return idle.computeIfAbsent(base, any -> new ConcurrentLinkedDeque<>());
    }

    private String head(URI base, ApiRequest request) {
        StringBuilder head = new StringBuilder(256)
                .append("Host: ")
                .append(base.getAuthority())
                .append("\r\nAccept: application/json\r\nUser-Agent: ")
                .append(client)
                .append("\r\n");
        if (!request.contentType().isEmpty()) {
            head.append("Content-Type: ").append(request.contentType()).append("\r\n");
        }
        if (!access.token().isEmpty()) {
            head.append("Authorization: Bearer ").append(access.token()).append("\r\n");
        }
        return head.toString();
    }

    private static void end(PlainConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            // It is gone, which is all that was wanted.
            return;
        }
    }

    /** What is under way goes on to its end. */
    @Override
    public void close() {
        closed = true;
        threads.shutdown();
        idle.values().forEach(free -> free.forEach(KeptConnections::end));
    }
}
