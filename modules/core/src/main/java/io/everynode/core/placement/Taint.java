package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A node's mark that keeps Pods away unless they tolerate it (core/v1 Taint). Immutable.
 *
 * @param key a label key
 * @param value "" when none
 * @param effect NoSchedule, PreferNoSchedule or NoExecute
 * @param addedAt {@code timeAdded} of an evicting taint in epoch milliseconds; 0 when it is not known
 */
public record Taint(String key, String value, String effect, long addedAt) {

    public static final String NO_SCHEDULE = "NoSchedule";
    public static final String PREFER_NO_SCHEDULE = "PreferNoSchedule";
    public static final String NO_EXECUTE = "NoExecute";

    public static final String NOT_READY = "node.kubernetes.io/not-ready";
    public static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    public static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
    public static final String MEMORY_PRESSURE = "node.kubernetes.io/memory-pressure";
    public static final String DISK_PRESSURE = "node.kubernetes.io/disk-pressure";
    public static final String PID_PRESSURE = "node.kubernetes.io/pid-pressure";
    public static final String NETWORK_UNAVAILABLE = "node.kubernetes.io/network-unavailable";

    public Taint {
        key = Trees.orEmpty(key);
        value = Trees.orEmpty(value);
        effect = Trees.orEmpty(effect);
    }

    /** One of which it does not matter since when it is there. */
    public Taint(String key, String value, String effect) {
        this(key, value, effect, 0);
    }

    public static Taint of(JsonNode taint) {
        String effect = Trees.text(taint, "effect");
        long addedAt = effect.equals(NO_EXECUTE) ? Trees.epochMillis(taint, "timeAdded") : 0;
        return new Taint(Trees.text(taint, "key"), Trees.text(taint, "value"), effect, addedAt);
    }

    /** Whether it ends Pods that do not tolerate it. */
    public boolean evicts() {
        return effect.equals(NO_EXECUTE);
    }

    /** The taints of a node's {@code spec.taints}, in their order. */
    static List<Taint> listOf(JsonNode taints) {
        List<Taint> list = new ArrayList<>(taints.size());
        for (JsonNode taint : taints) {
            list.add(of(taint));
        }
        return list;
    }

    /** Whether both are the same mark for the API server: a node has at most one taint per key and effect. */
    public boolean sameKeyAndEffect(Taint other) {
        return key.equals(other.key) && effect.equals(other.effect);
    }

    /** Whether it keeps new Pods away for certain; PreferNoSchedule only lowers a node's score. */
    public boolean forbidsScheduling() {
        return effect.equals(NO_SCHEDULE) || effect.equals(NO_EXECUTE);
    }

    /** As kubectl writes it: {@code key=value:effect}, with "=value" and ":effect" only where given. */
    @Override
    public String toString() {
        String text = value.isEmpty() ? key : key + "=" + value;
        return effect.isEmpty() ? text : text + ":" + effect;
    }
}
