package io.everynode.faults.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection through a proxy: two pipes. The far side is dialled only while the link to it passes, so that who
 * dials into a partition meets silence. For the proxy's thread only.
 */
final class ProxiedConnection {

    private final SocketChannel near;
    private final InetSocketAddress target;
    private final Link forth;
    private final Link back;
    private SocketChannel far;
    private Pipe there;
    private Pipe home;
    private boolean over;

    ProxiedConnection(SocketChannel near, InetSocketAddress target, Link forth, Link back) throws IOException {
        this.near = near;
        this.target = target;
        this.forth = forth;
        this.back = back;
        near.configureBlocking(false);
        near.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    boolean isOver() {
        return over;
    }

    boolean holdsBack() {
        return !over && (there == null || there.holdsBack() || home.holdsBack());
    }

    /**
     * Writes what is due and says what it waits for.
     *
     * @return nanoseconds after which this wants to be called again; Long.MAX_VALUE for never
     */
    long prepare(Selector selector, long now) {
        if (over) {
            return Long.MAX_VALUE;
        }
        try {
            if (far == null) {
                dial(selector);
                return Long.MAX_VALUE;
            }
            if (!far.isConnected()) {
                return Long.MAX_VALUE;
            }
            there.write(now);
            home.write(now);
            if (there.isOver() && home.isOver()) {
                end();
                return Long.MAX_VALUE;
            }
            register(selector, near, there, home, now);
            register(selector, far, home, there, now);
            // What is due but finds no room is woken by that room.
            return Math.min(later(there.untilDue(now)), later(home.untilDue(now)));
        } catch (IOException e) {
            reset();
            return Long.MAX_VALUE;
        }
    }

    private static long later(long until) {
        return until == 0 ? Long.MAX_VALUE : until;
    }

    private void dial(Selector selector) throws IOException {
        if (forth.isCut() || back.isCut()) {
            return;
        }
        far = SocketChannel.open();
        far.configureBlocking(false);
        far.setOption(StandardSocketOptions.TCP_NODELAY, true);
        there = new Pipe(forth, near, far);
        home = new Pipe(back, far, near);
        if (!far.connect(target)) {
            far.register(selector, SelectionKey.OP_CONNECT, this);
        }
        selector.wakeup();
    }

    private void register(Selector selector, SocketChannel channel, Pipe out, Pipe in, long now) throws IOException {
        int wanted =
                (out.wantsToRead() ? SelectionKey.OP_READ : 0) | (in.wantsToWrite(now) ? SelectionKey.OP_WRITE : 0);
        SelectionKey key = channel.keyFor(selector);
        if (key == null) {
            channel.register(selector, wanted, this);
        } else if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    /** After the selector found something. */
    void ready(SelectionKey key, ByteBuffer buffer, long now) {
        if (over || !key.isValid()) {
            return;
        }
        try {
            if (key.isConnectable()) {
                far.finishConnect();
                return;
            }
            if (key.isReadable()) {
                Pipe pipe = key.channel() == near ? there : home;
                if (pipe.wantsToRead()) {
                    pipe.read(buffer, now);
                }
            }
        } catch (IOException refused) {
            reset();
        }
    }

    /** Both sides see it break. */
    void reset() {
        for (SocketChannel channel : new SocketChannel[] {near, far}) {
            try {
                if (channel != null) {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
            } catch (IOException closed) {
                // Then it needs no breaking.
            }
        }
        end();
    }

    private void end() {
        over = true;
        try {
            near.close();
        } catch (IOException ignored) {
            // Nothing more is done with it.
        }
        try {
            if (far != null) {
                far.close();
            }
        } catch (IOException ignored) {
            // Nothing more is done with it.
        }
    }
}
