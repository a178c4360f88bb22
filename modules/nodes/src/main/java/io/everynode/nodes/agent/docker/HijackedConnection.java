package io.everynode.nodes.agent.docker;

import io.everynode.nodes.endpoint.ContainerStreams;
import io.everynode.nodes.endpoint.RuntimeRefusal;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A connection of its own to the Engine that becomes a process's streams (Engine API, "Attach to a container").
 * docker-java does not tell the process that the client's stdin has ended; a half-closed connection does.
 */
final class HijackedConnection implements Closeable {

    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int STDERR = 2;
    private static final int UPGRADED = 101;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(32 * 1024).limit(0);

    private HijackedConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * @param host the Engine: unix:///path or tcp://host:port
     * @param path with its query
     * @throws RuntimeRefusal what the Engine answers instead
     */
    static HijackedConnection open(URI host, String path, String json) throws IOException, RuntimeRefusal {
        SocketAddress address = host.getScheme().equals("unix")
                ? UnixDomainSocketAddress.of(host.getPath())
                : new InetSocketAddress(host.getHost(), host.getPort());
        HijackedConnection connection = new HijackedConnection(SocketChannel.open(address));
        try {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            String head = "POST " + path + " HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: " + body.length + "\r\n\r\n";
            connection.write(head.getBytes(StandardCharsets.US_ASCII), head.length());
            connection.write(body, body.length);
            String answer = connection.head();
            int code = Integer.parseInt(answer.split(" ", 3)[1]);
            if (code != UPGRADED && code != 200) {
                throw new RuntimeRefusal(500, connection.rest());
            }
            return connection;
        } catch (IOException | RuntimeRefusal | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void write(byte[] bytes, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** @return whether there is something */
    private boolean fill() throws IOException {
        if (in.hasRemaining()) {
            return true;
        }
        in.clear();
        int read = channel.read(in);
        in.flip();
        return read > 0;
    }

    private int next() throws IOException {
        if (!fill()) {
            throw new EOFException("the Docker Engine has ended the connection");
        }
        return in.get() & 0xff;
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            if (head.length() > LONGEST_HEAD) {
                throw new IOException("no answer of a Docker Engine");
            }
            head.append((char) next());
        }
        return head.toString();
    }

    private String rest() throws IOException {
        fill();
        return EngineMessages.of(
                new IllegalStateException(StandardCharsets.UTF_8.decode(in).toString()));
    }

    /**
     * Until the process has ended.
     *
     * @param framed whether stdout and stderr come apart, as without a terminal
     */
    void run(ContainerStreams streams, boolean stdin, boolean framed) throws IOException {
        if (stdin) {
            Thread typing = new Thread(() -> type(streams.stdin()), "agent-stdin");
            typing.setDaemon(true);
            typing.start();
        }
        while (fill()) {
            if (framed) {
                OutputStream out = next() == STDERR ? streams.stderr() : streams.stdout();
                for (int i = 0; i < 3; i++) {
                    next();
                }
                long length = 0;
                for (int i = 0; i < 4; i++) {
                    length = length << 8 | next();
                }
                while (length > 0 && fill()) {
                    length -= copy(out, length);
                }
            } else {
                copy(streams.stdout(), in.remaining());
            }
        }
    }

    private int copy(OutputStream out, long most) throws IOException {
        int length = (int) Math.min(most, in.remaining());
        out.write(in.array(), in.position(), length);
        in.position(in.position() + length);
        return length;
    }

    private void type(InputStream stdin) {
        byte[] buffer = new byte[8192];
        try {
            for (int read = stdin.read(buffer); read >= 0; read = stdin.read(buffer)) {
                write(buffer, read);
            }
            channel.shutdownOutput();
        } catch (IOException ended) {
            // The process, or its client, is gone: the other side of the session tells.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
