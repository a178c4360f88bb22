package io.everynode.loadtest.times;

/** Hears of each call of the API. Called on any thread. */
@FunctionalInterface
public interface CallTimes {

    /** One call under way. */
    @FunctionalInterface
    interface Call {

        /** @param refused no answer came, or one that does not say that it was done */
        void ended(boolean refused);
    }

    /** For calls that nobody measures. */
    CallTimes NOBODY = name -> refused -> {};

    /**
     * A call is about to be sent.
     *
     * @param name method and resource, such as "PATCH pods/status"
     */
    Call begins(String name);
}
