package io.everynode.core.daemonset;

import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.Converge;
import java.time.Instant;

/** The messages to Nodes that actions become. */
final class ConvergeMessages {

    private static final Caller CALLER = Caller.controller("daemonset-controller");

    private ConvergeMessages() {}

    /**
     * @param spec of the current DaemonSet; null when there is none, so that all there is to do is to retire others
     * @param template that its Pods are made of; null likewise
     */
    static DaemonSetPlanner.Send message(
            DaemonSetState state,
            DaemonSetSpec spec,
            AdmittedTemplate template,
            ConvergeWindow.Due due,
            long catalogVersion,
            Instant now) {
        String target = due.target().uid();
        Incarnation current = state.current();
        boolean isCurrent = current != null && current.uid().equals(target);
        Converge.Wish wish = due.action() instanceof NodeAction.Retire retire
                ? new Converge.Retire(retire.release())
                : wish(due.action(), spec, template);
        long generation =
                isCurrent ? current.generation() : state.retiring().get(target).generation();
        CommandMeta meta = new CommandMeta(
                due.id(), CALLER, "journal " + catalogVersion, deadline(due.action(), spec, now), catalogVersion);
        return new DaemonSetPlanner.Send(
                due.target().node(),
                new Converge(meta, target, state.namespace(), state.name(), generation, wish, due.reason()));
    }

    /**
     * A Pod that may end because it is not available yet may not any more once it is: minReadySeconds pass without a
     * word from its node.
     */
    private static long deadline(NodeAction action, DaemonSetSpec spec, Instant now) {
        long late = now.plus(DaemonSetPlanner.MESSAGE_LIFE).toEpochMilli();
        return action instanceof NodeAction.End end && end.seenReadySince() > 0
                ? Math.min(late, end.seenReadySince() + spec.minReadyMillis() - 1)
                : late;
    }

    private static Converge.Wish wish(NodeAction action, DaemonSetSpec spec, AdmittedTemplate template) {
        if (action instanceof NodeAction.End end) {
            return new Converge.End(end.podUid(), end.seenReadySince(), end.besides());
        }
        if (action instanceof NodeAction.Claim claim) {
            PodClaim pod = claim.claim();
            return switch (pod.kind()) {
                case RELEASE -> new Converge.Release(pod.podUid());
                case ADOPT -> new Converge.Adopt(pod.podUid(), claim.revision(), claim.surge());
                case HAND_OVER -> new Converge.HandOver(pod.podUid(), pod.pod());
            };
        }
        NodeAction.Run run = (NodeAction.Run) action;
        return new Converge.Run(
                run.revision(),
                template.hash(),
                spec.templateGeneration(),
                template.requirements(),
                template.graceSeconds(),
                run.surge(),
                template.finalizers());
    }
}
