package io.everynode.apiserver;

/** The address cannot be listened on; the message is one line for whoever started the server. */
public final class PortInUse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortInUse(String host, int port, String why, Throwable cause) {
        super("cannot listen on " + host + ":" + port + ": " + why, cause);
    }
}
