package io.everynode.loadtest.client;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Splits a body into lines as it arrives, without decoding them. Hands them over on the thread that has read them. */
final class LineSubscriber implements BodySubscriber<Void> {

    private final Consumer<byte[]> each;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(0);

    LineSubscriber(Consumer<byte[]> each) {
        this.each = each;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return ended;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            int from = 0;
            for (int at = 0; at < bytes.length; at++) {
                if (bytes[at] == '\n') {
                    begun.write(bytes, from, at - from);
                    from = at + 1;
                    if (begun.size() > 0) {
                        each.accept(begun.toByteArray());
                        begun.reset();
                    }
                }
            }
            begun.write(bytes, from, bytes.length - from);
        }
    }

    @Override
    public void onError(Throwable failure) {
        ended.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        ended.complete(null);
    }
}
