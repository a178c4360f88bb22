package io.everynode.nodes.endpoint;

import java.io.InputStream;
import java.io.InterruptedIOException;

/**
 * Bytes on their way from the thread that reads a connection to the one that uses them, at most 64 KiB. Closing it
 * makes the rest of what comes vanish.
 */
final class Pipe extends InputStream implements Receiver {

    private static final int CAPACITY = 64 * 1024;

    private byte[] ring;
    private int first;
    private int count;
    private boolean ended;
    private boolean closed;

    @Override
    public synchronized void data(byte[] bytes, int offset, int length) throws InterruptedException {
        int done = 0;
        while (done < length && !closed && !ended) {
            if (ring == null) {
                ring = new byte[CAPACITY];
            }
            if (count == CAPACITY) {
                wait();
                continue;
            }
            int at = (first + count) % CAPACITY;
            int piece = Math.min(length - done, Math.min(CAPACITY - count, CAPACITY - at));
            System.arraycopy(bytes, offset + done, ring, at, piece);
            count += piece;
            done += piece;
            notifyAll();
        }
    }

    @Override
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    @Override
    public int read() throws InterruptedIOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws InterruptedIOException {
        if (length == 0) {
            return 0;
        }
        while (count == 0) {
            if (ended || closed) {
                return -1;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for the client");
            }
        }
        int piece = Math.min(length, Math.min(count, CAPACITY - first));
        System.arraycopy(ring, first, bytes, offset, piece);
        first = (first + piece) % CAPACITY;
        count -= piece;
        notifyAll();
        return piece;
    }

    @Override
    public synchronized int available() {
        return count;
    }

    @Override
    public synchronized void close() {
        closed = true;
        count = 0;
        ring = null;
        notifyAll();
    }
}
