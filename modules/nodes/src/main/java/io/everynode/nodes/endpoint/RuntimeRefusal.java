package io.everynode.nodes.endpoint;

/** The runtime does not do what was asked. The message is told to the client as it is. */
public final class RuntimeRefusal extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;

    /** @param code of HTTP, 400 to 599: 404 for a Pod that is not here, 400 for a container that has no log yet */
    public RuntimeRefusal(int code, String message) {
        super(message);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
