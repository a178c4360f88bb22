package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.Map;

/** What ordinary Pods want of the Pods around them, where the theme has that. */
final class Neighbours {

    private static final String WEB = "{'labelSelector':{'matchLabels':{'app':'web'}},'topologyKey':'zone'}";
    private static final String AGENT = "{'labelSelector':{'matchLabels':{'app':'agent'}},'topologyKey':'zone'}";
    private static final String REQUIRED = "'requiredDuringSchedulingIgnoredDuringExecution'";

    /** Parts of a Pod's spec. */
    private static final List<String> WISHES = List.of(
            "{}",
            "{}",
            "{'affinity':{'podAntiAffinity':{" + REQUIRED + ":[" + WEB + "]}}}",
            "{'affinity':{'podAffinity':{" + REQUIRED + ":[" + AGENT + "]}}}",
            "{'affinity':{'podAntiAffinity':{" + REQUIRED + ":[" + AGENT + "]}}}",
            "{'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule',"
                    + "'labelSelector':{'matchLabels':{'app':'web'}}}]}");

    private final boolean matter;
    private final Chance chance;

    Neighbours(Theme theme, Chance chance) {
        this.matter = theme == Theme.NEIGHBOURS;
        this.chance = chance;
    }

    void ofPod(ObjectNode pod) {
        if (matter) {
            Json.child(Json.child(pod, "metadata"), "labels").put("app", "web");
            for (Map.Entry<String, JsonNode> part :
                    Clients.json(chance.of(WISHES)).properties()) {
                Json.child(pod, "spec").set(part.getKey(), part.getValue());
            }
        }
    }

    /** Whether what nodes alone decide does not say where Pods can go. */
    static boolean matter(CatalogVersion catalog) {
        for (StoredObject object : catalog.list(Kinds.POD, "")) {
            JsonNode spec =
                    object instanceof StoredDaemonPod ? null : object.tree().path("spec");
            if (spec != null && (spec.has("affinity") || spec.has("topologySpreadConstraints"))) {
                return true;
            }
        }
        return false;
    }
}
