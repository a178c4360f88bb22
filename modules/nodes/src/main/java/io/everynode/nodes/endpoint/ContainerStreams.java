package io.everynode.nodes.endpoint;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/**
 * The client's ends of a session's streams. Each may be used by a thread of its own. All writing blocks while the
 * client reads more slowly and throws an IOException once it has gone; what is written is on its way at once (no flush
 * needed), so pieces of some KiB are better than single bytes.
 */
public interface ContainerStreams extends Client {

    /**
     * What the client writes; ends (-1) when it closes its stdin or has gone. At its end without stdin wanted. Once the
     * process has closed its own stdin, close this one: what the client still writes is then thrown away.
     */
    InputStream stdin();

    /** Takes nothing in (and throws nothing) when the client does not want it. */
    OutputStream stdout();

    /** As stdout; of no use with a terminal. */
    OutputStream stderr();

    /**
     * Tells of the sizes of the client's terminal: the newest one at once where there is one, and each later one. To be
     * called at most once, and only with a terminal. On another thread than the session's.
     */
    void onResize(Consumer<TerminalSize> action);
}
