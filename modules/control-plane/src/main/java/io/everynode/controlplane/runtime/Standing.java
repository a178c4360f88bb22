package io.everynode.controlplane.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;

/**
 * Whether this JVM may expect the entities of the cluster to answer, from the facts of membership alone. Where it may
 * not, writes and reads that must be current are refused at once: they would wait for members that this JVM does not
 * reach, and the others may soon have its own entities.
 */
final class Standing {

    /** Members in these states own entities, or did until a moment ago. */
    private static final Set<MemberStatus> COUNTED = Set.of(MemberStatus.up(), MemberStatus.leaving());

    /** In these states this JVM's own part has come to its end. */
    private static final Set<MemberStatus> GOING =
            Set.of(MemberStatus.leaving(), MemberStatus.exiting(), MemberStatus.down(), MemberStatus.removed());

    /** One member as this JVM sees it. */
    record Seen(MemberStatus status, boolean reachable) {}

    private Standing() {}

    static Optional<String> refusal(MemberStatus self, ClusterEvent.CurrentClusterState state) {
        Set<Member> unreachable = state.getUnreachable();
        if (unreachable.isEmpty() && !GOING.contains(self)) {
            return Optional.empty();
        }
        List<Seen> seen = new ArrayList<>();
        state.getMembers().forEach(member -> seen.add(new Seen(member.status(), !unreachable.contains(member))));
        return refusal(self, seen);
    }

    /**
     * Why writes are refused; empty when they are not. With exactly one half in reach nobody can tell yet who goes on,
     * and both halves answer for what they can.
     *
     * @param seen all members, this one as well
     */
    static Optional<String> refusal(MemberStatus self, List<Seen> seen) {
        if (GOING.contains(self)) {
            return Optional.of("this member is " + self.toString().toLowerCase(Locale.ROOT));
        }
        long counted =
                seen.stream().filter(one -> COUNTED.contains(one.status())).count();
        long reached = seen.stream()
                .filter(one -> COUNTED.contains(one.status()) && one.reachable())
                .count();
        return reached * 2 < counted
                ? Optional.of("this member reaches only " + reached + " of " + counted + " members")
                : Optional.empty();
    }
}
