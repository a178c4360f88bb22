package io.everynode.loadtest.run;

import io.everynode.loadtest.plan.DaemonSetManifest;
import io.everynode.loadtest.plan.Phase;
import io.everynode.nodes.http.ClusterAccess;
import java.time.Duration;
import java.util.List;

/**
 * What a run is to do.
 *
 * @param inServer the server plays the nodes, not this process
 * @param sizes numbers of nodes, growing
 * @param phases in their order
 * @param joining nodes that join one after another in that phase
 * @param prefix of the names of nodes that this run makes
 * @param connections requests under way at a time
 * @param leaseInterval of nodes that this process plays
 * @param rest how long the nodes are watched at rest
 * @param timeout for each phase
 * @param keepNodes what was made stays in the API
 */
record LoadOptions(
        ClusterAccess access,
        boolean inServer,
        List<Integer> sizes,
        List<Phase> phases,
        DaemonSetManifest manifest,
        int joining,
        String prefix,
        int connections,
        Duration leaseInterval,
        Duration rest,
        Duration timeout,
        boolean keepNodes) {

    /** @throws IllegalArgumentException with a message for people */
    LoadOptions {
        sizes = List.copyOf(sizes);
        phases = List.copyOf(phases);
        int before = 0;
        for (int size : sizes) {
            if (size <= before) {
                throw new IllegalArgumentException("numbers of nodes must be above 0 and grow: " + sizes);
            }
            before = size;
        }
        if (joining < 1 || connections < 1) {
            throw new IllegalArgumentException("the numbers of joining nodes and of connections must be at least 1");
        }
    }
    /** The same with so many nodes of other names, which are removed, and without what takes time and no work. */
    LoadOptions warmUp(int nodes, String names) {
        return new LoadOptions(
                access,
                inServer,
                List.of(nodes),
                phases.stream()
                        .filter(phase -> phase != Phase.REST && phase != Phase.JOIN_ONE)
                        .toList(),
                manifest,
                1,
                names,
                connections,
                leaseInterval,
                rest,
                timeout,
                false);
    }
}
