package io.everynode.nodes.endpoint;

import io.everynode.objects.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * {@code /exec} and {@code /attach}: a session over SPDY/3.1, a stream for each of the process's and one each for its
 * end and the terminal's size, or over a WebSocket with such channels (k8s.io/kubelet/pkg/cri/streaming/remotecommand).
 */
final class RemoteCommands {

    private static final List<String> SPDY_PROTOCOLS =
            List.of("v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io");
    private static final List<String> SOCKET_PROTOCOLS = List.of(
            ChannelSocket.V5, ChannelSocket.V4, ChannelSocket.V4_BASE64, ChannelSocket.V1, ChannelSocket.V1_BASE64);

    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;

    /** For the client to open its streams. */
    private static final long OPENING_SECONDS = 30;

    interface Question {
        ContainerSession ask(StreamOptions options) throws RuntimeRefusal;
    }

    private final OpenSessions sessions;

    RemoteCommands(OpenSessions sessions) {
        this.sessions = sessions;
    }

    /** @param failing how the message of a session begins that could not be run */
    void serve(Connection connection, RequestHead head, String failing, Question question)
            throws IOException, InterruptedException, RuntimeRefusal {
        boolean tty = head.flag("tty");
        StreamOptions options =
                new StreamOptions(head.flag("input"), head.flag("output"), head.flag("error") && !tty, tty);
        if (!options.stdin() && !options.stdout() && !options.stderr()) {
            throw new RuntimeRefusal(400, "you must specify at least 1 of stdin, stdout, stderr");
        }
        Upgrade upgrade = head.upgradesTo("websocket")
                ? Upgrade.toWebSocket(head, SOCKET_PROTOCOLS)
                : Upgrade.toSpdy(head, SPDY_PROTOCOLS);
        ContainerSession session = question.ask(options);
        upgrade.accept(connection);
        if (head.upgradesTo("websocket")) {
            overWebSocket(connection, upgrade.protocol(), options, failing, session);
        } else {
            overSpdy(connection, upgrade.protocol(), options, failing, session);
        }
    }

    private void overWebSocket(
            Connection connection, String protocol, StreamOptions options, String failing, ContainerSession session)
            throws IOException, InterruptedException {
        Gone gone = new Gone(connection.executor());
        Pipe stdin = stdin(options);
        TerminalSizes sizes = new TerminalSizes();
        ChannelSocket socket = new ChannelSocket(
                new WebSocket(connection.in(), connection.out()),
                protocol,
                List.of(stdin, Receiver.NOBODY, Receiver.NOBODY, Receiver.NOBODY, sizes));
        OutputStream nowhere = OutputStream.nullOutputStream();
        SessionStreams streams = new SessionStreams(
                stdin,
                options.stdout() ? socket.output(STDOUT) : nowhere,
                options.stderr() ? socket.output(STDERR) : nowhere,
                sizes,
                gone);
        sessions.run(connection, socket, gone, () -> {
            socket.send(options.stdout() ? STDOUT : options.stderr() ? STDERR : ERROR, new byte[0], 0, 0);
            ExitStatus status = run(session, streams, failing);
            stdin.close();
            byte[] told = told(status, protocol);
            if (told.length > 0) {
                socket.send(ERROR, told, 0, told.length);
            }
        });
    }

    private void overSpdy(
            Connection connection, String protocol, StreamOptions options, String failing, ContainerSession session)
            throws IOException, InterruptedException {
        Gone gone = new Gone(connection.executor());
        Pipe stdin = stdin(options);
        TerminalSizes sizes = new TerminalSizes();
        List<String> expected = new ArrayList<>(List.of("error"));
        if (options.stdin()) {
            expected.add("stdin");
        }
        if (options.stdout()) {
            expected.add("stdout");
        }
        if (options.stderr()) {
            expected.add("stderr");
        }
        if (options.tty() && (protocol.startsWith("v4.") || protocol.startsWith("v3."))) {
            expected.add("resize");
        }
        Map<String, SpdyStream> streams = new ConcurrentHashMap<>();
        CountDownLatch missing = new CountDownLatch(expected.size());
        SpdyConnection spdy = new SpdyConnection(connection.in(), connection.out(), stream -> {
            String type = stream.header("streamtype");
            if (!expected.contains(type) || streams.putIfAbsent(type, stream) != null) {
                return null;
            }
            switch (type) {
                case "stdin" -> stream.receiver(stdin);
                case "resize" -> stream.receiver(sizes);
                default -> {}
            }
            return missing::countDown;
        });
        sessions.run(connection, spdy, gone, () -> {
            gone.onGone(() -> expected.forEach(each -> missing.countDown()));
            if (!missing.await(OPENING_SECONDS, TimeUnit.SECONDS) || gone.isSo()) {
                throw new IOException("the client has not opened its streams in time");
            }
            OutputStream nowhere = OutputStream.nullOutputStream();
            OutputStream stdout = options.stdout() ? streams.get("stdout") : nowhere;
            OutputStream stderr = options.stderr() ? streams.get("stderr") : nowhere;
            ExitStatus status = run(session, new SessionStreams(stdin, stdout, stderr, sizes, gone), failing);
            stdin.close();
            stdout.close();
            stderr.close();
            SpdyStream error = streams.get("error");
            byte[] told = told(status, protocol);
            error.write(told, 0, told.length);
            error.close();
        });
    }

    private static Pipe stdin(StreamOptions options) {
        Pipe stdin = new Pipe();
        if (!options.stdin()) {
            stdin.end();
        }
        return stdin;
    }

    private static ExitStatus run(ContainerSession session, ContainerStreams streams, String failing)
            throws InterruptedException {
        try {
            return ExitStatus.of(session.run(streams));
        } catch (RuntimeRefusal | IOException e) {
            return ExitStatus.failed(failing + e.getMessage());
        }
    }

    private static byte[] told(ExitStatus status, String protocol) {
        boolean structured = protocol.startsWith("v5.") || protocol.startsWith("v4.");
        return structured ? Json.encode(status.status()) : status.text().getBytes(StandardCharsets.UTF_8);
    }
}
