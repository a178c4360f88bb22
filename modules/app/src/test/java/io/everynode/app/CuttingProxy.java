package io.everynode.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands connections on to a local port, and cuts each after a random number of bytes from there, in mid-sentence. */
final class CuttingProxy implements AutoCloseable {

    final AtomicInteger cuts = new AtomicInteger();

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int port;
    private final Random random;
    private final int least;
    private final int most;

    CuttingProxy(int port, long seed, int least, int most) throws IOException {
        this.port = port;
        this.random = new Random(seed);
        this.least = least;
        this.most = most;
        thread(this::accept);
    }

    String address() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                int budget = least + random.nextInt(most - least);
                thread(() -> connect(client, budget));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket client, int budget) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            thread(() -> {
                try (client;
                        server) {
                    client.getInputStream().transferTo(server.getOutputStream());
                } catch (IOException e) {
                    // The other direction has ended.
                    return;
                }
            });
            if (hand(server.getInputStream(), client.getOutputStream(), budget)) {
                cuts.incrementAndGet();
            }
        } catch (IOException e) {
            // One side has ended: so does the other.
            return;
        }
    }

    /** Whether the budget was used up. */
    private static boolean hand(InputStream in, OutputStream out, int budget) throws IOException {
        byte[] buffer = new byte[8192];
        int left = budget;
        while (left > 0) {
            int read = in.read(buffer, 0, Math.min(left, buffer.length));
            if (read < 0) {
                return false;
            }
            out.write(buffer, 0, read);
            left -= read;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
