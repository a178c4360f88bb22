package io.everynode.nodes.agent;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks grpc.health.v1.Health/Check, in as much HTTP/2 without TLS (RFC 9113, RFC 7541) as one small question needs: the
 * JDK's client cannot begin with HTTP/2 there.
 */
final class GrpcCheck {

    private static final String PATH = "/grpc.health.v1.Health/Check";
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int LONGEST_FRAME = 1 << 20;

    /** HealthCheckResponse with status 1, SERVING. */
    private static final byte[] SERVING = {0x08, 1};

    private GrpcCheck() {}

    static Handlers.Result serving(String host, int port, String service, Duration timeout) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(out, SETTINGS, 0, 0, new byte[0]);
            frame(out, HEADERS, END_HEADERS, 1, headers(host + ":" + port));
            frame(out, DATA, END_STREAM, 1, question(service));
            out.flush();
            return answer(new DataInputStream(socket.getInputStream()), out);
        }
    }

    private static Handlers.Result answer(DataInputStream in, DataOutputStream out) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & 0x7fffffff;
            if (length > LONGEST_FRAME) {
                throw new IOException("no gRPC server: a frame of " + length + " bytes");
            }
            byte[] payload = in.readNBytes(length);
            if (payload.length < length) {
                throw new EOFException("the connection ended");
            }
            if (type == SETTINGS && flags == 0) {
                frame(out, SETTINGS, ACK, 0, new byte[0]);
                out.flush();
            } else if (type == PING && flags == 0) {
                frame(out, PING, ACK, 0, payload);
                out.flush();
            } else if (type == GOAWAY || (type == RST_STREAM && stream == 1)) {
                return new Handlers.Result(false, "the gRPC server ended the call");
            } else if (type == DATA && stream == 1) {
                body.write(payload);
            }
            if (stream == 1 && (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
                return judged(body.toByteArray());
            }
        }
    }

    private static Handlers.Result judged(byte[] message) {
        // One byte for compression and four for the length come first.
        boolean serving = message.length == 5 + SERVING.length && message[5] == SERVING[0] && message[6] == SERVING[1];
        String why = message.length == 0 ? "the gRPC server has no answer" : "service unhealthy";
        return new Handlers.Result(serving, serving ? "" : why);
    }

    private static byte[] headers(String authority) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        // Of HPACK's static table: POST and http.
        block.write(0x83);
        block.write(0x86);
        literal(block, ":path", PATH);
        literal(block, ":authority", authority);
        literal(block, "content-type", "application/grpc");
        literal(block, "te", "trailers");
        literal(block, "user-agent", "kube-probe/1.35");
        return block.toByteArray();
    }

    /** Without indexing, and without Huffman's code. All are shorter than 127 bytes but for a long host's name. */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.write(rest & 127 | 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    private static byte[] question(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        if (name.length > 0) {
            message.write(0x0a);
            for (int rest = name.length; ; rest >>= 7) {
                message.write(rest < 128 ? rest : rest & 127 | 128);
                if (rest < 128) {
                    break;
                }
            }
            message.writeBytes(name);
        }
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        framed.write(0);
        for (int shift = 24; shift >= 0; shift -= 8) {
            framed.write(message.size() >> shift);
        }
        framed.writeBytes(message.toByteArray());
        return framed.toByteArray();
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }
}
