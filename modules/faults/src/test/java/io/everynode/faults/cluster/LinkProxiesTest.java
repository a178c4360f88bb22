package io.everynode.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkProxiesTest {

    private static final int PATIENCE_MILLIS = 20_000;

    /** That nothing comes can only be seen by waiting. */
    private static final int SILENCE_MILLIS = 150;

    private final Links links = new Links();
    private ServerSocket behind;
    private LinkProxies proxies;
    private int port;

    @BeforeEach
    void open() throws IOException {
        behind = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        behind.setSoTimeout(PATIENCE_MILLIS);
        port = Ports.free().base();
        proxies = new LinkProxies(links);
        proxies.openForMembers(port, 2, behind.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        proxies.close();
        behind.close();
    }

    private Socket dial(int member) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress("127.0.1." + member, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private Socket accept() throws IOException {
        Socket socket = behind.accept();
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    @Test
    void passesBothWaysAndTellsTheEnd() throws Exception {
        try (Socket near = dial(1);
                Socket far = accept()) {
            byte[] much = new byte[1 << 20];
            much[much.length - 1] = 7;
            Thread writer = new Thread(() -> {
                try {
                    near.getOutputStream().write(much);
                    near.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            writer.start();
            assertThat(far.getInputStream().readAllBytes()).isEqualTo(much);
            writer.join();
            far.getOutputStream().write(5);
            assertThat(near.getInputStream().read()).isEqualTo(5);
        }
    }

    @Test
    void aCutIsOneWayAndWhatItHeldBackComesLater() throws Exception {
        try (Socket near = dial(1);
                Socket far = accept();
                Socket other = dial(3);
                Socket otherFar = accept()) {
            links.between(1, 2).cut(true);
            proxies.linksChanged();
            near.getOutputStream().write(1);
            assertSilent(far);
            far.getOutputStream().write(2);
            assertThat(near.getInputStream().read()).isEqualTo(2);
            other.getOutputStream().write(3);
            assertThat(otherFar.getInputStream().read()).isEqualTo(3);
            // Nor does the end pass.
            near.shutdownOutput();
            assertSilent(far);
            links.heal();
            proxies.linksChanged();
            assertThat(far.getInputStream().read()).isEqualTo(1);
            assertThat(far.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whoDialsIntoACutMeetsSilence() throws Exception {
        links.between(1, 2).cut(true);
        try (Socket near = dial(1)) {
            near.getOutputStream().write(1);
            assertSilent(near);
            links.heal();
            proxies.linksChanged();
            try (Socket far = accept()) {
                assertThat(far.getInputStream().read()).isEqualTo(1);
            }
        }
    }

    @Test
    void healingWithLossBreaksWhatWasHeldBack() throws Exception {
        try (Socket near = dial(1);
                Socket far = accept()) {
            links.between(2, 1).cut(true);
            proxies.linksChanged();
            // More than the sockets on the way take, so that some of it waits in the proxy.
            near.getOutputStream().write(1);
            assertThat(far.getInputStream().read()).isEqualTo(1);
            links.between(2, 1).cut(false);
            links.between(2, 1).delayMillis(60_000);
            far.getOutputStream().write(2);
            assertSilent(near);
            links.between(2, 1).cut(true);
            proxies.breakHeldBack();
            assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSlowLinkDelays() throws Exception {
        try (Socket near = dial(1);
                Socket far = accept()) {
            links.between(1, 2).delayMillis(300);
            long begun = System.nanoTime();
            near.getOutputStream().write(1);
            assertThat(far.getInputStream().read()).isEqualTo(1);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isGreaterThanOrEqualTo(300);
        }
    }

    @Test
    void nobodyBehindIsARefusal() throws Exception {
        behind.close();
        try (Socket near = dial(1)) {
            assertThatThrownBy(() -> {
                        if (near.getInputStream().read() < 0) {
                            throw new IOException("ended");
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }
}
