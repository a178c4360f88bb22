package io.everynode.loadtest.seen;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;

/** What a watch has told of one DaemonSet. Not thread-safe. */
public final class DaemonSetBoard {

    private final String name;
    private JsonNode newest = Json.object();
    private boolean there;

    public DaemonSetBoard(String name) {
        this.name = name;
    }

    /** Takes a watch event; others' do not count. */
    public void event(JsonNode event) {
        JsonNode object = event.path("object");
        if (Json.text(object, "metadata", "name").equals(name)) {
            there = !Json.text(event, "type").equals("DELETED");
            newest = object;
        }
    }

    /** Whether its status says of the newest generation that the goal is reached. */
    public boolean meets(Goal goal) {
        if (goal.gone() || !there) {
            return goal.gone() && !there;
        }
        JsonNode status = newest.path("status");
        int nodes = goal.readyNodes();
        return Json.text(newest, "spec", "template", "metadata", "annotations", ObjectEvent.MARK)
                        .equals(goal.mark())
                && status.path("observedGeneration").asLong()
                        >= newest.path("metadata").path("generation").asLong()
                && status.path("desiredNumberScheduled").asInt() == nodes
                && status.path("currentNumberScheduled").asInt() == nodes
                && status.path("updatedNumberScheduled").asInt() == nodes
                && status.path("numberReady").asInt() == nodes
                && status.path("numberAvailable").asInt() == nodes
                && status.path("numberMisscheduled").asInt() == 0;
    }

    /** Its UID, "" before it was seen. */
    public String uid() {
        return Json.text(newest, "metadata", "uid");
    }

    /** Its newest status in a few words, for who waits. */
    public String status() {
        JsonNode status = newest.path("status");
        return there
                ? "status " + status.path("numberReady").asInt() + "/"
                        + status.path("desiredNumberScheduled").asInt() + " ready, "
                        + status.path("updatedNumberScheduled").asInt() + " updated"
                : "no DaemonSet";
    }
}
