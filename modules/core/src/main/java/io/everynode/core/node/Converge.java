package io.everynode.core.node;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.placement.PodRequirements;

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
        @JsonSubTypes.Type(value = Retire.class, name = "retire")
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
     */
    public record Run(
            String revision,
            String template,
            long templateGeneration,
            PodRequirements requirements,
            long graceSeconds,
            boolean surge)
            implements Wish {}

    /** This Pod shall end, gracefully. Terminal and unbound ones go at once. */
    public record End(String podUid) implements Wish {}

    /** The DaemonSet is gone: all its Pods end, and late commands of this UID are refused from now on. */
    public record Retire() implements Wish {}
}
