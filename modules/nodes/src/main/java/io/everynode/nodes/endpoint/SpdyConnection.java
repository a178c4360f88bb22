package io.everynode.nodes.endpoint;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's side of a SPDY/3.1 connection, as far as Kubernetes uses it: streams that the client opens, data both
 * ways, pings. Windows are neither kept nor told, as Kubernetes' own library (moby/spdystream) does neither: a slow
 * reader holds up the connection, and TCP its peer.
 */
final class SpdyConnection implements Frames {

    /** Larger pieces are cut. */
    static final int MAX_DATA = 32 * 1024;

    private static final int MAX_CONTROL = 64 * 1024;
    private static final int MAX_STREAMS = 1024;

    private static final int SYN_STREAM = 1;
    private static final int SYN_REPLY = 2;
    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int HEADERS = 8;

    private static final int FIN = 1;
    private static final int PROTOCOL_ERROR = 1;
    private static final int REFUSED_STREAM = 3;

    /** Told of each new stream on the thread that reads. */
    interface Listener {

        /** @return what is to be done once the client has its answer; null to refuse the stream */
        Runnable opened(SpdyStream stream);
    }

    private final DataInputStream in;
    private final OutputStream out;
    private final Listener listener;
    private final SpdyHeaders headers = new SpdyHeaders();
    private final Map<Integer, SpdyStream> streams = new ConcurrentHashMap<>();
    private final ReentrantLock writing = new ReentrantLock();
    private int lastStream;
    private int pings;

    /** @param out a frame is one write to it */
    SpdyConnection(InputStream in, OutputStream out, Listener listener) {
        this.in = new DataInputStream(in);
        this.out = out;
        this.listener = listener;
    }

    @Override
    public void read() throws IOException, InterruptedException {
        byte[] buffer = new byte[MAX_DATA];
        try {
            while (true) {
                int first;
                try {
                    first = in.readInt();
                } catch (EOFException e) {
                    return;
                }
                int second = in.readInt();
                int flags = second >>> 24;
                int length = second & 0xffffff;
                if (first < 0) {
                    if (length > MAX_CONTROL) {
                        throw new IOException("SPDY: a control frame of " + length + " bytes");
                    }
                    byte[] payload = new byte[length];
                    in.readFully(payload);
                    control(first & 0xffff, flags, payload);
                } else {
                    received(first, flags, length, buffer);
                }
            }
        } finally {
            streams.values().forEach(stream -> stream.receiver().end());
            writing.lock();
            try {
                headers.close();
            } finally {
                writing.unlock();
            }
        }
    }

    private void received(int id, int flags, int length, byte[] buffer) throws IOException, InterruptedException {
        SpdyStream stream = streams.get(id);
        Receiver receiver = stream == null ? Receiver.NOBODY : stream.receiver();
        for (int left = length; left > 0; ) {
            int piece = Math.min(left, buffer.length);
            in.readFully(buffer, 0, piece);
            receiver.data(buffer, 0, piece);
            left -= piece;
        }
        if ((flags & FIN) != 0 && stream != null) {
            ended(stream);
        }
    }

    private void control(int type, int flags, byte[] payload) throws IOException {
        ByteBuffer fields = ByteBuffer.wrap(payload);
        try {
            switch (type) {
                case SYN_STREAM -> {
                    int id = fields.getInt() & 0x7fffffff;
                    fields.getInt();
                    fields.getShort();
                    opened(id, headers.unpack(payload, fields.position(), fields.remaining()), flags);
                }
                // Each block changes what the next one means, also where it says nothing of interest.
                case SYN_REPLY, HEADERS -> {
                    fields.getInt();
                    headers.unpack(payload, fields.position(), fields.remaining());
                }
                case RST_STREAM -> {
                    SpdyStream stream = streams.remove(fields.getInt() & 0x7fffffff);
                    if (stream != null) {
                        stream.wasReset();
                    }
                }
                case PING -> {
                    int id = fields.getInt();
                    // Even ones are answers to ours.
                    if ((id & 1) == 1) {
                        write(frame(PING, 0, ints(id)));
                    }
                }
                // SETTINGS, GOAWAY, WINDOW_UPDATE: nothing to do.
                default -> {}
            }
        } catch (java.nio.BufferUnderflowException e) {
            throw new IOException("SPDY: a frame that ends early", e);
        }
    }

    private void opened(int id, Map<String, String> names, int flags) throws IOException {
        if ((id & 1) == 0 || id <= lastStream) {
            write(frame(RST_STREAM, 0, ints(id, PROTOCOL_ERROR)));
            return;
        }
        lastStream = id;
        SpdyStream stream = new SpdyStream(this, id, names);
        Runnable next = streams.size() < MAX_STREAMS ? listener.opened(stream) : null;
        if (next == null) {
            write(frame(RST_STREAM, 0, ints(id, REFUSED_STREAM)));
            return;
        }
        streams.put(id, stream);
        writing.lock();
        try {
            byte[] none = headers.pack(Map.of());
            out.write(frame(
                    SYN_REPLY,
                    0,
                    ByteBuffer.allocate(4 + none.length).putInt(id).put(none).array()));
            out.flush();
        } finally {
            writing.unlock();
        }
        next.run();
        if ((flags & FIN) != 0) {
            ended(stream);
        }
    }

    private void ended(SpdyStream stream) {
        stream.receiver().end();
        stream.receiver(Receiver.NOBODY);
        if (stream.isFinished()) {
            streams.remove(stream.id());
        }
    }

    /** Our side of a stream has ended; what still comes on it is of no interest once the other side has, too. */
    void finished(SpdyStream stream) {
        if (stream.receiver() == Receiver.NOBODY) {
            streams.remove(stream.id());
        }
    }

    /** Nothing more is wanted from a stream, nor sent. */
    void forget(SpdyStream stream) {
        streams.remove(stream.id());
    }

    void data(int id, byte[] bytes, int offset, int length, boolean last) throws IOException {
        write(ByteBuffer.allocate(8 + length)
                .putInt(id)
                .putInt((last ? FIN << 24 : 0) | length)
                .put(bytes, offset, length)
                .array());
    }

    @Override
    public void ping() throws IOException {
        if (writing.tryLock()) {
            try {
                pings += 2;
                out.write(frame(PING, 0, ints(pings)));
                out.flush();
            } finally {
                writing.unlock();
            }
        }
    }

    @Override
    public void sayGoodbye() throws IOException {
        write(frame(GOAWAY, 0, ints(lastStream, 0)));
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private static byte[] frame(int type, int flags, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .putInt(0x80030000 | type)
                .putInt(flags << 24 | payload.length)
                .put(payload)
                .array();
    }

    private void write(byte[] frame) throws IOException {
        writing.lock();
        try {
            out.write(frame);
            out.flush();
        } finally {
            writing.unlock();
        }
    }
}
