import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/**
 * One OpenSearch on loopback, of the jars that Maven Central has: {@code LogStore DIRECTORY PORT}. The node-to-node
 * port, which it needs though it is alone, is any free one. It has no security plugin, so whoever reaches it may do everything.
 */
public final class LogStore {

    private LogStore() {}

    /** The constructor that takes plugins from the class path is for subclasses. */
    private static final class Server extends Node {
        Server(Settings settings, Path directory) {
            super(new Environment(settings, directory.resolve("config")), List.of(Netty4Plugin.class), false);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]).toAbsolutePath();
        int port = Integer.parseInt(arguments[1]);
        Files.createDirectories(directory.resolve("config"));
        Settings settings = Settings.builder()
                .put("path.home", directory.toString())
                .put("cluster.name", "logs")
                .put("node.name", "logs")
                .put("discovery.type", "single-node")
                .put("network.host", "127.0.0.1")
                .put("http.port", port)
                .put("http.type", "netty4")
                .put("transport.port", "0")
                .put("transport.type", "netty4")
                // It would refuse to write on a disk that is 90 % full.
                .put("cluster.routing.allocation.disk.threshold_enabled", false)
                .build();
        Node server = new Server(settings, directory).start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                server.close();
            } catch (java.io.IOException e) {
                System.err.println("log-store: " + e.getMessage());
            }
        }));
        System.out.println("OpenSearch ready: http://127.0.0.1:" + port);
        Thread.currentThread().join();
    }
}
