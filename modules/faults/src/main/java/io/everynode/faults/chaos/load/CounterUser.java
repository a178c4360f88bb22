package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.chaos.record.Key;
import io.everynode.objects.Json;
import java.util.List;

/** Counts up in ConfigMaps that others count up, too, by compare-and-set; and deletes one now and then. */
final class CounterUser extends Worker {

    static final int COUNTERS = 8;

    CounterUser(String endpoint, List<Api> apis, Gate gate, long seed) {
        super("counter-user-" + endpoint, apis, gate, seed, 150);
    }

    @Override
    void work() throws InterruptedException {
        Key key = key("configmaps", "counter-" + random.nextInt(COUNTERS));
        Answer read = any().get(name, key);
        if (read.status() == 404) {
            ObjectNode object = Json.object();
            object.put("apiVersion", "v1").put("kind", "ConfigMap");
            object.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
            object.putObject("data").put("counter", "1");
            any().create(name, key, object, "1");
        } else if (read.isDone() && random.nextInt(60) == 0) {
            any().delete(name, key, -1);
        } else if (read.isDone()) {
            ObjectNode changed = read.body().deepCopy();
            ObjectNode data = changed.withObject("/data");
            String next = String.valueOf(Long.parseLong(Json.text(data, "counter")) + 1);
            data.put("counter", next);
            any().replace(name, key, changed, next);
        }
    }
}
