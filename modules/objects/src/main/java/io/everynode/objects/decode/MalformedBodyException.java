package io.everynode.objects.decode;

/** A body that cannot be read; the message is for the client. Never leaves this package. */
final class MalformedBodyException extends Exception {

    private static final long serialVersionUID = 1L;

    MalformedBodyException(String message) {
        super(message, null, false, false);
    }
}
