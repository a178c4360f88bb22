package io.everynode.objects.patch;

import io.everynode.objects.ApiStatus;
import java.util.List;

/**
 * Ends a patch that cannot be applied; {@link Patches} turns it into the refusal that it carries. Never leaves this
 * package.
 */
final class PatchRefusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ApiStatus status;

    private PatchRefusal(ApiStatus status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    ApiStatus status() {
        return status;
    }

    /** The patch document itself is wrong. */
    static PatchRefusal malformed(String message) {
        return new PatchRefusal(ApiStatus.badRequest(message));
    }

    /** The document is fine but does not fit the object; upstream's text, which keeps the reason to itself. */
    static PatchRefusal unprocessable() {
        return unprocessable("the server rejected our request due to an error in our request");
    }

    static PatchRefusal unprocessable(String message) {
        return new PatchRefusal(
                new ApiStatus(422, "Invalid", message, new ApiStatus.Details("", "", "", "", List.of(), 0)));
    }

    static PatchRefusal tooLarge(String message) {
        return new PatchRefusal(ApiStatus.requestTooLarge("Request entity is too large: " + message));
    }
}
