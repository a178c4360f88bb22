package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.KubeconfigFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole program in a JVM of its own, as a user starts it. */
class ServerProcessTest {

    @TempDir
    Path temp;

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void startsConvergesStopsAndStartsAgain() throws Exception {
        Path data = temp.resolve("data");
        Path errors = temp.resolve("errors");
        Path refusal = temp.resolve("refusal");
        List<String> first = new ArrayList<>();
        Process server = start(errors, "server", "--port", "0", "--data-dir", data.toString());
        try (BufferedReader out = server.inputReader()) {
            String ready = readTo(out, first, "Everynode ready: ");
            String address = ready.replaceAll(".*(https://[^,]+),.*", "$1");
            assertThat(Files.readString(data.resolve("kubeconfig"))).contains("server: " + address);
            readTo(out, first, "All nodes and DaemonSets have converged");
            assertThat(first)
                    .as("what converged, as told before")
                    .anyMatch(line -> line.contains("Nodes 5/5 ready;")
                            && line.contains("kube-system/fluentd-elasticsearch 5/5 ready")
                            && line.contains("kube-system/network-plugin 5/5 ready"));
            assertThat(get(data, "/api/v1/namespaces/kube-system/pods")).contains("\"kind\":\"PodList\"");

            Process second = start(refusal, "server", "--port", "0", "--data-dir", data.toString());
            assertThat(second.waitFor()).isEqualTo(1);
            assertThat(Files.readString(refusal))
                    .startsWith("everynode: the data directory " + data + " is in use")
                    .hasLineCount(1);

            server.destroy();
            assertThat(server.waitFor()).as("ended by SIGTERM, in order").isEqualTo(143);
            assertThat(Files.readString(errors)).isEmpty();
        } finally {
            server.destroyForcibly();
        }
        Process again = start(errors, "server", "--port", "0", "--data-dir", data.toString());
        try (BufferedReader out = again.inputReader()) {
            readTo(out, new ArrayList<>(), "All nodes and DaemonSets have converged");
        } finally {
            again.destroyForcibly().waitFor();
        }
    }

    private static String readTo(BufferedReader out, List<String> lines, String wanted) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
            if (line.startsWith(wanted)) {
                return line;
            }
        }
        throw new AssertionError("no line \"" + wanted + "\" among " + lines);
    }

    /** As the kubeconfig says. */
    private static String get(Path data, String path) throws Exception {
        ClusterAccess access = KubeconfigFile.read(data.resolve("kubeconfig"));
        HttpRequest request =
                access.request(access.servers().get(0).resolve(path)).build();
        return access.client()
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private Process start(Path errorFile, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Deverynode.home=" + Path.of("../..").toRealPath(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        // A file, because Process.destroy closes pipes.
        return new ProcessBuilder(command).redirectError(errorFile.toFile()).start();
    }
}
