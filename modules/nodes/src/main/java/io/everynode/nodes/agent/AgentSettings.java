package io.everynode.nodes.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What an agent is told when it starts. Immutable.
 *
 * @param node its name
 * @param rootDirectory of this node alone: directories of Pods, and a lock
 * @param logDirectory where links to containers' logs are made, below pods/ and containers/
 * @param labels besides the standard ones
 * @param address that the node gives as its own; "" for the host's
 * @param port of its endpoint; 0 for none
 * @param sandboxImage "" for one of its own
 * @param leaseInterval how often its Lease is renewed
 * @param statusInterval how often its status is repeated when nothing changes
 */
public record AgentSettings(
        String node,
        String dockerHost,
        Path rootDirectory,
        Path logDirectory,
        Map<String, String> labels,
        String address,
        int port,
        String sandboxImage,
        Duration leaseInterval,
        Duration statusInterval) {

    public AgentSettings {
        labels = Map.copyOf(labels);
    }

    /**
     * Where a container leaves its last words.
     *
     * @param attempt its name and attempt, with a slash between
     */
    public Path terminationMessage(String podUid, String attempt) {
        return podDirectory(podUid).resolve("containers").resolve(attempt);
    }

    Path podDirectory(String uid) {
        return rootDirectory.resolve("pods").resolve(uid);
    }
}
