package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the results of one probe of one container have come to (kubernetes/pkg/kubelet/prober/worker.go). Immutable.
 *
 * @param passes what the probe says now
 * @param run how many results of one kind came last
 * @param last that kind
 * @param failed whether it has failed as often in a row as it may
 */
public record ProbeCount(boolean passes, int run, boolean last, boolean failed) {

    /** Before the first result: alive, and neither started nor ready. */
    public static ProbeCount first(String probe) {
        return new ProbeCount(probe.equals("livenessProbe"), 0, false, false);
    }

    public ProbeCount after(boolean success, JsonNode probe) {
        int inRow = success == last ? run + 1 : 1;
        int needed = success
                ? probe.path("successThreshold").asInt(1)
                : probe.path("failureThreshold").asInt(3);
        if (inRow < needed) {
            return new ProbeCount(passes, inRow, success, failed);
        }
        return new ProbeCount(success, inRow, success, !success);
    }
}
