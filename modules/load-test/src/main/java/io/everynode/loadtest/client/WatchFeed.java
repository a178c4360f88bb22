package io.everynode.loadtest.client;

import io.everynode.loadtest.seen.ObjectEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * One watch that is kept open, read by a thread of its own. What a server ends, or a broken connection, is resumed at
 * the last version that was told, so that nothing is missed; what cannot be resumed is told as a failure, once.
 */
public final class WatchFeed implements AutoCloseable {

    /** Connections in a row that brought nothing; the server is gone then. */
    private static final int MAX_FAILURES = 20;

    private static final long PAUSE_MILLIS = 250;

    /** Hears of events in order, on the feed's thread. */
    public interface Listener {

        /**
         * @param line the whole event
         * @param at {@link System#nanoTime} when its last byte had been read
         */
        void event(ObjectEvent event, byte[] line, long at) throws IOException;

        void failed(IOException why);
    }

    private final ApiClient api;
    private final String path;
    private final Listener listener;
    private String version;
    private boolean told;
    private volatile ApiClient.Watch watch;
    private volatile boolean closed;

    private WatchFeed(ApiClient api, String path, String version, Listener listener) {
        this.api = api;
        this.path = path;
        this.version = version;
        this.listener = listener;
    }

    /**
     * Returns once the server has answered.
     *
     * @param resource path of the resource, which may have a query
     * @param version what has happened since is told; "0" tells all that is there first
     */
    public static WatchFeed open(ApiClient api, String resource, String version, Listener listener)
            throws IOException, InterruptedException {
        String path = resource + (resource.contains("?") ? "&" : "?")
                + "watch=true&allowWatchBookmarks=true&timeoutSeconds=3600&resourceVersion=";
        WatchFeed feed = new WatchFeed(api, path, version, listener);
        feed.watch = api.watch(path + version);
        Thread thread = new Thread(feed::run, "watch " + resource);
        thread.setDaemon(true);
        thread.start();
        return feed;
    }

    private void run() {
        int failures = 0;
        IOException last = null;
        try {
            while (!closed && failures <= MAX_FAILURES) {
                told = false;
                try {
                    read();
                } catch (IOException e) {
                    // Broken, as connections are now and then; it is made anew below.
                    last = e;
                }
                failures = told ? 0 : failures + 1;
                if (failures > 0 && !closed) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
                last = closed ? last : reopen(last);
            }
        } catch (Ended e) {
            last = new IOException(e.getMessage(), e);
        } catch (InterruptedException | RuntimeException e) {
            last = new IOException(e);
        }
        if (!closed) {
            listener.failed(new IOException(path + version + ": " + (last == null ? "it tells nothing" : last), last));
        }
    }

    /** It cannot go on. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Ended(String message) {
            super(message);
        }
    }

    private IOException reopen(IOException last) throws InterruptedException {
        try {
            watch = api.watch(path + version);
            return last;
        } catch (ApiClient.Refused e) {
            if (e.code() != 429 && e.code() < 500) {
                throw new Ended(e.getMessage());
            }
            return e;
        } catch (IOException e) {
            return e;
        }
    }

    private void read() throws IOException {
        for (byte[] line = watch.next(); line != null; line = watch.next()) {
            long at = System.nanoTime();
            ObjectEvent event = ObjectEvent.parse(line);
            if (event.type().equals("ERROR")) {
                throw new Ended(new String(line, StandardCharsets.UTF_8));
            }
            told = true;
            if (!event.version().isEmpty()) {
                version = event.version();
            }
            if (!event.type().equals("BOOKMARK")) {
                listener.event(event, line, at);
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        watch.close();
    }
}
