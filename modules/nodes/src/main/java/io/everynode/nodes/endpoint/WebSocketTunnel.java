package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A WebSocket as a stream of bytes each way, for what is spoken within it; where messages end means nothing. */
final class WebSocketTunnel {

    private final WebSocket socket;

    WebSocketTunnel(WebSocket socket) {
        this.socket = socket;
    }

    InputStream input() {
        return new InputStream() {
            private byte[] message = new byte[0];
            private int taken;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                while (taken == message.length) {
                    message = socket.next();
                    taken = 0;
                    if (message == null) {
                        message = new byte[0];
                        return -1;
                    }
                }
                int count = Math.min(length, message.length - taken);
                System.arraycopy(message, taken, bytes, offset, count);
                taken += count;
                return count;
            }
        };
    }

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                socket.sendBinary(bytes, offset, length);
            }
        };
    }

    /** What is spoken within, with the goodbye of the WebSocket around it. */
    Frames around(Frames inner) {
        return new Frames() {
            @Override
            public void read() throws IOException, InterruptedException {
                inner.read();
            }

            @Override
            public void ping() throws IOException {
                socket.ping();
            }

            @Override
            public void sayGoodbye() throws IOException {
                inner.sayGoodbye();
                socket.close();
            }
        };
    }
}
