package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/** One direction of a connection: what was read and waits for its time, or for room. For the proxy's thread only. */
final class Pipe {

    /** More is left to the sender's TCP. */
    private static final int MAX_HELD = 256 * 1024;

    /** @param due when it may go on, in nanoTime */
    private record Held(ByteBuffer bytes, long due) {}

    private final Link link;
    private final SocketChannel from;
    private final SocketChannel to;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private int heldBytes;
    private boolean ended;
    private boolean over;

    Pipe(Link link, SocketChannel from, SocketChannel to) {
        this.link = link;
        this.from = from;
        this.to = to;
    }

    boolean wantsToRead() {
        return !over && !ended && !link.isCut() && heldBytes < MAX_HELD;
    }

    boolean wantsToWrite(long now) {
        return !over && !link.isCut() && !held.isEmpty() && held.peekFirst().due() - now <= 0;
    }

    /** Whether the end of the stream and all before it have gone through, or nobody takes it any more. */
    boolean isOver() {
        return over;
    }

    /** Whether something waits that a cut has kept back. */
    boolean holdsBack() {
        return !over && link.isCut() && (ended || !held.isEmpty());
    }

    /** Nanoseconds until it wants to write; Long.MAX_VALUE when time alone brings nothing. */
    long untilDue(long now) {
        return over || link.isCut() || held.isEmpty()
                ? Long.MAX_VALUE
                : Math.max(0, held.peekFirst().due() - now);
    }

    /** A broken stream is an ended one: what becomes of the other side is told by its own pipe. */
    void read(ByteBuffer buffer, long now) {
        buffer.clear();
        int count = -1;
        try {
            count = from.read(buffer);
        } catch (IOException broken) {
            // As ended.
        }
        if (count < 0) {
            ended = true;
        } else if (count > 0) {
            byte[] bytes = new byte[count];
            buffer.flip();
            buffer.get(bytes);
            held.addLast(new Held(ByteBuffer.wrap(bytes), now + link.delayMillis() * 1_000_000));
            heldBytes += count;
        }
    }

    /** Writes what is due, and passes the end on once all is written. */
    void write(long now) {
        try {
            while (wantsToWrite(now)) {
                ByteBuffer first = held.peekFirst().bytes();
                heldBytes -= to.write(first);
                if (first.hasRemaining()) {
                    return;
                }
                held.removeFirst();
            }
            if (ended && !over && held.isEmpty() && !link.isCut()) {
                over = true;
                to.shutdownOutput();
            }
        } catch (IOException gone) {
            over = true;
            held.clear();
        }
    }
}
