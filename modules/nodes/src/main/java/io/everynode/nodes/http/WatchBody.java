package io.everynode.nodes.http;

import io.everynode.nodes.http.ObjectScanner.Event;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.function.BiConsumer;

/**
 * The body of a watch's answer, read line by line on the HTTP client's threads. Reads on only when what was read has
 * been taken, so a slow fleet holds one batch. A line that the end cuts is dropped: its event comes again when the
 * watch is resumed. The body is an empty array, at the end.
 */
final class WatchBody implements BodySubscriber<byte[]> {

    /** No object is so large; a line without an end must not fill the memory. */
    private static final int MAX_LINE = 16 * 1024 * 1024;

    private final BiConsumer<List<Event>, Runnable> taker;
    private final CompletableFuture<byte[]> end = new CompletableFuture<>();
    private Subscription subscription;
    private byte[] line = new byte[8192];
    private int length;

    /** @param taker gets events in order, and what to run when it has taken them */
    WatchBody(BiConsumer<List<Event>, Runnable> taker) {
        this.taker = taker;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return end;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        List<Event> events = new ArrayList<>();
        try {
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining()) {
                    byte next = buffer.get();
                    if (next != '\n') {
                        append(next);
                    } else if (length > 0) {
                        events.add(ObjectScanner.event(Arrays.copyOf(line, length)));
                        length = 0;
                    }
                }
            }
        } catch (IOException e) {
            subscription.cancel();
            end.completeExceptionally(e);
            return;
        }
        if (events.isEmpty()) {
            subscription.request(1);
        } else {
            taker.accept(events, () -> subscription.request(1));
        }
    }

    private void append(byte next) throws IOException {
        if (length == line.length) {
            if (length >= MAX_LINE) {
                throw new IOException("a line of the watch is longer than " + MAX_LINE + " bytes");
            }
            line = Arrays.copyOf(line, 2 * length);
        }
        line[length++] = next;
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        end.complete(new byte[0]);
    }
}
