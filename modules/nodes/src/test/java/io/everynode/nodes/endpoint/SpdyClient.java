package io.everynode.nodes.endpoint;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;

/** Frames as a client of SPDY/3.1 sends and gets them, one by one. */
final class SpdyClient {

    /**
     * @param type of a control frame, or 0 for data
     * @param stream of data, or the first number of a control frame
     */
    record Frame(int type, int stream, boolean last, byte[] payload) {}

    private final DataInputStream in;
    private final DataOutputStream out;
    private final SpdyHeaders headers = new SpdyHeaders();

    SpdyClient(Socket socket) throws IOException {
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    void open(int stream, Map<String, String> names) throws IOException {
        byte[] block = headers.pack(names);
        out.writeInt(0x80030001);
        out.writeInt(10 + block.length);
        out.writeInt(stream);
        out.writeInt(0);
        out.writeShort(0);
        out.write(block);
    }

    void control(int type, int... values) throws IOException {
        out.writeInt(0x80030000 | type);
        out.writeInt(4 * values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    void data(int stream, byte[] bytes, boolean last) throws IOException {
        out.writeInt(stream);
        out.writeInt((last ? 1 << 24 : 0) | bytes.length);
        out.write(bytes);
    }

    Frame next() throws IOException {
        int first = in.readInt();
        int second = in.readInt();
        byte[] payload = in.readNBytes(second & 0xffffff);
        boolean last = second >>> 24 == 1;
        if (first >= 0) {
            return new Frame(0, first, last, payload);
        }
        int id = payload.length < 4 ? 0 : java.nio.ByteBuffer.wrap(payload).getInt();
        return new Frame(first & 0xffff, id, last, payload);
    }
}
