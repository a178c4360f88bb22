package io.everynode.loadtest.report;

import java.util.List;

/**
 * What was measured with so many nodes.
 *
 * @param nodes as they were asked for; those that joined one after another come on top
 */
public record SizeResult(int nodes, List<PhaseResult> phases) {

    public SizeResult {
        phases = List.copyOf(phases);
    }
}
