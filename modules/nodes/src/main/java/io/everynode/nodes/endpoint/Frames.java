package io.everynode.nodes.endpoint;

import java.io.IOException;

/** What is spoken on a connection once it was upgraded. */
interface Frames {

    /**
     * Reads until the client has gone or said goodbye, and hands over what comes; then ends all that waits for more.
     */
    void read() throws IOException, InterruptedException;

    /** Makes a connection whose client is no more fail, unless something is being written anyway. */
    void ping() throws IOException;

    /** Tells the client that nothing follows. */
    void sayGoodbye() throws IOException;
}
