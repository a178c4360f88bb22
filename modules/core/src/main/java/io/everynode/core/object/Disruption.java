package io.everynode.core.object;

/**
 * Why the control plane ends a Pod that did nothing wrong: the condition {@link #CONDITION} that is noted on it
 * (KEP-3329).
 *
 * @param reason such as {@link #EVICTION_API}; "" for no condition
 * @param message for people
 * @param failed whether the Pod also gets the phase Failed, unless it has ended already: nobody is left to report it
 */
public record Disruption(String reason, String message, boolean failed) {

    /** The condition's type. */
    public static final String CONDITION = "DisruptionTarget";

    /** Reasons of core/v1 PodConditionType DisruptionTarget. */
    public static final String EVICTION_API = "EvictionByEvictionAPI";

    public static final String POD_GC = "DeletionByPodGC";
    public static final String TAINT_MANAGER = "DeletionByTaintManager";
    public static final String PREEMPTION = "PreemptionByScheduler";
}
