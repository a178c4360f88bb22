package io.everynode.compatibility.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes bytes between clients and a server until it is told to cut them off; then it refuses, until it is restored.
 */
final class CutProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /** @param target a port of this machine */
    CutProxy(int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    String address() {
        return "https://127.0.0.1:" + listener.getLocalPort();
    }

    /** Ends every connection; new ones end at once. */
    void cut() {
        cut = true;
        open.forEach(CutProxy::end);
    }

    void restore() {
        cut = false;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                connect(client);
            }
        } catch (IOException closed) {
            // By the test.
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = cut ? null : new Socket(InetAddress.getLoopbackAddress(), target);
            if (server == null) {
                end(client);
                return;
            }
            open.add(client);
            open.add(server);
            daemon(() -> pump(client, server));
            daemon(() -> pump(server, client));
            if (cut) {
                cut();
            }
        } catch (IOException away) {
            // The server does not run now.
            end(client);
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream()) {
            byte[] piece = new byte[16 * 1024];
            for (int size = in.read(piece); size >= 0; size = in.read(piece)) {
                to.getOutputStream().write(piece, 0, size);
            }
        } catch (IOException ended) {
            // By either side.
        }
        open.remove(from);
        open.remove(to);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
