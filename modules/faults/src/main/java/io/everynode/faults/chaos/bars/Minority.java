package io.everynode.faults.chaos.bars;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.cluster.ClusterApi;
import io.everynode.objects.Json;
import java.io.IOException;

/** How a member answers that is cut off from the majority. */
final class Minority {

    private static final String MAPS = "/api/v1/namespaces/bars/configmaps";

    private Minority() {}

    /** Whether it answers a read that must be current, and a write, both with 503 and Retry-After. */
    static boolean refuses(ClusterApi api) {
        ObjectNode map = Json.object();
        map.put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").put("generateName", "minority-");
        try {
            return api.get(MAPS).isPutOff() && api.post(MAPS, map).isPutOff();
        } catch (IOException away) {
            // Its JVM has ended and is being started again.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
