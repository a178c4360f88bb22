package io.everynode.nodes;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.objects.ApiStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
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
        abstract WriteRequest request(Instant now, Instant deadline);

        /** It was stored, or refused for good. */
        abstract void done(WriteResult result);
    }

    private final ControlPlane controlPlane;
    private final HollowLoop loop;
    private final HollowSettings settings;
    private final Jitter jitter;
    private final Queue<Writer> waiting = new ArrayDeque<>();
    private int outstanding;

    WriteWindow(ControlPlane controlPlane, HollowLoop loop, HollowSettings settings) {
        this.controlPlane = controlPlane;
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
        Instant now = loop.now();
        CompletionStage<WriteResult> answer =
                controlPlane.write(writer.request(now, now.plus(settings.writeDeadline())));
        answer.whenComplete((result, error) -> loop.execute(() -> answered(writer, result, error)));
    }

    private void answered(Writer writer, WriteResult result, Throwable error) {
        writer.writing = false;
        outstanding--;
        if (error != null) {
            log.warn("Hollow write of {} failed: {}", writer.id(), error.toString());
            retry(writer);
        } else if (result instanceof WriteResult.Refused refused && passing(refused.status())) {
            log.debug(
                    "Hollow write of {} put off: {}",
                    writer.id(),
                    refused.status().message());
            retry(writer);
        } else {
            writer.attempts = 0;
            writer.done(result);
            want(writer);
        }
        pump();
    }

    private void retry(Writer writer) {
        long doubled = settings.retryAfter().toMillis() << Math.min(writer.attempts, 10);
        Duration delay =
                Duration.ofMillis(Math.min(doubled, settings.maxRetryAfter().toMillis()));
        writer.attempts++;
        loop.after(jitter.of(delay, writer.id(), writer.attempts), () -> want(writer));
    }

    /** Refusals that say something about the server's moment, not about the write. */
    private static boolean passing(ApiStatus status) {
        return status.code() == 429 || status.code() >= 500;
    }
}
