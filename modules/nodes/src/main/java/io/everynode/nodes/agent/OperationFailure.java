package io.everynode.nodes.agent;

/** Why an action could not be carried out, as a Pod's status and an event show it. */
final class OperationFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String event;

    /**
     * @param reason of the waiting container, such as ErrImagePull
     * @param event reason of the event, such as Failed
     */
    OperationFailure(String reason, String event, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.event = event;
    }

    String reason() {
        return reason;
    }

    String event() {
        return event;
    }
}
