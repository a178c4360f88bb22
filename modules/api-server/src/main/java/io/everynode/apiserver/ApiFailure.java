package io.everynode.apiserver;

import io.everynode.objects.ApiStatus;
import io.everynode.objects.Outcome;

/** Ends the handling of a request with a Status. Used only within this package; costs no stack trace. */
class ApiFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiStatus status;

    ApiFailure(ApiStatus status) {
        super(status.message(), null, false, false);
        this.status = status;
    }

    ApiStatus status() {
        return status;
    }

    /** The value, or the refusal as a failure. Warnings are dropped. */
    static <T> T unwrap(Outcome<T> outcome) {
        return done(outcome).value();
    }

    /** What was done, with its warnings, or the refusal as a failure. */
    static <T> Outcome.Done<T> done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T> done) {
            return done;
        }
        throw new ApiFailure(((Outcome.Refused<T>) outcome).status());
    }
}
