package io.everynode.nodes.endpoint;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;

/** The server's side of a WebSocket after the handshake (RFC 6455). One thread reads; writing is thread-safe. */
final class WebSocket {

    /** Larger messages end the connection; clients send some 32 KiB. */
    private static final int MAX_MESSAGE = 4 * 1024 * 1024;

    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int NORMAL = 1000;

    private final DataInputStream in;
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private boolean closeSent;

    WebSocket(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** What Sec-WebSocket-Accept says to a client's Sec-WebSocket-Key. */
    static String accept(String key) {
        try {
            byte[] both = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(both));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no SHA-1", e);
        }
    }

    /** The next message, text or binary; null when the client has closed or gone. Answers pings. */
    byte[] next() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream(0);
        while (true) {
            int first;
            try {
                first = in.readUnsignedByte();
            } catch (EOFException e) {
                return null;
            }
            int second = in.readUnsignedByte();
            long length = second & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            if ((second & 0x80) == 0 || (first & 0x70) != 0 || length < 0 || length > MAX_MESSAGE - message.size()) {
                throw new IOException("WebSocket: a frame that no client may send, or one of " + length + " bytes");
            }
            byte[] mask = new byte[4];
            in.readFully(mask);
            byte[] payload = new byte[(int) length];
            in.readFully(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i & 3];
            }
            switch (first & 0xf) {
                case 0, TEXT, BINARY -> {
                    boolean last = (first & 0x80) != 0;
                    if (last && message.size() == 0) {
                        return payload;
                    }
                    message.writeBytes(payload);
                    if (last) {
                        return message.toByteArray();
                    }
                }
                case PING -> write(PONG, payload, 0, payload.length);
                case CLOSE -> {
                    close();
                    return null;
                }
                default -> {}
            }
        }
    }

    void sendText(byte[] text) throws IOException {
        write(TEXT, text, 0, text.length);
    }

    void sendBinary(byte[] bytes, int offset, int length) throws IOException {
        write(BINARY, bytes, offset, length);
    }

    /** Does nothing while something else is being written. */
    void ping() throws IOException {
        if (writing.tryLock()) {
            try {
                write(PING, new byte[0], 0, 0);
            } finally {
                writing.unlock();
            }
        }
    }

    /** Says once that nothing follows. */
    void close() throws IOException {
        writing.lock();
        try {
            if (!closeSent) {
                write(CLOSE, new byte[] {(byte) (NORMAL >> 8), (byte) (NORMAL & 0xff)}, 0, 2);
                closeSent = true;
            }
        } finally {
            writing.unlock();
        }
    }

    private void write(int opcode, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(10 + length).put((byte) (0x80 | opcode));
        if (length < 126) {
            frame.put((byte) length);
        } else if (length < 1 << 16) {
            frame.put((byte) 126).putShort((short) length);
        } else {
            frame.put((byte) 127).putLong(length);
        }
        frame.put(bytes, offset, length);
        writing.lock();
        try {
            if (closeSent) {
                throw new IOException("the connection has been closed");
            }
            out.write(frame.array(), 0, frame.position());
            out.flush();
        } finally {
            writing.unlock();
        }
    }
}
