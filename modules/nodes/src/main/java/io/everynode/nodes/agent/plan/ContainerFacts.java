package io.everynode.nodes.agent.plan;

import java.time.Instant;

/**
 * A container of one of this node's Pods as the Engine tells it; everything that outlives the agent stands in its
 * labels. Immutable.
 *
 * @param name in the Pod's spec; {@link #SANDBOX} for the one whose network the others share
 * @param attempt counts the containers of one name in one Pod, from 0
 * @param sandboxId of the sandbox that it was made for
 * @param backOffSeconds how long after its end the next attempt waits, unless it ran for long; 0 for not at all
 * @param specHash {@link ContainerSpec#hash} of the spec that it was made from
 * @param graceSeconds of its Pod when it was made
 * @param startedAt null before the start
 * @param finishedAt null before the end
 * @param error why it could not be started; "" when it could
 * @param ip of a sandbox; "" when it has none of its own
 * @param message what it left as its termination message
 * @param stopSignal asks it to end, such as SIGTERM
 */
public record ContainerFacts(
        String id,
        String podNamespace,
        String podName,
        String podUid,
        String name,
        int attempt,
        String sandboxId,
        long backOffSeconds,
        String specHash,
        long graceSeconds,
        State state,
        Instant createdAt,
        Instant startedAt,
        Instant finishedAt,
        int exitCode,
        boolean oomKilled,
        String error,
        String image,
        String imageId,
        String ip,
        String message,
        String stopSignal) {

    public static final String SANDBOX = "POD";

    public enum State {
        /** Made, and never started. */
        CREATED,
        RUNNING,
        /** Ended, or could not be started. */
        EXITED
    }

    public boolean isSandbox() {
        return name.equals(SANDBOX);
    }

    public boolean running() {
        return state == State.RUNNING;
    }

    public boolean ended() {
        return state == State.EXITED;
    }

    /** When it ended, or was made if it never ran. */
    public Instant endedAt() {
        return finishedAt == null ? createdAt : finishedAt;
    }
}
