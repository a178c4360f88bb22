package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * {@code /portForward}: over SPDY/3.1, which may be carried in a WebSocket, any number of connections, each a stream
 * for its data and one for an error; over a WebSocket with channels one connection for each port that the request names
 * (k8s.io/kubelet/pkg/cri/streaming/portforward).
 */
final class PortForwards {

    private static final String PROTOCOL = "portforward.k8s.io";
    private static final String TUNNEL = "SPDY/3.1+" + PROTOCOL;
    private static final List<String> SOCKET_PROTOCOLS = List.of(TUNNEL, ChannelSocket.V4, ChannelSocket.V4_BASE64);

    /** Further connections to ports are refused; each costs two threads and 64 KiB. */
    private static final int MAX_FORWARDS = 512;

    private final OpenSessions sessions;
    private final Semaphore free = new Semaphore(MAX_FORWARDS);

    PortForwards(OpenSessions sessions) {
        this.sessions = sessions;
    }

    void serve(Connection connection, RequestHead head, PodName pod, PodPorts ports)
            throws IOException, InterruptedException, RuntimeRefusal {
        if (!head.upgradesTo("websocket")) {
            Upgrade.toSpdy(head, List.of(PROTOCOL)).accept(connection);
            Gone gone = new Gone(connection.executor());
            Pairs pairs = new Pairs(connection, pod, ports, gone);
            untilGone(connection, new SpdyConnection(connection.in(), connection.out(), pairs), gone);
            return;
        }
        Upgrade upgrade = Upgrade.toWebSocket(head, SOCKET_PROTOCOLS);
        boolean tunnel = upgrade.protocol().equals(TUNNEL);
        List<Integer> named = tunnel ? List.of() : named(head);
        upgrade.accept(connection);
        Gone gone = new Gone(connection.executor());
        WebSocket socket = new WebSocket(connection.in(), connection.out());
        if (tunnel) {
            WebSocketTunnel within = new WebSocketTunnel(socket);
            Pairs pairs = new Pairs(connection, pod, ports, gone);
            untilGone(connection, within.around(new SpdyConnection(within.input(), within.output(), pairs)), gone);
        } else {
            overChannels(connection, upgrade.protocol(), socket, gone, pod, ports, named);
        }
    }

    private void untilGone(Connection connection, Frames frames, Gone gone) throws IOException, InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        gone.onGone(over::countDown);
        sessions.run(connection, frames, gone, over::await);
    }

    private static List<Integer> named(RequestHead head) throws RuntimeRefusal {
        List<Integer> ports = new ArrayList<>();
        for (String value : head.query().getOrDefault("port", List.of())) {
            for (String text : value.split(",")) {
                ports.add(port(text));
            }
        }
        if (ports.isEmpty()) {
            throw new RuntimeRefusal(400, "query parameter \"port\" is required");
        }
        if (ports.contains(0)) {
            throw new RuntimeRefusal(400, "query parameter \"port\" must be from 1 to 65535");
        }
        return ports;
    }

    /** 0 for what is none. */
    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port > 0 && port < 1 << 16 ? port : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * Two channels for each port, data and error; the first message of each is the port, two bytes, the low one first.
     */
    private void overChannels(
            Connection connection,
            String protocol,
            WebSocket socket,
            Gone gone,
            PodName pod,
            PodPorts ports,
            List<Integer> named)
            throws IOException, InterruptedException {
        List<Receiver> receivers = new ArrayList<>();
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < named.size(); i++) {
            Pipe pipe = new Pipe();
            pipes.add(pipe);
            receivers.add(pipe);
            receivers.add(Receiver.NOBODY);
        }
        ChannelSocket channels = new ChannelSocket(socket, protocol, receivers);
        CountDownLatch over = new CountDownLatch(named.size());
        CountDownLatch end = new CountDownLatch(1);
        Set<Forward> active = ConcurrentHashMap.newKeySet();
        gone.onGone(() -> active.forEach(Forward::stop));
        gone.onGone(end::countDown);
        sessions.run(connection, channels, gone, () -> {
            for (int i = 0; i < named.size(); i++) {
                int port = named.get(i);
                byte[] told = {(byte) (port & 0xff), (byte) (port >> 8)};
                channels.send(2 * i, told, 0, 2);
                channels.send(2 * i + 1, told, 0, 2);
                Forward forward = new Forward(
                        connection.executor(),
                        pod,
                        ports,
                        port,
                        pipes.get(i),
                        channels.output(2 * i),
                        channels.output(2 * i + 1));
                connection.executor().execute(() -> {
                    try {
                        run(forward, active, gone);
                    } finally {
                        over.countDown();
                        if (over.getCount() == 0) {
                            end.countDown();
                        }
                    }
                });
            }
            end.await();
        });
    }

    private void run(Forward forward, Set<Forward> active, Gone gone) {
        active.add(forward);
        if (gone.isSo()) {
            forward.stop();
        }
        try {
            bounded(forward);
        } finally {
            active.remove(forward);
        }
    }

    private void bounded(Forward forward) {
        if (!free.tryAcquire()) {
            forward.refuse("too many connections are forwarded on this node");
            return;
        }
        try {
            forward.run();
        } finally {
            free.release();
        }
    }

    /** Puts the two streams of each connection together. Used by the thread that reads. */
    private final class Pairs implements SpdyConnection.Listener {

        private static final int MAX_HALVES = 256;

        private final Connection connection;
        private final PodName pod;
        private final PodPorts ports;
        private final Gone gone;
        private final Map<String, SpdyStream> halves = new HashMap<>();
        private final Set<Forward> active = ConcurrentHashMap.newKeySet();

        Pairs(Connection connection, PodName pod, PodPorts ports, Gone gone) {
            this.connection = connection;
            this.pod = pod;
            this.ports = ports;
            this.gone = gone;
            gone.onGone(() -> active.forEach(Forward::stop));
        }

        @Override
        public Runnable opened(SpdyStream stream) {
            boolean data = stream.header("streamtype").equals("data");
            int port = port(stream.header("port"));
            if (port == 0 || !data && !stream.header("streamtype").equals("error")) {
                return null;
            }
            String request = stream.header("requestid");
            if (request.isEmpty()) {
                // Clients of old open the stream for the error first, and the one for the data next.
                request = String.valueOf(stream.id() - (data ? 2 : 0));
            }
            SpdyStream other = halves.remove(request);
            if (other == null) {
                if (halves.size() >= MAX_HALVES) {
                    return null;
                }
                halves.put(request, stream);
                Pipe pipe = new Pipe();
                stream.receiver(data ? pipe : Receiver.NOBODY);
                return () -> {};
            }
            if (other.header("streamtype").equals(stream.header("streamtype"))) {
                return null;
            }
            SpdyStream toPod = data ? stream : other;
            SpdyStream error = data ? other : stream;
            Pipe pipe = data ? new Pipe() : (Pipe) other.receiver();
            toPod.receiver(pipe);
            Forward forward = new Forward(connection.executor(), pod, ports, port, pipe, toPod, error);
            toPod.onReset(forward::stop);
            return () -> connection.executor().execute(() -> {
                try {
                    PortForwards.this.run(forward, active, gone);
                } finally {
                    toPod.forget();
                    error.forget();
                }
            });
        }
    }
}
