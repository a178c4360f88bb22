package io.everynode.nodes.agent.docker;

/** The Engine refused, or cannot be reached; the message is for people. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean away;

    /** @param away whether the Engine gave no answer */
    EngineException(String message, boolean away, Throwable cause) {
        super(message, cause);
        this.away = away;
    }

    public boolean away() {
        return away;
    }
}
