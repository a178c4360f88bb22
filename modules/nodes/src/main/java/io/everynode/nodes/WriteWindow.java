package io.everynode.nodes;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.api.NodeAnswer;
import io.everynode.nodes.api.NodeApi;
import io.everynode.nodes.api.NodeWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a fleet's writes, at most {@link HollowSettings#window} at a time; the others wait in order. What waits is
 * "this Pod (or node) has something to say", once for each, so the queue is bounded by their number and only the latest
 * status is ever sent. Refusals for overload or absence are tried again with back-off. Confined to the loop's thread.
 */
final class WriteWindow {

    private static final Logger log = LoggerFactory.getLogger(WriteWindow.class);

    /** Somebody with something to write, one write at a time. */
    abstract static class Writer {
        private boolean queued;
        private boolean writing;
        private int attempts;

        /** For jitter and logs. */
        abstract String id();

        /** Whether there is something to write now. */
        abstract boolean wants();

        /** What it is. */
        abstract NodeWrite request(Instant now);

        /** It was stored, or refused for good. */
        abstract void done(NodeAnswer answer);
    }

    private final NodeApi api;
    private final HollowLoop loop;
    private final HollowSettings settings;
    private final Jitter jitter;
    private final Queue<Writer> waiting = new ArrayDeque<>();
    private int outstanding;

    WriteWindow(NodeApi api, HollowLoop loop, HollowSettings settings) {
        this.api = api;
        this.loop = loop;
        this.settings = settings;
        this.jitter = new Jitter(settings.seed(), settings.jitter());
    }

    /** Has the writer's wish sent when its turn comes. May be called any number of times. */
    void want(Writer writer) {
        if (!writer.queued && !writer.writing && writer.wants()) {
            writer.queued = true;
            waiting.add(writer);
            pump();
        }
    }

    int outstanding() {
        return outstanding;
    }

    private void pump() {
        while (outstanding < settings.window() && !waiting.isEmpty()) {
            Writer writer = waiting.remove();
            writer.queued = false;
            if (writer.wants()) {
                send(writer);
            }
        }
    }

    private void send(Writer writer) {
        writer.writing = true;
        outstanding++;
        api.send(writer.request(loop.now()), settings.writeDeadline())
                .whenComplete((answer, error) -> loop.execute(() -> answered(writer, answer, error)));
    }

    private void answered(Writer writer, NodeAnswer answer, Throwable error) {
        writer.writing = false;
        outstanding--;
        if (error != null) {
            log.warn("Hollow write of {} failed: {}", writer.id(), error.toString());
            retry(writer, Duration.ZERO);
        } else if (answer instanceof NodeAnswer.Refused refused && refused.passing()) {
            log.debug(
                    "Hollow write of {} put off: {}",
                    writer.id(),
                    refused.status().message());
            retry(writer, refused.retryAfter());
        } else {
            writer.attempts = 0;
            writer.done(answer);
            want(writer);
        }
        pump();
    }

    /** @param asked by the server, which knows better how long its trouble lasts */
    private void retry(Writer writer, Duration asked) {
        long doubled = settings.retryAfter().toMillis() << Math.min(writer.attempts, 10);
        long millis = Math.min(
                Math.max(doubled, asked.toMillis()), settings.maxRetryAfter().toMillis());
        Duration delay = Duration.ofMillis(millis);
        writer.attempts++;
        loop.after(jitter.of(delay, writer.id(), writer.attempts), () -> want(writer));
    }
}
