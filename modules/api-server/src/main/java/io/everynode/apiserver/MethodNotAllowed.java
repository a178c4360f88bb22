package io.everynode.apiserver;

import java.util.List;

/** Refuses a method with 405 and tells which ones are served there. */
final class MethodNotAllowed extends ApiFailure {
    private static final long serialVersionUID = 1L;

    private final transient List<String> allowed;

    MethodNotAllowed(List<String> allowed) {
        super(StatusResponses.methodNotAllowed());
        this.allowed = List.copyOf(allowed);
    }

    /** The value of the header Allow. */
    String allowed() {
        return String.join(", ", allowed);
    }
}
