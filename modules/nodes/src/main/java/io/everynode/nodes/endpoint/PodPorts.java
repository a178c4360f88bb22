package io.everynode.nodes.endpoint;

import java.io.IOException;

/** The ports in a Pod's network. Thread-safe. */
@FunctionalInterface
public interface PodPorts {

    /**
     * A new connection to a port, on the Pod's own loopback if the runtime can, else on its address.
     *
     * @param port 1 to 65,535
     * @throws IOException when nobody listens there, and for any other reason; its message is told to the client
     */
    PortConnection connect(int port) throws IOException, InterruptedException;
}
