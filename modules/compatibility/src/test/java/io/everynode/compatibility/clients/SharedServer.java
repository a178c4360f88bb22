package io.everynode.compatibility.clients;

import io.everynode.compatibility.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One server with four hollow nodes for all tests of client libraries: a start takes longer than most of them. Each
 * test uses names of its own.
 */
public final class SharedServer implements BeforeAllCallback {

    /** A watcher with bookmarks need not wait for a minute. */
    private static final String SETTINGS = "everynode.api-server.bookmark-interval = 1s\n";

    /** How long tests wait for what follows by itself; a busy machine is no failure. */
    public static final int PATIENCE_SECONDS = 60;

    private Running running;

    private record Running(Path directory, ServerProcess server) implements AutoCloseable {

        static Running start() {
            try {
                Path directory = Files.createTempDirectory("everynode-clients");
                Path settings = Files.writeString(directory.resolve("test.conf"), SETTINGS);
                return new Running(
                        directory,
                        ServerProcess.start(
                                directory.resolve("data"),
                                "--config",
                                settings.toString(),
                                "--hollow-nodes",
                                "4",
                                "--apply",
                                "none"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            try {
                server.awaitEnd();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            deleteAll(directory);
        }
    }

    static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(PATIENCE_SECONDS));
        running = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedServer.class))
                .getOrComputeIfAbsent(Running.class, key -> Running.start(), Running.class);
    }

    public String address() {
        return running.server().address();
    }

    /** A client of the administrator's. */
    public HttpClient client() {
        return running.server().client();
    }

    /** What the server wrote for its clients. */
    public Path kubeconfig() {
        return running.directory().resolve("data").resolve("kubeconfig");
    }
}
