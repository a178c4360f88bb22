package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hollow nodes in a process of their own, against a real server. */
class HollowNodesCommandTest {

    private static final int NODES = 50;
    private static final String SETS = "/apis/apps/v1/namespaces/default/daemonsets";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String LEASE =
            "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/hollow-000" + NODES;

    @TempDir
    Path temp;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Engine server;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--count 3 --kubeconfig none        | 1 | everynode: no such kubeconfig: none",
                "--count 3 --server 127.0.0.1:7     | 1 | everynode: \"127.0.0.1:7\" is no address such as http://",
                "--server http://a                  | 2 | everynode: give either --count or --topology",
                "--count 3 --topology x             | 2 | everynode: give either --count or --topology",
                "--count -3 --server http://a       | 1 | everynode: hollow nodes: the number of hollow nodes must be",
                "--count 3 --first 0 --server http://a | 1 | everynode: hollow nodes: the number of the first hollow",
                "--count 3 --name-prefix A_ --server http://a | 1 | everynode: hollow nodes: \"A_\" is not how names",
                "--topology none --server http://a  | 1 | everynode: hollow nodes: no such file: none",
                "--count 3 --server http://a --connections 0 | 1 | everynode: broken configuration: everynode.hollow",
                "--count 3 --server http://a --lease-interval x | 1 | everynode: broken configuration: ",
            })
    void aWrongArgumentIsOneLine(String args, int code, String message) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int ended =
                Main.run(("hollow-nodes " + args).split(" "), new PrintWriter(out, true), new PrintWriter(err, true));
        assertThat(err.toString()).startsWith(message).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
        assertThat(ended).isEqualTo(code);
    }

    @Test
    @Timeout(240)
    void nodesOutsideConvergeWhateverEnds() throws Exception {
        start(0);
        int port = URI.create(server.address()).getPort();
        // Watches and answers end in the middle of a line, again and again.
        try (CuttingProxy one = new CuttingProxy(port, 1, 100_000, 500_000);
                CuttingProxy two = new CuttingProxy(port, 2, 100_000, 500_000)) {
            Process nodes = nodes(one, two);
            try {
                send("POST", SETS, "application/json", daemonSet());
                until(() -> converged("i:1"));

                Map<String, String> before = pods();
                assertThat(before).hasSize(NODES);
                nodes.destroyForcibly().waitFor();
                String renewed = Json.text(get(LEASE), "spec", "renewTime");
                nodes = nodes(one, two);
                until(() -> Json.text(get(LEASE), "spec", "renewTime").compareTo(renewed) > 0);
                assertThat(pods()).as("adopted, and nothing done twice").isEqualTo(before);

                server.stop();
                start(port);
                send(
                        "PATCH",
                        SETS + "/agent",
                        "application/merge-patch+json",
                        daemonSet().replace("i:1", "i:2"));
                until(() -> converged("i:2"));
                assertThat(pods())
                        .hasSize(NODES)
                        .doesNotContainKeys(before.keySet().toArray(String[]::new));

                send("DELETE", SETS + "/agent", "application/json", "");
                until(() -> pods().isEmpty());
                assertThat(one.cuts.get() + two.cuts.get()).isPositive();

                nodes.destroy();
                assertThat(nodes.waitFor()).as("ended by SIGTERM, in order").isEqualTo(143);
                assertThat(Files.readAllLines(temp.resolve("errors")))
                        .as("only told of addresses")
                        .allMatch(line -> line.contains(" WARN  ApiAddresses: http://127.0.0.1:"));
            } finally {
                nodes.destroyForcibly();
            }
        } finally {
            server.stop();
        }
    }

    private void start(int port) throws Exception {
        server = Wiring.start(Settings.load(null, OpenDoors.at(port)), temp.resolve("data"));
        server.open(what -> {});
    }

    private static String daemonSet() {
        return """
                {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"agent"},"spec":{
                "selector":{"matchLabels":{"app":"agent"}},
                "updateStrategy":{"rollingUpdate":{"maxUnavailable":"100%"}},
                "template":{"metadata":{"labels":{"app":"agent"}},
                "spec":{"containers":[{"name":"app","image":"i:1"}]}}}}""";
    }

    private boolean converged(String image) throws Exception {
        JsonNode set = get(SETS + "/agent");
        JsonNode status = set.path("status");
        return set.at("/spec/template/spec/containers/0/image").asText().equals(image)
                && status.path("observedGeneration").asInt()
                        == set.at("/metadata/generation").asInt()
                && status.path("desiredNumberScheduled").asInt() == NODES
                && status.path("updatedNumberScheduled").asInt() == NODES
                && status.path("numberReady").asInt() == NODES;
    }

    /** Version by UID. */
    private Map<String, String> pods() throws Exception {
        Map<String, String> pods = new TreeMap<>();
        for (JsonNode pod : get(PODS).path("items")) {
            pods.put(Json.text(pod, "metadata", "uid"), Json.text(pod, "metadata", "resourceVersion"));
        }
        return pods;
    }

    private ObjectNode get(String path) throws Exception {
        return send("GET", path, "application/json", "");
    }

    private ObjectNode send(String method, String path, String type, String body) throws Exception {
        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(URI.create(server.address() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", type)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        return Json.parse(answer.body());
    }

    private static void until(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(90))
                .until(condition);
    }

    /** Returns when all have joined. */
    private Process nodes(CuttingProxy... proxies) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "hollow-nodes",
                "--count",
                Integer.toString(NODES),
                "--lease-interval",
                "1s",
                "--log-dir",
                temp.resolve("log").toString()));
        for (CuttingProxy proxy : proxies) {
            command.addAll(List.of("--server", proxy.address()));
        }
        Process nodes = new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(temp.resolve("errors").toFile()))
                .start();
        BufferedReader out = nodes.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("All " + NODES + " hollow nodes have joined")) {
                return nodes;
            }
        }
        throw new AssertionError("the nodes have not joined: " + Files.readString(temp.resolve("errors")));
    }
}
