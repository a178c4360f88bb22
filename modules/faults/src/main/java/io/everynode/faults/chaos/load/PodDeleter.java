package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.faults.chaos.record.Key;
import io.everynode.objects.Json;
import java.util.List;

/** Deletes Pods of DaemonSets, some without grace. */
final class PodDeleter extends Worker {

    PodDeleter(List<Api> apis, Gate gate, long seed) {
        super("pod-deleter", apis, gate, seed, 1500);
    }

    @Override
    void work() throws InterruptedException {
        Answer answer = retrying(api -> api.list(name, "pods", NAMESPACE));
        JsonNode items = answer.body().path("items");
        if (answer.isDone() && !items.isEmpty()) {
            String chosen = Json.text(items.get(random.nextInt(items.size())), "metadata", "name");
            Key key = key("pods", chosen);
            int grace = random.nextInt(4) == 0 ? 0 : -1;
            retrying(api -> api.delete(name, key, grace));
        }
    }
}
