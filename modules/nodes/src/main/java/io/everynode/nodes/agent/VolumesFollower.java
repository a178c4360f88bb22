package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.agent.plan.ObjectRef;
import io.everynode.nodes.agent.plan.PodSeen.VolumesState;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.agent.plan.PodView.Fate;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Tells whether one Pod's volumes still show what they should (docs/adr/0054). Confined to the loop's thread. */
final class VolumesFollower {

    private final ObjectWatches objects;
    /** What was written, by what the API said then; null before that. */
    private Map<ObjectRef, String> written;

    /** What watches had told before that was read. */
    private Map<ObjectRef, String> toldBefore = Map.of();

    private Instant renewAt;
    private boolean fieldsChanged;

    VolumesFollower(ObjectWatches objects) {
        this.objects = objects;
    }

    /** @return whether there is something new to show */
    boolean seen(PodView before, PodView now) {
        if (now.fate() != Fate.RUN) {
            forget(now);
        } else if (written != null && showsFields(now) && !fields(before).equals(fields(now))) {
            fieldsChanged = true;
        }
        return fieldsChanged;
    }

    private static boolean showsFields(PodView pod) {
        for (JsonNode volume : Json.at(pod.tree(), "spec", "volumes")) {
            boolean projected = false;
            for (JsonNode source : Json.at(volume, "projected", "sources")) {
                projected |= source.has("downwardAPI");
            }
            if (projected || volume.has("downwardAPI")) {
                return true;
            }
        }
        return false;
    }

    /** What of a Pod may change while it runs, and a volume may show. */
    private static Map<String, JsonNode> fields(PodView pod) {
        JsonNode metadata = pod.tree().path("metadata");
        return Map.of("labels", metadata.path("labels"), "annotations", metadata.path("annotations"));
    }

    /** What watches have told so far, of what the volumes show. */
    Map<ObjectRef, String> told(PodView pod) {
        Map<ObjectRef, String> told = new HashMap<>();
        for (ObjectRef ref : written == null ? Set.<ObjectRef>of() : written.keySet()) {
            objects.version(pod.namespace(), ref).ifPresent(version -> told.put(ref, version));
        }
        return told;
    }

    /**
     * @param with as it was when the volumes were written
     * @param told before anything was read for them
     * @param now as it is
     */
    void prepared(PodView with, Map<ObjectRef, String> told, PodView now, PodOperations.Prepared prepared) {
        if (now.fate() != Fate.RUN) {
            return;
        }
        written = new HashMap<>(prepared.versions());
        toldBefore = Map.copyOf(told);
        renewAt = prepared.renewAt();
        fieldsChanged = showsFields(now) && !fields(with).equals(fields(now));
        objects.follow(now.uid(), now.namespace(), written.keySet());
    }

    VolumesState state(PodView pod) {
        if (written == null) {
            return VolumesState.NONE;
        }
        boolean stale = fieldsChanged;
        for (Map.Entry<ObjectRef, String> each : written.entrySet()) {
            stale |= objects.version(pod.namespace(), each.getKey())
                    .filter(told -> isNewer(told, each.getValue(), toldBefore.get(each.getKey())))
                    .isPresent();
        }
        return new VolumesState(true, stale, renewAt);
    }

    /**
     * What was read may be newer than what a watch has told so far; then the watch will tell it, too. Where an object
     * has come or gone, versions say nothing, but what was told before the reading was no news to it.
     */
    static boolean isNewer(String told, String read, String toldBefore) {
        boolean numbers = told.matches("\\d{1,18}") && read.matches("\\d{1,18}");
        return numbers ? Long.parseLong(told) > Long.parseLong(read) : !told.equals(read) && !told.equals(toldBefore);
    }

    void forget(PodView pod) {
        objects.forget(pod.uid());
    }
}
