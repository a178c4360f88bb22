package io.everynode.faults.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.cluster.ClusterApi;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.objects.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes through each member what all others must read at once, and at the end of a round compares what they have.
 * There are some Nodes that nobody plays and a DaemonSet, so that each round makes Pods too.
 */
final class SharedWork {

    private static final int NODES = 5;
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DAEMON_SETS = "/apis/apps/v1/namespaces/default/daemonsets";

    /** Lists whose items must be the same on each member. */
    private static final List<String> LISTS = List.of(
            "/api/v1/nodes",
            "/api/v1/pods",
            "/api/v1/namespaces",
            "/api/v1/configmaps",
            "/api/v1/serviceaccounts",
            "/api/v1/events",
            "/apis/apps/v1/daemonsets",
            "/apis/apps/v1/controllerrevisions",
            "/apis/coordination.k8s.io/v1/leases",
            "/apis/scheduling.k8s.io/v1/priorityclasses");

    private static final long LOOK_MILLIS = 100;

    private final LocalCluster cluster;
    private final int members;
    private final Map<String, JsonNode> written = new TreeMap<>();
    private int rounds;
    private int pods;

    SharedWork(LocalCluster cluster, int members) {
        this.cluster = cluster;
        this.members = members;
    }

    String summary() {
        return written.size() + " ConfigMaps, " + pods + " daemon Pods on " + NODES + " nodes";
    }

