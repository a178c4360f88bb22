package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions that are open now: each is run here from its upgrade to its end. Thread-safe. */
final class OpenSessions {

    private static final Logger LOG = LoggerFactory.getLogger(OpenSessions.class);

    /** A client that was told goodbye has so long to close; what it sends meanwhile is thrown away. */
    private static final long GOODBYE_SECONDS = 5;

    /** What is done within a session; the client's streams may fail at any time. */
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    private record Session(Frames frames, Gone gone) {}

    private final Set<Session> open = new HashSet<>();
    private final Set<Gone> others = ConcurrentHashMap.newKeySet();
    private boolean closed;

    /**
     * Reads the connection on a thread of its own, does the work on this one, says goodbye, and waits for the client to
     * close: closing first, with bytes of the client unread, would make it lose what it was sent last.
     */
    void run(Connection connection, Frames frames, Gone gone, Work work) throws IOException, InterruptedException {
        connection.waitsForEver();
        FutureTask<Void> reader = new FutureTask<>(() -> {
            try {
                frames.read();
            } catch (IOException e) {
                LOG.debug("a session's connection broke: {}", e.toString());
            } finally {
                gone.happened();
            }
            return null;
        });
        connection.executor().execute(reader);
        Session session = new Session(frames, gone);
        begun(session);
        try {
            work.run();
        } catch (IOException e) {
            LOG.debug("a session ended: {}", e.toString());
        } finally {
            try {
                frames.sayGoodbye();
                connection.endOutput();
                reader.get(GOODBYE_SECONDS, TimeUnit.SECONDS);
            } catch (IOException | ExecutionException | TimeoutException e) {
                LOG.debug("a client did not wait for the end: {}", e.toString());
            }
            connection.close();
            gone.happened();
            ended(session);
        }
    }

    private synchronized void begun(Session session) {
        open.add(session);
        if (closed) {
            session.gone().happened();
        }
    }

    private synchronized void ended(Session session) {
        open.remove(session);
        notifyAll();
    }

    /** Something else that goes on until its client has gone. */
    void add(Gone gone) {
        others.add(gone);
        gone.onGone(() -> others.remove(gone));
    }

    synchronized int count() {
        return open.size() + others.size();
    }

    void ping(Executor executor) {
        Set<Session> now;
        synchronized (this) {
            now = new HashSet<>(open);
        }
        for (Session session : now) {
            executor.execute(() -> {
                try {
                    session.frames().ping();
                } catch (IOException e) {
                    session.gone().happened();
                }
            });
        }
    }

    synchronized void endAll(long seconds) throws InterruptedException {
        closed = true;
        open.forEach(session -> session.gone().happened());
        others.forEach(Gone::happened);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long left;
        while (!open.isEmpty() && (left = deadline - System.nanoTime()) > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
