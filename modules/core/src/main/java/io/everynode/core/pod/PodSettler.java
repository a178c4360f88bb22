package io.everynode.core.pod;

import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.placement.PodRequirements;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a Pod's owner does for its unsettled claims: it asks and releases nodes, again and again until they answer.
 * Mutable soft state of one start of the owner; without clock: the same calls give the same steps.
 */
public final class PodSettler {

    /** A node that has not answered is asked again after this long; by then it refuses what was asked. */
    public static final Duration NODE_PATIENCE = Duration.ofSeconds(3);

    private static final Caller CALLER = Caller.controller("pod-binder");

    /** One thing to be done for a claim. */
    public sealed interface Step {}

    /** To ask the claim's node; its answer becomes a {@link PodCommand.NodeAnswered}. */
    public record Ask(NodeClaim claim, NodeCommand.Reserve command) implements Step {

        public PodCommand.NodeAnswered answered(String refusal) {
            return new PodCommand.NodeAnswered(command.meta(), claim.podUid(), claim.node(), claim.attempt(), refusal);
        }
    }

    /** To have the claim's node give up what it holds; its answer becomes a {@link PodCommand.NodeReleased}. */
    public record GiveUp(NodeClaim claim, NodeCommand.Release command) implements Step {

        public PodCommand.NodeReleased released() {
            return new PodCommand.NodeReleased(command.meta(), claim.podUid(), claim.node(), claim.attempt());
        }
    }

    /** To have the claim's node take the Pod over, which it does no longer than {@code patience}. */
    public record HandOver(NodeClaim claim, NodeCommand.TakeOver command, Duration patience) implements Step {

        public PodCommand.NodeTookOver taken() {
            return new PodCommand.NodeTookOver(command.meta(), claim.podUid(), claim.node(), claim.attempt());
        }
    }

    /** To look at this claim again after a while. */
    public record Wait(NodeClaim claim, Duration duration) implements Step {}

    private final String persistenceId;
    private final String namespace;
    private final String name;

    /** Until when a node may still reserve for what was asked of it, by Pod UID. */
    private final Map<String, Instant> askedUntil = new HashMap<>();

    private Instant startedAt = Instant.EPOCH;

    /** @param persistenceId the owner's, named as the cause of what it asks */
    public PodSettler(String persistenceId, String namespace, String name) {
        this.persistenceId = persistenceId;
        this.namespace = namespace;
        this.name = name;
    }

    /** The owner has recovered; an earlier start may have asked just before. */
    public void started(Instant now) {
        startedAt = now;
    }

    /** To be called after each persist, on silence after {@link #overdue} and after a {@link Wait}. */
    public List<Step> steps(PodState state, Instant now) {
        List<NodeClaim> unsettled = state.unsettled();
        if (unsettled.isEmpty()) {
            askedUntil.values().removeIf(now::isAfter);
            return List.of();
        }
        List<Step> steps = new ArrayList<>(unsettled.size());
        for (NodeClaim claim : unsettled) {
            steps.add(step(state, claim, now));
        }
        return steps;
    }

    /** To be persisted before {@link #steps}: a node that has not taken the Pod over in time. Else null. */
    public PodCommand.HandOverAgain overdue(PodState state, Instant now) {
        for (NodeClaim claim : state.unsettled()) {
            if (claim.stage() == NodeClaim.Stage.HANDING_OVER && now.toEpochMilli() > claim.takenUntil()) {
                return new PodCommand.HandOverAgain(meta(claim, now), claim.podUid());
            }
        }
        return null;
    }

    private CommandMeta meta(NodeClaim claim, Instant until) {
        return new CommandMeta(
                claim.podUid() + "/" + claim.attempt() + "/" + claim.stage(),
                CALLER,
                persistenceId,
                until.toEpochMilli(),
                0);
    }

    private Step handOver(PodState state, NodeClaim claim, Instant now) {
        Instant until = Instant.ofEpochMilli(claim.takenUntil());
        if (now.isAfter(until)) {
            return new Wait(claim, Duration.ofMillis(1));
        }
        askedUntil.put(claim.podUid(), until);
        return new HandOver(
                claim,
                new NodeCommand.TakeOver(
                        meta(claim, until), claim.podUid(), namespace, name, claim.attempt(), state.object()),
                Duration.between(now, until).plusMillis(1));
    }

    private Step step(PodState state, NodeClaim claim, Instant now) {
        if (claim.stage() == NodeClaim.Stage.HANDING_OVER) {
            return handOver(state, claim, now);
        }
        Instant until = now.plus(NODE_PATIENCE);
        CommandMeta meta = meta(claim, until);
        if (claim.stage() == NodeClaim.Stage.PROPOSED || claim.stage() == NodeClaim.Stage.ASSIGNED) {
            askedUntil.put(claim.podUid(), until);
            return new Ask(
                    claim,
                    new NodeCommand.Reserve(
                            meta,
                            claim.podUid(),
                            namespace,
                            name,
                            claim.attempt(),
                            PodRequirements.ofPod(state.object().tree()),
                            claim.stage() == NodeClaim.Stage.ASSIGNED));
        }
        Instant late = askedUntil.getOrDefault(claim.podUid(), startedAt.plus(NODE_PATIENCE));
        if (!now.isAfter(late)) {
            // A release must not overtake the question: the node would reserve afterwards, for nobody.
            return new Wait(claim, Duration.between(now, late).plusMillis(1));
        }
        return new GiveUp(claim, new NodeCommand.Release(meta, claim.podUid(), claim.attempt()));
    }
}
