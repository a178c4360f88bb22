package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.Comparator;

/**
 * An ordinary Pod that has succeeded or failed, in the order in which too many of them are removed: evicted ones first,
 * then by age and name (pkg/controller/podgc byEvictionAndCreationTimestamp).
 *
 * @param created RFC 3339 in UTC, to the second, so that texts sort like times
 */
public record EndedPod(boolean evicted, String created, String namespace, String name, String uid)
        implements Comparable<EndedPod> {

    private static final Comparator<EndedPod> ORDER = Comparator.comparing((EndedPod pod) -> !pod.evicted)
            .thenComparing(EndedPod::created)
            .thenComparing(EndedPod::name)
            .thenComparing(EndedPod::namespace)
            .thenComparing(EndedPod::uid);

    /** Null for a Pod that has not ended. */
    static EndedPod of(JsonNode pod) {
        String phase = Json.text(pod, "status", "phase");
        if (!phase.equals("Failed") && !phase.equals("Succeeded")) {
            return null;
        }
        JsonNode metadata = pod.path("metadata");
        return new EndedPod(
                phase.equals("Failed") && Json.text(pod, "status", "reason").equals("Evicted"),
                Json.text(metadata, "creationTimestamp"),
                Json.text(metadata, "namespace"),
                Json.text(metadata, "name"),
                Json.text(metadata, "uid"));
    }

    @Override
    public int compareTo(EndedPod other) {
        return ORDER.compare(this, other);
    }
}
