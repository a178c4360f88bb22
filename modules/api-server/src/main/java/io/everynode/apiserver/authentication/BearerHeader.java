package io.everynode.apiserver.authentication;

import java.util.Optional;

/** The header Authorization, as apiserver/pkg/authentication/request/bearertoken/bearertoken.go takes it. */
public final class BearerHeader {

    private BearerHeader() {}

    /** The token; empty for none, and for other schemes. */
    public static Optional<String> token(String header) {
        String[] parts = header.strip().split(" ", 3);
        return parts.length < 2 || !parts[0].equalsIgnoreCase("bearer") || parts[1].isEmpty()
                ? Optional.empty()
                : Optional.of(parts[1]);
    }
}
