package io.everynode.loadtest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.client.ServerOptions;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code reads}: how long lists take on a server as it is, and how long a change takes to a watcher. Times are those of
 * a client on the same machine, from the first byte sent to the last one read.
 */
@Command(
        name = "reads",
        description = "Measures lists in every form and the way of a change to a watch.",
        mixinStandardHelpOptions = true)
final class ReadsCommand implements Callable<Integer> {

    private static final String CONFIG_MAPS = "api/v1/namespaces/default/configmaps";
    private static final String NAME = "load-test-reads";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    @Mixin
    private ServerOptions server;

    @Option(names = "--pods", defaultValue = "0", paramLabel = "N", description = "Wait for so many ready Pods first.")
    private int pods;

    @Option(names = "--runs", defaultValue = "5", paramLabel = "N", description = "Times that each list is read.")
    private int runs;

    @Option(names = "--changes", defaultValue = "300", paramLabel = "N", description = "Changes that are watched.")
    private int changes;

    @Option(
            names = "--only",
            paramLabel = "LIST",
            description = "Only the list that is called so, such as \"pods, JSON\"; repeatable (default: all).")
    private List<String> only = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Write what is printed there, too, as one array.")
    private Path json;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "600", description = "Give up after that long.")
    private int timeoutSeconds;

    @Spec
    private CommandSpec spec;

    /** One list: where, and what is accepted. */
    private record Form(String path, String accept) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ApiClient api = server.client();
        awaitPods(api);
        ArrayNode results = Json.mapper().createArrayNode();
        if (changes > 0) {
            print(watchLatency(api), results);
        }
        String node = Json.text(api.get("api/v1/nodes?limit=1").path("items").path(0), "metadata", "name");
        Map<String, Form> forms = new LinkedHashMap<>();
        for (String kind : new String[] {"nodes", "pods"}) {
            forms.put(kind + ", JSON", new Form("api/v1/" + kind, "application/json"));
            forms.put(kind + ", protobuf", new Form("api/v1/" + kind, PROTOBUF));
            forms.put(kind + ", Table", new Form("api/v1/" + kind, TABLE));
            forms.put(kind + ", JSON, first 500", new Form("api/v1/" + kind + "?limit=500", "application/json"));
        }
        forms.put("pods, JSON, by label", new Form("api/v1/pods?labelSelector=nobody%3Dhas-this", "application/json"));
        forms.put(
                "pods, JSON, of one node",
                new Form("api/v1/pods?fieldSelector=spec.nodeName%3D" + node, "application/json"));
        for (Map.Entry<String, Form> form : forms.entrySet()) {
            if (only.isEmpty() || only.contains(form.getKey())) {
                print(list(api, form.getKey(), form.getValue()), results);
            }
        }
        if (json != null) {
            Files.writeString(json, results.toPrettyString() + "\n");
        }
        return 0;
    }

    private void print(ObjectNode result, ArrayNode results) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(result);
        out.flush();
        results.add(result);
    }

    /** As the status of the DaemonSets tells on a watch that the server ends when the time is over. */
    private void awaitPods(ApiClient api) throws IOException, InterruptedException {
        if (pods <= 0) {
            return;
        }
        Map<String, Integer> ready = new HashMap<>();
        try (ApiClient.Watch watch =
                api.watch("apis/apps/v1/daemonsets?watch=true&resourceVersion=0&timeoutSeconds=" + timeoutSeconds)) {
            watch.forEach(event -> {
                String uid = Json.text(event, "object", "metadata", "uid");
                boolean deleted = Json.text(event, "type").equals("DELETED");
                ready.put(
                        uid,
                        deleted ? 0 : event.at("/object/status/numberReady").asInt());
                return sum(ready) < pods;
            });
        }
        if (sum(ready) < pods) {
            throw new IOException("only " + sum(ready) + " Pods are ready");
        }
    }

    private static int sum(Map<String, Integer> ready) {
        return ready.values().stream().mapToInt(Integer::intValue).sum();
    }

    private ObjectNode list(ApiClient api, String name, Form form) throws IOException, InterruptedException {
        double[] millis = new double[runs];
        long bytes = 0;
        // The first is for the compiler and the caches.
        for (int run = -1; run < runs; run++) {
            long begin = System.nanoTime();
            bytes = api.bytes(form.path(), form.accept()).length;
            if (run >= 0) {
                millis[run] = (System.nanoTime() - begin) / 1e6;
            }
        }
        return Json.object()
                .put("list", name)
                .put("medianMillis", quantile(millis, 0.5))
                .put("p99Millis", quantile(millis, 0.99))
                .put("bytes", bytes);
    }

    /**
     * One change at a time. From outside the commit cannot be seen; it is before the write's answer, so that the
     * watcher's event minus the answer is the most that the watch adds, and may be negative.
     */
    private ObjectNode watchLatency(ApiClient api) throws IOException, InterruptedException {
        api.post(
                CONFIG_MAPS,
                ("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + NAME + "\"}}")
                        .getBytes(StandardCharsets.UTF_8));
        double[] answered = new double[changes];
        double[] seen = new double[changes];
        double[] after = new double[changes];
        try (ApiClient.Watch watch =
                api.watch(CONFIG_MAPS + "?watch=true&resourceVersion=0&fieldSelector=metadata.name%3D" + NAME)) {
            for (int i = 0; i < changes; i++) {
                String value = String.valueOf(i);
                long[] arrived = new long[1];
                Thread reader = new Thread(() -> arrived[0] = await(watch, value));
                reader.start();
                long begin = System.nanoTime();
                api.merge(CONFIG_MAPS + "/" + NAME, "{\"data\":{\"n\":\"" + value + "\"}}");
                long end = System.nanoTime();
                reader.join(TimeUnit.SECONDS.toMillis(timeoutSeconds));
                answered[i] = (end - begin) / 1e6;
                seen[i] = (arrived[0] - begin) / 1e6;
                after[i] = (arrived[0] - end) / 1e6;
            }
        } finally {
            api.delete(CONFIG_MAPS + "/" + NAME);
        }
        return Json.object()
                .put("watch", changes + " changes, one at a time")
                .put("writeAnsweredP50Millis", quantile(answered, 0.5))
                .put("writeAnsweredP99Millis", quantile(answered, 0.99))
                .put("eventSeenP50Millis", quantile(seen, 0.5))
                .put("eventSeenP99Millis", quantile(seen, 0.99))
                .put("eventAfterAnswerP50Millis", quantile(after, 0.5))
                .put("eventAfterAnswerP99Millis", quantile(after, 0.99));
    }

    private static long await(ApiClient.Watch watch, String value) {
        long[] arrived = new long[1];
        try {
            watch.forEach(event -> {
                arrived[0] = System.nanoTime();
                return !Json.text(event, "object", "data", "n").equals(value);
            });
        } catch (IOException e) {
            throw new IllegalStateException("the watch ended", e);
        }
        return arrived[0];
    }

    static double quantile(double[] values, double part) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int at = (int) Math.min(sorted.length - 1L, Math.round(part * (sorted.length - 1)));
        return Math.round(sorted[at] * 100) / 100.0;
    }
}
