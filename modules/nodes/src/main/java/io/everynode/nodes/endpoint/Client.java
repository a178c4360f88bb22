package io.everynode.nodes.endpoint;

/** The one for whom something is done. Thread-safe. */
public interface Client {

    /**
     * Runs the action once when the client has gone, or the endpoint closes, or the session is over, whichever comes
     * first: at once when that has happened already. On another thread than the session's; it must not block for long.
     */
    void onGone(Runnable action);
}
