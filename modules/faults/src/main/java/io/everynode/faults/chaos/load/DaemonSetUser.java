package io.everynode.faults.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.chaos.record.Key;
import io.everynode.objects.Json;
import java.util.List;

/**
 * Creates, changes, rolls back and deletes DaemonSets. Two roll out within a maxUnavailable of 1 and 2, one with a
 * surge, and one comes and goes.
 */
final class DaemonSetUser extends Worker {

    private static final List<String> NAMES = List.of("one", "two", "surge", "passing");
    private static final int IMAGES = 5;

    DaemonSetUser(List<Api> apis, Gate gate, long seed) {
        super("daemonset-user", apis, gate, seed, 1500);
    }

    @Override
    void work() throws InterruptedException {
        String chosen = NAMES.get(random.nextInt(NAMES.size()));
        Key key = key("daemonsets", chosen);
        Answer answer = retrying(api -> api.get(name, key));
        if (answer.status() == 404) {
            JsonNode object = manifest(chosen);
            retrying(api -> api.create(name, key, object, ""));
        } else if (answer.isDone()) {
            change(key, answer.body());
        }
    }

    private void change(Key key, JsonNode object) throws InterruptedException {
        int chance = random.nextInt(10);
        if (chance < 2 && key.name().equals("passing") || chance == 0) {
            retrying(api -> api.delete(name, key, -1));
        } else if (chance < 6) {
            // As few images come again and again, this also is a rollback to an older revision.
            ObjectNode changed = object.deepCopy();
            ObjectNode container = (ObjectNode)
                    Json.at(changed, "spec", "template", "spec", "containers").path(0);
            container.put("image", image());
            retrying(api -> api.replace(name, key, changed, ""));
        } else if (chance < 8) {
            ObjectNode patch = Json.object();
            patch.putObject("spec")
                    .putObject("template")
                    .putObject("metadata")
                    .putObject("annotations")
                    .put("chaos/restarted", String.valueOf(random.nextInt(IMAGES)));
            retrying(api -> api.patch(name, key, patch));
        } else {
            ObjectNode patch = Json.object();
            patch.putObject("metadata").putObject("labels").put("chaos", String.valueOf(random.nextInt(IMAGES)));
            retrying(api -> api.patch(name, key, patch));
        }
    }

    private String image() {
        return "registry.example/agent:" + random.nextInt(IMAGES);
    }

    private ObjectNode manifest(String called) {
        ObjectNode object = Json.object();
        object.put("apiVersion", "apps/v1").put("kind", "DaemonSet");
        object.putObject("metadata").put("name", called).put("namespace", NAMESPACE);
        ObjectNode spec = object.putObject("spec");
        spec.putObject("selector").putObject("matchLabels").put("app", called);
        ObjectNode rolling =
                spec.putObject("updateStrategy").put("type", "RollingUpdate").putObject("rollingUpdate");
        rolling.put("maxUnavailable", called.equals("surge") ? 0 : called.equals("two") ? 2 : 1);
        rolling.put("maxSurge", called.equals("surge") ? 1 : 0);
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata").putObject("labels").put("app", called);
        ObjectNode podSpec = template.putObject("spec").put("terminationGracePeriodSeconds", 1);
        podSpec.putArray("containers").addObject().put("name", "agent").put("image", image());
        return object;
    }
}
