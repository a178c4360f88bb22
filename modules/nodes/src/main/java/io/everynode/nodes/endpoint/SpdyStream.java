package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** One stream of a {@link SpdyConnection}, opened by the client. Writing is thread-safe. */
final class SpdyStream extends OutputStream {

    private final SpdyConnection connection;
    private final int id;
    private final Map<String, String> headers;
    private volatile Receiver receiver = Receiver.NOBODY;
    private boolean finished;
    private volatile boolean reset;
    private volatile Runnable onReset = () -> {};

    SpdyStream(SpdyConnection connection, int id, Map<String, String> headers) {
        this.connection = connection;
        this.id = id;
        this.headers = headers;
    }

    int id() {
        return id;
    }

    /** "" for a header that is not there. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Who takes what the client sends; to be told before the stream's first bytes are read. */
    void receiver(Receiver wanted) {
        receiver = wanted;
    }

    /** What is done when the client wants no more of the stream; must not block. To be told before it can happen. */
    void onReset(Runnable action) {
        onReset = action;
    }

    /** Both sides are done with it: what still comes is thrown away. */
    void forget() {
        connection.forget(this);
    }

    Receiver receiver() {
        return receiver;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            if (reset) {
                throw new IOException("the client takes no more");
            }
            int piece = Math.min(length - done, SpdyConnection.MAX_DATA);
            connection.data(id, bytes, offset + done, piece, false);
            done += piece;
        }
    }

    /** Sends the end of the stream, once. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (finished || reset) {
                return;
            }
            finished = true;
        }
        connection.data(id, new byte[0], 0, 0, true);
        connection.finished(this);
    }

    /** The client wants to hear no more. */
    void wasReset() {
        reset = true;
        receiver.end();
        onReset.run();
    }

    synchronized boolean isFinished() {
        return finished || reset;
    }
}
