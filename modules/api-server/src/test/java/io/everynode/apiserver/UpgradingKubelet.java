package io.everynode.apiserver;

import io.everynode.apiserver.pki.KeyedCertificate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;

/** A kubelet's endpoint that gives one answer to each connection, and then sends back all that comes. */
final class UpgradingKubelet implements AutoCloseable {

    /** The heads of the requests. */
    final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    /** One for each connection that has ended. */
    final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    private final ServerSocket server;
    private final String answer;

    UpgradingKubelet(Path directory, String answer) {
        this(FakeKubelet.context(directory), answer);
    }

    /** With a certificate that somebody has signed. */
    UpgradingKubelet(KeyedCertificate certificate, String answer) {
        this(FakeKubelet.context(certificate), answer);
    }

    private UpgradingKubelet(SSLContext context, String answer) {
        this.answer = answer;
        try {
            server = context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "upgrading-kubelet");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            asked.add(head(in));
            out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            byte[] buffer = new byte[16 * 1024];
            int count;
            while ((count = in.read(buffer)) >= 0) {
                out.write(buffer, 0, count);
                if (new String(buffer, 0, count, StandardCharsets.ISO_8859_1).endsWith("bye")) {
                    break;
                }
            }
        } catch (IOException e) {
            // The other side has closed.
        }
        ended.add("ended");
    }

    /** Up to the empty line. */
    static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
