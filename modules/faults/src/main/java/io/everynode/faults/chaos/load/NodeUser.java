package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.chaos.record.Key;
import io.everynode.objects.Json;
import java.util.List;

/** Taints Nodes and takes the taints away, cordons them and takes that back, deletes them. */
final class NodeUser extends Worker {

    static final String TAINT = "chaos";

    private final boolean deletes;

    /** @param deletes whether whoever plays the Nodes lets a deleted one join again */
    NodeUser(List<Api> apis, Gate gate, long seed, boolean deletes) {
        super("node-user", apis, gate, seed, 1500);
        this.deletes = deletes;
    }

    @Override
    void work() throws InterruptedException {
        Answer answer = retrying(api -> api.list(name, "nodes", ""));
        JsonNode items = answer.body().path("items");
        if (!answer.isDone() || items.isEmpty()) {
            return;
        }
        JsonNode node = items.get(random.nextInt(items.size()));
        Key key = key("nodes", Json.text(node, "metadata", "name"));
        int chance = random.nextInt(10);
        if (chance == 0 && deletes) {
            retrying(api -> api.delete(name, key, -1));
        } else if (chance < 4) {
            JsonNode tainted = tainted(node, random.nextInt(3) == 0 ? "NoExecute" : "NoSchedule");
            retrying(api -> api.replace(name, key, tainted, ""));
        } else if (chance < 6) {
            ObjectNode patch = Json.object();
            patch.putObject("spec").put("unschedulable", true);
            retrying(api -> api.patch(name, key, patch));
        } else {
            clean(node);
        }
    }

    /** Takes away from every Node what this worker did to it. False if that could not be done. */
    boolean cleanAll() throws InterruptedException {
        Answer answer = retrying(api -> api.list(name, "nodes", ""));
        boolean all = answer.isDone();
        for (JsonNode node : answer.body().path("items")) {
            all &= clean(node);
        }
        return all;
    }

    private boolean clean(JsonNode node) throws InterruptedException {
        JsonNode cleaned = tainted(node, "");
        if (cleaned.path("spec").equals(node.path("spec"))) {
            return true;
        }
        return retrying(api -> api.replace(name, key("nodes", Json.text(node, "metadata", "name")), cleaned, ""))
                .isDone();
    }

    /** With our taint of that effect; without it and not cordoned for "". */
    private static JsonNode tainted(JsonNode node, String effect) {
        ObjectNode changed = node.deepCopy();
        changed.put("apiVersion", "v1").put("kind", "Node");
        ObjectNode spec = changed.withObject("/spec");
        ArrayNode taints = Json.mapper().createArrayNode();
        for (JsonNode taint : spec.path("taints")) {
            boolean ours = Json.text(taint, "key").equals(TAINT);
            boolean ofCordon = Json.text(taint, "key").equals("node.kubernetes.io/unschedulable");
            if (!ours && !(ofCordon && effect.isEmpty())) {
                taints.add(taint);
            }
        }
        if (effect.isEmpty()) {
            spec.remove("unschedulable");
        } else {
            taints.addObject().put("key", TAINT).put("effect", effect);
        }
        if (taints.isEmpty()) {
            spec.remove("taints");
        } else {
            spec.set("taints", taints);
        }
        return changed;
    }
}