    /** @return a line for each thing that is wrong */
    List<String> round(Duration patience) throws IOException, InterruptedException, TimeoutException {
        rounds++;
        List<String> wrong = new ArrayList<>();
        for (int writer = 1; writer <= members; writer++) {
            configMap(writer, wrong);
            node(writer, wrong);
            daemonSet(writer, wrong);
        }
        long end = System.nanoTime() + patience.toNanos();
        String problem = problem();
        while (!problem.isEmpty()) {
            if (System.nanoTime() > end) {
                wrong.add(problem);
                break;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            problem = problem();
        }
        return wrong;
    }

    private void configMap(int writer, List<String> wrong) throws IOException, InterruptedException {
        String name = "round-" + rounds + "-" + writer;
        ObjectNode object = object("v1", "ConfigMap", name);
        object.putObject("data").put("by", Integer.toString(writer));
        if (expect(201, "POST " + name, cluster.api(writer).post(CONFIG_MAPS, object), wrong)) {
            readEverywhere(writer, CONFIG_MAPS + "/" + name, wrong).ifPresent(body -> written.put(name, body));
        }
    }

    /** The first round makes the Nodes; later ones label one of them. */
    private void node(int writer, List<String> wrong) throws IOException, InterruptedException {
        ClusterApi api = cluster.api(writer);
        if (rounds == 1) {
            for (int number = writer; number <= NODES; number += members) {
                ObjectNode node = object("v1", "Node", "node-" + number);
                node.putObject("status")
                        .putObject("allocatable")
                        .put("cpu", "4")
                        .put("memory", "8Gi")
                        .put("pods", "110");
                expect(201, "POST of a node", api.post("/api/v1/nodes", node), wrong);
            }
            return;
        }
        String path = "/api/v1/nodes/node-" + writer;
        ObjectNode node = (ObjectNode) api.get(path).body();
        ObjectNode metadata = (ObjectNode) node.path("metadata");
        metadata.remove("resourceVersion");
        metadata.withObject("/labels").put("round", Integer.toString(rounds));
        if (expect(200, "PUT of a node", api.put(path, node), wrong)) {
            readEverywhere(writer, path, wrong);
        }
    }

    /** Each member changes the template of one DaemonSet, so that each round makes revisions through each of them. */
    private void daemonSet(int writer, List<String> wrong) throws IOException, InterruptedException {
        ClusterApi api = cluster.api(writer);
        String image = "registry.example/agent:" + rounds + "." + writer;
        if (rounds == 1 && writer == 1) {
            expect(201, "POST of the DaemonSet", api.post(DAEMON_SETS, agent(image)), wrong);
            return;
        }
        ClusterApi.Answer put = api.put(DAEMON_SETS + "/agent", agent(image));
        if (expect(200, "PUT of the DaemonSet", put, wrong)) {
            for (int reader = 1; reader <= members; reader++) {
                JsonNode seen = cluster.api(reader).get(DAEMON_SETS + "/agent").body();
                String has = Json.text(
                        seen.path("spec")
                                .path("template")
                                .path("spec")
                                .path("containers")
                                .path(0),
                        "image");
                if (!has.equals(image)) {
                    wrong.add("member " + reader + " has " + has + " after " + image + " was written by " + writer);
                }
            }
        }
    }

    private static boolean expect(int code, String what, ClusterApi.Answer answer, List<String> wrong) {
        if (answer.code() != code) {
            wrong.add(what + " was answered with " + answer.code() + " " + answer.body());
        }
        return answer.code() == code;
    }

    /** Invariant I5: who reads after a write's answer sees it, wherever that is. */
    private Optional<JsonNode> readEverywhere(int writer, String path, List<String> wrong)
            throws IOException, InterruptedException {
        JsonNode first = null;
        for (int reader = 1; reader <= members; reader++) {
            ClusterApi.Answer read = cluster.api(reader).get(path);
            if (read.code() != 200) {
                wrong.add(
                        "member " + reader + " does not see what " + writer + " wrote at " + path + ": " + read.code());
            } else if (first != null && !first.equals(read.body())) {
                wrong.add("member " + reader + " reads " + read.body() + " instead of " + first);
            }
            first = first == null ? read.body() : first;
        }
        return Optional.ofNullable(first);
    }

    /** What is not as it should be at rest; "" when all is well. */
    private String problem() throws IOException, InterruptedException {
        for (String path : LISTS) {
            Map<String, JsonNode> first = null;
            for (int reader = 1; reader <= members; reader++) {
                ClusterApi.Answer read = cluster.api(reader).get(path);
                if (read.code() != 200) {
                    return "member " + reader + " answers " + path + " with " + read.code();
                }
                Map<String, JsonNode> items = byName(read.body());
                if (first != null && !first.equals(items)) {
                    return "members 1 and " + reader + " differ in " + path + ": " + difference(first, items);
                }
                first = first == null ? items : first;
            }
            String lost = path.endsWith("/configmaps") ? lost(first) : path.endsWith("/pods") ? pods(first) : "";
            if (!lost.isEmpty()) {
                return lost;
            }
        }
        return "";
    }

    private static Map<String, JsonNode> byName(JsonNode list) {
        Map<String, JsonNode> items = new TreeMap<>();
        for (JsonNode item : list.path("items")) {
            items.put(Json.text(item, "metadata", "namespace") + "/" + Json.text(item, "metadata", "name"), item);
        }
        return items;
    }

    private static String difference(Map<String, JsonNode> one, Map<String, JsonNode> other) {
        for (Map.Entry<String, JsonNode> entry : one.entrySet()) {
            if (!entry.getValue().equals(other.get(entry.getKey()))) {
                return entry.getValue() + " and " + other.get(entry.getKey());
            }
        }
        return "more items in the second";
    }

    private String lost(Map<String, JsonNode> configMaps) {
        for (Map.Entry<String, JsonNode> entry : written.entrySet()) {
            if (!entry.getValue().equals(configMaps.get("default/" + entry.getKey()))) {
                return entry.getKey() + " is " + configMaps.get("default/" + entry.getKey());
            }
        }
        return "";
    }

    private String pods(Map<String, JsonNode> all) {
        Map<String, Integer> live = new HashMap<>();
        for (JsonNode pod : all.values()) {
            if (Json.text(pod, "metadata", "deletionTimestamp").isEmpty()) {
                live.merge(Json.text(pod, "spec", "nodeName"), 1, Integer::sum);
            }
        }
        pods = live.values().stream().mapToInt(Integer::intValue).sum();
        for (int number = 1; number <= NODES; number++) {
            int count = live.getOrDefault("node-" + number, 0);
            if (count != 1) {
                return "node-" + number + " has " + count + " Pods";
            }
        }
        return "";
    }

    private static ObjectNode object(String apiVersion, String kind, String name) {
        ObjectNode object = Json.object();
        object.put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("name", name);
        return object;
    }

    private static ObjectNode agent(String image) {
        ObjectNode set = object("apps/v1", "DaemonSet", "agent");
        ObjectNode spec = set.putObject("spec");
        spec.putObject("selector").putObject("matchLabels").put("app", "agent");
        ObjectNode template = spec.putObject("template");
        template.putObject("metadata").putObject("labels").put("app", "agent");
        ObjectNode podSpec = template.putObject("spec");
        podSpec.put("terminationGracePeriodSeconds", 0);
        // Nobody plays the nodes, so that they are tainted as not ready.
        podSpec.putArray("tolerations").addObject().put("operator", "Exists");
        podSpec.putArray("containers").addObject().put("name", "agent").put("image", image);
        spec.putObject("updateStrategy")
                .put("type", "RollingUpdate")
                .putObject("rollingUpdate")
                .put("maxUnavailable", "100%");
        return set;
    }
}
