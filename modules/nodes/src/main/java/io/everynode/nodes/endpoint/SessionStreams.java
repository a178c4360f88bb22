package io.everynode.nodes.endpoint;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** The streams of one session, whatever they are carried over. */
record SessionStreams(InputStream stdin, OutputStream stdout, OutputStream stderr, TerminalSizes sizes, Client client)
        implements ContainerStreams {

    @Override
    public void onResize(Consumer<TerminalSize> action) {
        sizes.onSize(action);
    }

    @Override
    public void onGone(Runnable action) {
        client.onGone(action);
    }
}
