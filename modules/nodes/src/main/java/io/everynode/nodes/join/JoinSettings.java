package io.everynode.nodes.join;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a machine joins. Its text has no token.
 *
 * @param directory of the node alone, where it keeps its certificates
 * @param server such as https://10.0.0.1:6443; "" for the one that was kept
 * @param token by which it joins; read when it is needed
 */
public record JoinSettings(
        String node, Path directory, String server, Optional<JoinToken> token, AuthorityHashes hashes) {

    boolean mayJoin() {
        return !server.isEmpty() && token.isPresent() && !hashes.isEmpty();
    }

    @Override
    public String toString() {
        return node + " of " + server;
    }
}
