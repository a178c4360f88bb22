package io.everynode.faults.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TCP proxies on loopback whose links can be cut and slowed, all served by one thread. Who dials is known by the
 * address the connection comes from: member N dials from 127.0.1.N. Thread-safe.
 */
final class LinkProxies implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LinkProxies.class);

    /** An open port in front of another. */
    private record Front(int behind, InetSocketAddress target, IntUnaryOperator dialler) {}

    private final Links links;
    private final Selector selector;
    private final Thread thread;
    private final Set<ProxiedConnection> connections = new LinkedHashSet<>();
    private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);

    LinkProxies(Links links) throws IOException {
        this.links = links;
        this.selector = Selector.open();
        this.thread = new Thread(this::run, "links");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** A port in front of a member's, for the other members. */
    void openForMembers(int port, int member, int targetPort) throws IOException {
        open(port, member, new InetSocketAddress("127.0.0.1", targetPort), source -> source);
    }

    /** A port in front of the database's, for one member. */
    void openForDatabase(int port, int member, InetSocketAddress database) throws IOException {
        open(port, Links.DATABASE, database, source -> member);
    }

    private void open(int port, int behind, InetSocketAddress target, IntUnaryOperator dialler) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(new InetSocketAddress("127.0.0.1", port));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_ACCEPT, new Front(behind, target, dialler));
        selector.wakeup();
    }

    /** To be called after links were changed. */
    void linksChanged() {
        selector.wakeup();
    }

    /** Breaks the connections in which a cut keeps something back; for long partitions, which no TCP survives. */
    void breakHeldBack() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        orders.add(() -> {
            connections.stream().filter(ProxiedConnection::holdsBack).forEach(ProxiedConnection::reset);
            done.countDown();
        });
        selector.wakeup();
        done.await(5, TimeUnit.SECONDS);
    }

    private void run() {
        try {
            while (selector.isOpen()) {
                long now = System.nanoTime();
                long wait = Long.MAX_VALUE;
                for (ProxiedConnection each : connections) {
                    wait = Math.min(wait, each.prepare(selector, now));
                }
                connections.removeIf(ProxiedConnection::isOver);
                // Rounded up: what is due within a millisecond is not waited for in a loop.
                selector.select(wait == Long.MAX_VALUE ? 0 : wait / 1_000_000 + 1);
                for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
                List<SelectionKey> ready = new ArrayList<>(selector.selectedKeys());
                selector.selectedKeys().clear();
                for (SelectionKey key : ready) {
                    handle(key);
                }
            }
        } catch (ClosedSelectorException closed) {
            // That is how it ends.
        } catch (IOException | RuntimeException e) {
            log.error("the links have ended", e);
        }
    }

    private void handle(SelectionKey key) {
        if (key.isValid() && key.attachment() instanceof Front front) {
            accept((ServerSocketChannel) key.channel(), front);
        } else if (key.attachment() instanceof ProxiedConnection connection) {
            connection.ready(key, buffer, System.nanoTime());
        }
    }

    private void accept(ServerSocketChannel channel, Front front) {
        try {
            for (SocketChannel dialled = channel.accept(); dialled != null; dialled = channel.accept()) {
                byte[] source = ((InetSocketAddress) dialled.getRemoteAddress())
                        .getAddress()
                        .getAddress();
                int member = source.length == 4 && source[2] == 1 ? source[3] & 0xff : Links.OUTSIDE;
                int dialler = front.dialler().applyAsInt(member);
                connections.add(new ProxiedConnection(
                        dialled,
                        front.target(),
                        links.between(dialler, front.behind()),
                        links.between(front.behind(), dialler)));
            }
        } catch (IOException e) {
            log.warn("a connection was not taken: {}", e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        if (!selector.isOpen()) {
            return;
        }
        List<SelectionKey> all = new ArrayList<>(selector.keys());
        selector.close();
        for (SelectionKey key : all) {
            key.channel().close();
        }
    }
}
