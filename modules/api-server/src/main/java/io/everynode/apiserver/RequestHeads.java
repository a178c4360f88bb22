package io.everynode.apiserver;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Where one HTTP/1 connection is between its client's requests, as seen from its bytes on one side and from the
 * requests that are read out of them on the other. Bytes that come while no request is being answered are the beginning
 * of a request's head. Times are of {@link System#nanoTime}. Thread-safe; bytes come from one thread at a time.
 */
final class RequestHeads {

    /** A head that has ended is a request at once, if it can be read at all. */
    static final long READ_NANOS = 2_000_000_000L;

    private static final byte[] END = {'\r', '\n', '\r', '\n'};

    /** How a client begins a connection that speaks HTTP/2. */
    private static final byte[] PREFACE = "PRI * HTTP/2.0".getBytes(StandardCharsets.US_ASCII);

    private final long limitNanos;
    private final Runnable spoke;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean off;
    private volatile long deadline;

    /** How much of {@link #END} the last bytes are. */
    private int matched;

    /** How much of {@link #PREFACE} the connection's first bytes are; negative once they are something else. */
    private int preface;

    /** @param spoke told when a request was read, or the client begins to speak something else; maybe repeatedly */
    RequestHeads(long limitNanos, Runnable spoke) {
        this.limitNanos = limitNanos;
        this.spoke = spoke;
    }

    /** The connection speaks something else than HTTP/1 requests from now on. */
    void ignore() {
        off = true;
        deadline = 0;
        spoke.run();
    }

    boolean isIgnored() {
        return off;
    }

    /** Whether a request that was read has no answer yet. */
    boolean isAnswering() {
        return underWay.get() > 0;
    }

    /** A head was read. */
    void read() {
        underWay.incrementAndGet();
        deadline = 0;
        spoke.run();
    }

    /** The answer is ready; it may go on being sent. */
    void answered() {
        underWay.decrementAndGet();
    }

    /** The client gets something: it is not waited for. */
    void sent() {
        deadline = 0;
    }

    /** @param at gives the bytes that came */
    void received(long now, int count, IntFunction<Byte> at) {
        for (int i = 0; i < count && preface >= 0 && preface < PREFACE.length; i++) {
            preface = at.apply(i) == PREFACE[preface] ? preface + 1 : -1;
        }
        if (preface == PREFACE.length) {
            ignore();
        }
        if (off || underWay.get() > 0) {
            return;
        }
        if (deadline == 0) {
            matched = 0;
            deadline = now + limitNanos;
        }
        for (int i = 0; i < count && matched < END.length; i++) {
            byte next = at.apply(i);
            if (next == END[matched]) {
                matched++;
            } else {
                matched = next == END[0] ? 1 : 0;
            }
        }
        if (matched == END.length && deadline - now > READ_NANOS) {
            deadline = now + READ_NANOS;
        }
    }

    /** Whether the head under way has ended, and so should have been read. */
    boolean whole() {
        return matched == END.length;
    }

    /** In how many nanoseconds the head under way is late, 0 or less when it is; {@link Long#MAX_VALUE} for none. */
    long left(long now) {
        long at = deadline;
        return off || at == 0 || underWay.get() > 0 ? Long.MAX_VALUE : at - now;
    }
}
