package io.everynode.controlplane.entity;

import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.scheduling.SchedulerStep;
import java.time.Duration;
import java.time.Instant;

/** The scheduler's steps as commands, for its actor and the simulator. */
public final class SchedulerCommands {

    public static final Duration COMMAND_LIFE = Duration.ofSeconds(10);

    /** A step of which nothing is visible by then is looked at again; only while there are any. */
    public static final Duration PATIENCE = Duration.ofSeconds(1);

    public static final Caller CALLER = Caller.controller("scheduler");

    private SchedulerCommands() {}

    private static CommandMeta meta(String uid, long version, Instant now) {
        return new CommandMeta(
                uid + "/" + version,
                CALLER,
                "journal " + version,
                now.plus(COMMAND_LIFE).toEpochMilli(),
                version);
    }

    /** @param version that the scheduler has seen */
    public static PodCommand.Propose propose(SchedulerStep.Propose step, long version, Instant now) {
        return new PodCommand.Propose(meta(step.podUid(), version, now), step.podUid(), step.node());
    }

    public static PodCommand.MarkUnschedulable mark(SchedulerStep.Unschedulable step, long version, Instant now) {
        return new PodCommand.MarkUnschedulable(
                meta(step.podUid(), version, now), step.podUid(), step.message(), step.nominatedNode());
    }

    public static NodeCommand.Nominate nominate(SchedulerStep.Nominate step, long version, Instant now) {
        return new NodeCommand.Nominate(
                meta(step.podUid(), version, now),
                step.podUid(),
                step.requests(),
                step.ports(),
                step.priority(),
                step.wanted());
    }

    /** The graceful end of a victim, with the condition that says why. */
    public static ObjectWrite preempt(SchedulerStep.Preempt step) {
        return new ObjectWrite.Evict(
                new Precondition(step.podUid(), 0),
                null,
                ObjectWrite.Propagation.BACKGROUND,
                new Disruption(
                        Disruption.PREEMPTION,
                        "default-scheduler: preempting to accommodate a higher priority pod",
                        false));
    }

    /** The cause of a victim's end, which its Event names. */
    public static String cause(SchedulerStep.Preempt step) {
        return "pod " + step.forUid();
    }
}
