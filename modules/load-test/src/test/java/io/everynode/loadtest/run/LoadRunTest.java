package io.everynode.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.loadtest.Main;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.plan.Phase;
import io.everynode.loadtest.times.CallTimes;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.objects.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands as they are given, against a server. Figures are of a busy machine: only what they are of is checked.
 */
class LoadRunTest {

    /** Of a manifest whose Pods are quick: a rolling update has ten rounds. */
    private static final String MANIFEST = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata:
              name: quick
            spec:
              selector:
                matchLabels:
                  app: quick
              template:
                metadata:
                  labels:
                    app: quick
                  annotations:
                    everynode.io/hollow.start-delay: 1ms
                    everynode.io/hollow.ready-delay: 1ms
                    everynode.io/hollow.stop-delay: 1ms
                spec:
                  containers:
                  - name: quick
                    image: registry.example/quick:1.0.0
            """;

    @TempDir
    private static Path directory;

    private static LocalServer server;
    private static Path manifest;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        server = LocalServer.start(Files.createDirectory(directory.resolve("data")));
        manifest = Files.writeString(directory.resolve("quick.yaml"), MANIFEST);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.stop();
        }
    }

    @Test
    void allPhasesAreMeasuredOnWatchesAndNothingIsLeft() throws Exception {
        Path file = directory.resolve("outside.json");
        DatabaseSettings database = DatabaseSettings.h2(directory.resolve("data"));
        int code = run(
                "--nodes",
                "5",
                "--warm-up",
                "2,3",
                "--lease-interval",
                "0.1",
                "--server-pid",
                String.valueOf(ProcessHandle.current().pid()),
                "--journal",
                database.url(),
                "--label",
                "test",
                "--json",
                file.toString());
        assertThat(err.toString()).doesNotContain("load-test:");
        assertThat(code).isZero();

        JsonNode report = Json.mapper().readTree(file.toFile());
        assertThat(err.toString()).contains("Warming up with 2 nodes", "Warming up with 3 nodes");
        assertThat(report.path("warmUps")).hasSize(2);
        assertThat(report.path("sizes")).hasSize(1);
        Map<String, JsonNode> phases = phases(report, 0);
        assertThat(phases)
                .containsOnlyKeys(Phase.plan(List.of()).stream().map(Phase::key).toList());
        phases.forEach((key, phase) -> {
            assertThat(phase.path("seconds").asDouble()).as(key).isPositive();
            assertThat(phase.path("serverCpuSeconds").isNumber()).as(key).isTrue();
            assertThat(phase.path("serverPeakMiB").asDouble()).as(key).isPositive();
            assertThat(phase.path("journalRows").asInt())
                    .as(key)
                    .isGreaterThanOrEqualTo(phase.path("count").asInt());
        });
        JsonNode create = phases.get("create");
        assertThat(create.path("count").asInt()).isEqualTo(5);
        assertThat(create.path("journalBytesEach").asDouble()).isPositive();
        assertThat(create.at("/millis/start/count").asInt()).isEqualTo(5);
        assertThat(create.at("/calls/PATCH pods~1status/count").asInt()).isEqualTo(10);
        assertThat(create.at("/calls/POST daemonsets/refused").asInt(-1)).isZero();
        assertThat(phases.get("join").at("/calls/POST nodes/count").asInt()).isEqualTo(5);
        for (String update : List.of("update-100", "update-10", "undo")) {
            assertThat(phases.get(update).at("/millis/replace/count").asInt())
                    .as(update)
                    .isEqualTo(5);
        }
        assertThat(phases.get("join-one").at("/millis/bound/count").asInt()).isEqualTo(1);
        assertThat(phases.get("labels-away").at("/millis/end/count").asInt()).isEqualTo(1);
        assertThat(phases.get("labels-back").at("/millis/start/count").asInt()).isEqualTo(1);
        assertThat(phases.get("delete").at("/millis/end/count").asInt()).isEqualTo(6);
        assertThat(out.toString()).contains("5 nodes", "| create, all Ready ", "| PATCH pods/status ");
        assertThat(names("api/v1/nodes")).isEmpty();
        assertThat(names("apis/apps/v1/daemonsets")).isEmpty();

        Path svg = directory.resolve("curves.svg");
        assertThat(main("curves", file.toString(), "--out", svg.toString())).isZero();
        assertThat(svg).content().contains("test: update-100");
    }

    @Test
    void theServersOwnNodesServeAsWellAtSeveralSizes() throws Exception {
        Path file = directory.resolve("inside.json");
        int code = run(
                "--in-server",
                "--name-prefix",
                "inside-",
                "--nodes",
                "2,4",
                "--phases",
                "rest,join-one",
                "--rest-seconds",
                "1",
                "--json",
                file.toString());
        assertThat(err.toString()).doesNotContain("load-test:");
        assertThat(code).isZero();
        JsonNode report = Json.mapper().readTree(file.toFile());
        assertThat(phases(report, 0).get("join").path("count").asInt()).isEqualTo(2);
        assertThat(phases(report, 1).get("join").path("count").asInt()).isEqualTo(1);
        assertThat(phases(report, 1).get("create").path("count").asInt()).isEqualTo(4);
        assertThat(phases(report, 1).get("rest").path("seconds").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(phases(report, 1).get("delete").path("count").asInt()).isEqualTo(5);
        assertThat(names("api/v1/nodes")).isEmpty();
    }

    @Test
    void whatCannotWorkIsToldInOneLine() throws Exception {
        assertThat(run("--nodes", "5,3")).isEqualTo(2);
        assertThat(run("--nodes", "5", "--phases", "all")).isEqualTo(2);
        assertThat(run("--nodes", "5", "--server-pid", "999999999")).isEqualTo(1);
        assertThat(main("run", "--server", "http://127.0.0.1:1", "--nodes", "5", "--manifest", manifest.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("cannot connect to http://127.0.0.1:1");
        assertThat(err.toString().lines()).hasSize(4).allMatch(line -> line.startsWith("load-test: "));
    }

    @Test
    void whatWasMeasuredBeforeAFailureIsKept() throws Exception {
        Path file = directory.resolve("failed.json");
        ApiClient api = new ApiClient(ClusterAccess.of(List.of(server.address())), CallTimes.NOBODY);
        String daemonSets = "apis/apps/v1/namespaces/default/daemonsets";
        // One of its own, as its Pods outlast this test.
        String taken = MANIFEST.replace("quick", "taken");
        api.post(daemonSets, taken.getBytes(StandardCharsets.UTF_8));
        String other = Files.writeString(directory.resolve("taken.yaml"), taken).toString();
        int code = run(
                "--nodes",
                "2",
                "--in-server",
                "--name-prefix",
                "failed-",
                "--manifest",
                other,
                "--json",
                file.toString());
        api.delete(daemonSets + "/taken");
        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("load-test: POST " + daemonSets + ": 409");
        JsonNode report = Json.mapper().readTree(file.toFile());
        assertThat(report.path("failed").asText()).contains("409");
        assertThat(phases(report, 0)).containsOnlyKeys("join");
        for (String node : names("api/v1/nodes")) {
            api.delete("api/v1/nodes/" + node);
        }
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of("run", "--server", server.address(), "--timeout", "120"));
        all.addAll(List.of(args));
        if (!all.contains("--manifest")) {
            all.addAll(List.of("--manifest", manifest.toString()));
        }
        return main(all.toArray(String[]::new));
    }

    private int main(String... args) {
        return Main.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private static Map<String, JsonNode> phases(JsonNode report, int size) {
        Map<String, JsonNode> phases = new HashMap<>();
        report.path("sizes").path(size).path("phases").forEach(phase -> phases.put(Json.text(phase, "phase"), phase));
        return phases;
    }

    private static List<String> names(String path) throws Exception {
        List<String> names = new ArrayList<>();
        new ApiClient(ClusterAccess.of(List.of(server.address())), CallTimes.NOBODY)
                .get(path)
                .path("items")
                .forEach(item -> names.add(Json.text(item, "metadata", "name")));
        return names;
    }
}
