package io.everynode.nodes.endpoint;

import java.io.IOException;
import java.io.OutputStream;

/** A log that was asked for and can be given. */
@FunctionalInterface
public interface ContainerLog {

    /**
     * Writes the log until it ends, or when it is followed until the container does or the client has gone.
     *
     * @param out blocks while the client reads more slowly (nothing is to be kept in memory meanwhile), and throws once
     *     it has gone or has as much as it wanted; not to be closed
     * @param client for a log that is followed: tells when it is gone while nothing is written
     * @throws IOException also that of {@code out}, which need not be caught; the log is cut off there
     */
    void writeTo(OutputStream out, Client client) throws IOException, InterruptedException;
}
