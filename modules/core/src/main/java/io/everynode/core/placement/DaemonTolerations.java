package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.List;

/**
 * The tolerations that every daemon Pod has, so that agents also run on nodes that are broken, cordoned or not yet set
 * up (pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations). Pure.
 */
public final class DaemonTolerations {

    private record Added(String key, String effect) {

        /** Upstream's MatchToleration: only the time limit of such a toleration is up to us. */
        boolean replaces(JsonNode toleration) {
            return Trees.text(toleration, "key").equals(key)
                    && Trees.text(toleration, "effect").equals(effect)
                    && Trees.text(toleration, "operator").equals(Toleration.EXISTS)
                    && Trees.text(toleration, "value").isEmpty();
        }

        ObjectNode tree() {
            return Json.object()
                    .put("key", key)
                    .put("operator", Toleration.EXISTS)
                    .put("effect", effect);
        }
    }

    private static final List<Added> ALWAYS = List.of(
            new Added(Taint.NOT_READY, Taint.NO_EXECUTE),
            new Added(Taint.UNREACHABLE, Taint.NO_EXECUTE),
            new Added(Taint.DISK_PRESSURE, Taint.NO_SCHEDULE),
            new Added(Taint.MEMORY_PRESSURE, Taint.NO_SCHEDULE),
            new Added(Taint.PID_PRESSURE, Taint.NO_SCHEDULE),
            new Added(Taint.UNSCHEDULABLE, Taint.NO_SCHEDULE));

    /** A Pod on the host's network can set up the network of its node, as CNI agents do. */
    private static final Added WITH_HOST_NETWORK = new Added(Taint.NETWORK_UNAVAILABLE, Taint.NO_SCHEDULE);

    private DaemonTolerations() {}

    /**
     * A copy of the Pod template with the tolerations added behind the user's. A toleration of the user with the same
     * key, effect, operator and value is replaced where it stands, which takes its tolerationSeconds away; adding twice
     * changes nothing more.
     */
    public static ObjectNode addTo(ObjectNode podTemplate) {
        ObjectNode copy = podTemplate.deepCopy();
        ObjectNode spec = Json.child(copy, "spec");
        ArrayNode tolerations =
                spec.get("tolerations") instanceof ArrayNode existing ? existing : spec.putArray("tolerations");
        for (Added added : ALWAYS) {
            addOrReplace(tolerations, added);
        }
        if (spec.path("hostNetwork").asBoolean(false)) {
            addOrReplace(tolerations, WITH_HOST_NETWORK);
        }
        return copy;
    }

    private static void addOrReplace(ArrayNode tolerations, Added added) {
        boolean replaced = false;
        for (int i = 0; i < tolerations.size(); i++) {
            if (added.replaces(tolerations.get(i))) {
                tolerations.set(i, added.tree());
                replaced = true;
            }
        }
        if (!replaced) {
            tolerations.add(added.tree());
        }
    }
}
