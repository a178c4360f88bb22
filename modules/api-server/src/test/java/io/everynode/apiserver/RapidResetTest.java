package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that opens streams of HTTP/2 and resets them at once, as fast as it can (CVE-2023-44487). */
@Timeout(60)
class RapidResetTest {

    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GO_AWAY = 7;
    private static final int END_STREAM_AND_HEADERS = 5;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;

    /** Of a PING, whose answer says the same. */
    private static final byte[] ANYTHING = {1, 2, 3, 4, 5, 6, 7, 8};

    /** Frames as they are on the wire (RFC 9113, section 4), on a connection with prior knowledge. */
    private static final class Frames implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;
        private int stream = -1;

        Frames(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            send(SETTINGS, 0, 0, new byte[0]);
        }

        void send(int type, int flags, int streamId, byte[] payload) throws IOException {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            DataOutputStream data = new DataOutputStream(frame);
            data.writeByte(0);
            data.writeShort(payload.length);
            data.writeByte(type);
            data.writeByte(flags);
            data.writeInt(streamId);
            data.write(payload);
            out.write(frame.toByteArray());
        }

        void openAndReset() throws IOException {
            stream += 2;
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            // :method GET and :scheme http of the static table; :path and :authority as literals (RFC 7541).
            head.write(0x82);
            head.write(0x86);
            literal(head, 4, "/version");
            literal(head, 1, "x");
            send(HEADERS, END_STREAM_AND_HEADERS, stream, head.toByteArray());
            send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
        }

        /** So many, and a question to which the answer comes when all were read. */
        void flood(int times) {
            try {
                for (int i = 0; i < times; i++) {
                    openAndReset();
                }
                send(PING, 0, 0, ANYTHING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void literal(ByteArrayOutputStream head, int name, String value) {
            head.write(name);
            head.write(value.length());
            head.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        }

        /** Reads until there is a frame of this type; its payload. */
        byte[] await(int wanted) throws IOException {
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.readUnsignedByte();
                in.readInt();
                byte[] payload = in.readNBytes(length);
                if (type == wanted) {
                    return payload;
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** With little more on its way, so that the answer is not lost when the connection is closed. */
    @Test
    void isToldWhyAndNobodyElseMinds() throws Exception {
        try (TestServer server = new TestServer("");
                Frames frames = new Frames(server.port())) {
            // Protocols allows 4,000 within its window; who ends all its watches at once has fewer.
            Thread flood = new Thread(() -> frames.flood(3_900));
            flood.start();
            assertThat(frames.await(PING)).isEqualTo(ANYTHING);

            flood.join();
            Thread more = new Thread(() -> frames.flood(200));
            more.start();

            // The last stream's number, and why (RFC 9113, section 6.8).
            assertThat(frames.await(GO_AWAY)[7]).isEqualTo((byte) ENHANCE_YOUR_CALM);
            more.join();
            assertThat(server.get("/version").code()).isEqualTo(200);
        }
    }
}
