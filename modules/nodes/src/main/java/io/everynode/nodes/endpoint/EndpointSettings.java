package io.everynode.nodes.endpoint;

import java.util.List;

/**
 * Where a node's endpoint listens.
 *
 * @param host an address of this machine. Whoever may call it may run commands in every container: loopback, unless
 *     callers are authenticated
 * @param port 0 takes any free one
 * @param names addresses and host names for the certificate, beside host
 * @param maxConnections further ones are closed at once; each costs up to three threads
 */
public record EndpointSettings(String host, int port, List<String> names, int maxConnections) {

    /** The kubelet's own port. */
    public static final int KUBELET_PORT = 10250;

    public static EndpointSettings loopback(int port) {
        return new EndpointSettings("127.0.0.1", port, List.of("localhost"), 256);
    }
}
