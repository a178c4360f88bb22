package io.everynode.compatibility;

import io.everynode.app.Main;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.KubeconfigFile;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The whole program in a JVM of its own, as a user starts it. Not thread-safe. */
public final class ServerProcess implements AutoCloseable {

    private static final String READY = "Everynode ready: ";

    private final Process process;
    private final String address;
    private final ClusterAccess access;

    private ServerProcess(Process process, String address, Path kubeconfig) throws IOException {
        this.process = process;
        this.address = address;
        try {
            this.access = KubeconfigFile.read(kubeconfig);
        } catch (ClusterAccess.Broken e) {
            process.destroyForcibly();
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Returns when the API serves.
     *
     * @param args added to {@code server --port 0 --data-dir DIR}
     */
    public static ServerProcess start(Path dataDir, String... args) throws IOException {
        return startOn(0, dataDir, args);
    }

    /** As {@link #start}, on a port that an earlier server had. */
    public static ServerProcess startOn(int port, Path dataDir, String... args) throws IOException {
        Path app = Path.of("../app/target").toRealPath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-Deverynode.home=" + Path.of("../..").toRealPath(),
                "-cp",
                // Its own libraries: those of the tests' clients may be others.
                app.resolve("classes") + File.pathSeparator + Files.readString(app.resolve("server-classpath")),
                Main.class.getName(),
                "server",
                "--port",
                String.valueOf(port),
                "--data-dir",
                dataDir.toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> said = new ArrayList<>();
        BufferedReader out = process.inputReader();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            said.add(line);
            if (line.startsWith(READY)) {
                drain(out);
                return new ServerProcess(
                        process, line.replaceAll(".*(https?://[^,]+),.*", "$1"), dataDir.resolve("kubeconfig"));
            }
        }
        process.destroyForcibly();
        throw new IOException("the server ended before it was ready: " + said);
    }

    /** Nobody reads the rest; a full pipe would stop the server. */
    private static void drain(BufferedReader out) {
        Thread reader = new Thread(
                () -> {
                    try {
                        while (out.readLine() != null) {}
                    } catch (IOException ended) {
                        // The server has gone.
                    }
                },
                "server output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Such as {@code https://127.0.0.1:40123}. */
    public String address() {
        return address;
    }

    /** As the administrator, by the kubeconfig that it wrote. */
    public ClusterAccess access() {
        return access;
    }

    /** A client of the administrator's. */
    public HttpClient client() {
        return access.client().version(HttpClient.Version.HTTP_1_1).build();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it has ended within ten seconds. */
    public boolean awaitEnd() throws InterruptedException {
        return process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
