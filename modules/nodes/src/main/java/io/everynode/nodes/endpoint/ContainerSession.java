package io.everynode.nodes.endpoint;

import java.io.IOException;

/** A process that a client is to be connected to. */
@FunctionalInterface
public interface ContainerSession {

    /**
     * Connects the process and the client until the process has ended, its output has been written, or the client has
     * gone. A process that was begun for this session (exec) ends with its client as far as the runtime can do that;
     * one that was attached to goes on.
     *
     * @return the process's exit status; of no meaning for attach
     * @throws RuntimeRefusal when it could not be begun; its message is told to the client within the stream
     * @throws IOException likewise, or that of the client's streams, which need not be caught
     */
    int run(ContainerStreams streams) throws RuntimeRefusal, IOException, InterruptedException;
}
