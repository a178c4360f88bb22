package io.everynode.nodes.endpoint;

/** Takes what a client sends on one of its streams. Called by one thread, the one that reads the connection. */
interface Receiver {

    /** For streams that nobody wants. */
    Receiver NOBODY = new Receiver() {
        @Override
        public void data(byte[] bytes, int offset, int length) {}

        @Override
        public void end() {}
    };

    /**
     * Blocks until there is room: this holds up the whole connection, which is all the flow control that clients know.
     */
    void data(byte[] bytes, int offset, int length) throws InterruptedException;

    /** Nothing comes any more, because the client said so or has gone; may be called more than once. */
    void end();
}
