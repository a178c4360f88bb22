package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Numbered channels over a WebSocket: each message begins with its channel, as a byte or, in the protocols with base64,
 * as a digit before the text (apiserver/pkg/util/wsstream/conn.go). In v5 a client can close a channel.
 */
final class ChannelSocket implements Frames {

    static final String V5 = "v5.channel.k8s.io";
    static final String V4 = "v4.channel.k8s.io";
    static final String V4_BASE64 = "v4.base64.channel.k8s.io";
    static final String V1 = "channel.k8s.io";
    static final String V1_BASE64 = "base64.channel.k8s.io";

    private static final int CLOSE_CHANNEL = 255;
    private static final int MAX_DATA = 32 * 1024;

    private final WebSocket socket;
    private final boolean base64;
    private final List<Receiver> receivers;

    /** @param receivers by channel */
    ChannelSocket(WebSocket socket, String protocol, List<Receiver> receivers) {
        this.socket = socket;
        this.base64 = protocol.equals(V4_BASE64) || protocol.equals(V1_BASE64);
        this.receivers = List.copyOf(receivers);
    }

    @Override
    public void read() throws IOException, InterruptedException {
        try {
            byte[] message;
            while ((message = socket.next()) != null) {
                if (message.length > 0) {
                    received(message);
                }
            }
        } finally {
            receivers.forEach(Receiver::end);
        }
    }

    private void received(byte[] message) throws IOException, InterruptedException {
        int channel = message[0] & 0xff;
        if (!base64 && channel == CLOSE_CHANNEL) {
            if (message.length > 1) {
                receiver(message[1] & 0xff).end();
            }
            return;
        }
        if (!base64) {
            receiver(channel).data(message, 1, message.length - 1);
            return;
        }
        byte[] data;
        try {
            data = Base64.getDecoder().decode(Arrays.copyOfRange(message, 1, message.length));
        } catch (IllegalArgumentException e) {
            throw new IOException("a message that is no base64", e);
        }
        receiver(channel - '0').data(data, 0, data.length);
    }

    private Receiver receiver(int channel) {
        return channel >= 0 && channel < receivers.size() ? receivers.get(channel) : Receiver.NOBODY;
    }

    OutputStream output(int channel) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int done = 0; done < length; ) {
                    int piece = Math.min(length - done, MAX_DATA);
                    send(channel, bytes, offset + done, piece);
                    done += piece;
                }
            }
        };
    }

    /** May be empty: the first message tells a client that it is connected. */
    void send(int channel, byte[] bytes, int offset, int length) throws IOException {
        if (base64) {
            byte[] plain = Arrays.copyOfRange(bytes, offset, offset + length);
            String text = channel + Base64.getEncoder().encodeToString(plain);
            socket.sendText(text.getBytes(StandardCharsets.US_ASCII));
            return;
        }
        byte[] message = new byte[length + 1];
        message[0] = (byte) channel;
        System.arraycopy(bytes, offset, message, 1, length);
        socket.sendBinary(message, 0, message.length);
    }

    @Override
    public void ping() throws IOException {
        socket.ping();
    }

    @Override
    public void sayGoodbye() throws IOException {
        socket.close();
    }
}
