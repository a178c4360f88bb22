package io.everynode.core.node;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.placement.PodRequirements;
import java.util.List;

/**
 * What a DaemonSet asks of one Node. The Node refuses older generations and decides again against its own truth, so a
 * stale plan costs a message and never a second Pod.
 *
 * @param generation of the DaemonSet when it planned
 * @param reason why, for the record
 */
public record Converge(
        CommandMeta meta,
        String daemonSetUid,
        String namespace,
        String daemonSet,
        long generation,
        Wish wish,
        String reason) {

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Run.class, name = "run"),
        @JsonSubTypes.Type(value = End.class, name = "end"),
        @JsonSubTypes.Type(value = Retire.class, name = "retire"),
        @JsonSubTypes.Type(value = Release.class, name = "release"),
        @JsonSubTypes.Type(value = Adopt.class, name = "adopt"),
        @JsonSubTypes.Type(value = HandOver.class, name = "hand-over")
    })
    public sealed interface Wish {}

    /**
     * There shall be a Pod of this revision.
     *
     * @param revision controller-revision-hash
     * @param template hash of the admitted template
     * @param templateGeneration for the label pod-template-generation
     * @param requirements of the admitted template; shared by all nodes' messages in one JVM
     * @param graceSeconds the template's terminationGracePeriodSeconds
     * @param surge beside a live Pod of another revision
     * @param finalizers the template's, for its Pods
     */
    public record Run(
            String revision,
            String template,
            long templateGeneration,
            PodRequirements requirements,
            long graceSeconds,
            boolean surge,
            List<String> finalizers)
            implements Wish {

        public Run {
            // A member of an earlier version does not send them.
            finalizers = finalizers == null ? List.of() : finalizers;
        }

        /** Of a template without finalizers. */
        public Run(
                String revision,
                String template,
                long templateGeneration,
                PodRequirements requirements,
                long graceSeconds,
                boolean surge) {
            this(revision, template, templateGeneration, requirements, graceSeconds, surge, List.of());
        }
    }

    /**
     * This Pod shall end, gracefully. Terminal and unbound ones go at once.
     *
     * @param seenReadySince readySince (epoch milliseconds, 0 when not Ready) that the plan was made from, when the Pod
     *     may end only because it is not available: with another value the Node refuses, so that no budget is exceeded
     *     by a Pod that has just become Ready (invariant I6). {@link #WHATEVER_READINESS} otherwise
     * @param besides UID of the Pod that stays: unless it is live on the Node and this DaemonSet's, the Node refuses:
     *     after an undone rollout two late messages could each end the Pod that the other one relies on, and somebody
     *     may have taken its owner away meanwhile (invariant I6). "" when none needs to stay
     */
    public record End(String podUid, long seenReadySince, String besides) implements Wish {

        /** {@link #seenReadySince} of an end that does not depend on the Pod's readiness. */
        public static final long WHATEVER_READINESS = -1;

        public End(String podUid) {
            this(podUid, WHATEVER_READINESS, "");
        }
    }

    /**
     * The DaemonSet goes: its Pods end, and late commands of this UID are refused from now on.
     *
     * @param release its Pods do not end, they only lose their owner
     */
    public record Retire(boolean release) implements Wish {

        /** Its Pods end. */
        public Retire() {
            this(false);
        }
    }

    /** The selector does not match this Pod any more: it shall have no owner. */
    public record Release(String podUid) implements Wish {}

    /**
     * The DaemonSet shall own this Pod, which is in the Node's keeping and has no owner. What is too many then ends at
     * once: of all live ones the first stays, by having room on the node, age and name; when {@code surge}, the first
     * of this revision and the first of others.
     *
     * @param revision the current one
     */
    public record Adopt(String podUid, String revision, boolean surge) implements Wish {}

    /**
     * An ordinary Pod shall come into its Node's keeping, so that it can be adopted there. For the Pod's entity; a Node
     * refuses it.
     */
    public record HandOver(String podUid, String pod) implements Wish {}
}
