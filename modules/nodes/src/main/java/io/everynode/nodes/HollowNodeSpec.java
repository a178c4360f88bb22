package io.everynode.nodes;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * One hollow node as a topology describes it. Immutable.
 *
 * @param name of the Node object
 * @param labels besides those that every kubelet sets (hostname, os, arch)
 * @param taints it registers with
 * @param capacity quantities by resource name; allocatable is the same
 * @param networkUnavailable it joins with the condition NetworkUnavailable=True and waits for a network plugin
 */
public record HollowNodeSpec(
        String name,
        Map<String, String> labels,
        List<Taint> taints,
        Map<String, String> capacity,
        boolean networkUnavailable,
        HollowBehaviour behaviour) {

    /** What a node has when its topology names no amounts. */
    public static final Map<String, String> DEFAULT_CAPACITY =
            Map.of("cpu", "4", "memory", "16Gi", "ephemeral-storage", "100Gi", "pods", "110");

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Taint(String key, String value, String effect) {}

    public HollowNodeSpec {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
        capacity = Map.copyOf(capacity);
    }

    /** A node with nothing special. */
    public static HollowNodeSpec plain(String name) {
        return new HollowNodeSpec(name, Map.of(), List.of(), DEFAULT_CAPACITY, false, HollowBehaviour.DEFAULT);
    }
}
