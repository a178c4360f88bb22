package io.everynode.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.nodes.HollowNodes;
import io.everynode.nodes.HollowSettings;
import io.everynode.nodes.HollowTopology;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.HttpNodeApi;
import io.everynode.nodes.http.HttpSettings;
import io.everynode.nodes.http.KubeconfigFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code everynode hollow-nodes}: plays nodes against an API elsewhere, until it is stopped. */
@Command(
        name = "hollow-nodes",
        description =
                "Plays simulated nodes in this process, against one or several addresses of an API, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class HollowNodesCommand implements Callable<Integer> {

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "Where the API is (default: data/kubeconfig, unless --server is given).")
    private Path kubeconfig;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Address of the API, instead of the kubeconfig's; repeatable: requests are spread over all.")
    private List<String> servers;

    @Option(names = "--count", paramLabel = "N", description = "So many plain nodes, hollow-00001 and so on.")
    private Integer count;

    @Option(
            names = "--name-prefix",
            paramLabel = "TEXT",
            defaultValue = HollowTopology.PREFIX,
            description = "What the names of --count begin with (default: ${DEFAULT-VALUE}).")
    private String namePrefix;

    @Option(
            names = "--first",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of the first node of --count (default: ${DEFAULT-VALUE}).")
    private int first;

    @Option(names = "--topology", paramLabel = "FILE", description = "The nodes, instead of --count.")
    private Path topology;

    @Option(names = "--seed", paramLabel = "N", description = "What is left to chance follows from it (default: 1).")
    private Long seed;

    @Option(
            names = "--lease-interval",
            paramLabel = "DELAY",
            description = "Each node renews its Lease so often, such as 10s (the default); 0 for never.")
    private String leaseInterval;

    @Option(
            names = "--rejoin-after",
            paramLabel = "DELAY",
            description = "A node that somebody deletes registers again so much later (default: never).")
    private String rejoinAfter;

    @Option(names = "--adopt", description = "Also play Nodes made elsewhere that ask for it (everynode.io/hollow).")
    private boolean adopt;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Requests under way at a time, for each address (default: 32).")
    private Integer connections;

    @Option(
            names = "--log-dir",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Where hollow-nodes.log is (default: ${DEFAULT-VALUE}).")
    private Path logDir;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings over the defaults (see config/server.conf).")
    private Path config;

    @Option(names = "--verbose", description = "Show the log on the terminal, too.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        HollowTopology nodes = nodes();
        ClusterAccess access = access();
        Config settings = Settings.load(config, flags());
        HollowSettings hollow = Settings.hollowNodes(settings);
        HttpSettings http = http(settings);
        logTo(logDir);
        TerminalLog.show(verbose);

        int number = nodes.nodes().size();
        long begin = System.nanoTime();
        out.println(number + " hollow nodes join at " + String.join(", ", texts(access)));
        HollowNodes fleet =
                HollowNodes.start(loop -> new HttpNodeApi(loop, access, http, hollow.writeDeadline()), nodes, hollow);
        Runtime.getRuntime().addShutdownHook(new Thread(fleet::close, "stop-hollow-nodes"));
        Interrupts.install(() -> {
            TerminalLog.hide();
            out.println("Stopping (Ctrl-C again to end at once)");
        });
        try {
            int refused = fleet.joined().toCompletableFuture().get();
            double seconds = (System.nanoTime() - begin) / 1e9;
            out.println(
                    refused == 0
                            ? String.format("All %d hollow nodes have joined, after %.1f s", number, seconds)
                            : String.format(
                                    "%d of %d hollow nodes have joined, after %.1f s; %d were refused, the log tells why",
                                    number - refused, number, seconds, refused));
        } catch (ExecutionException e) {
            fleet.close();
            throw new StartFailure(StartFailure.firstLine(e.getCause()), e);
        }
        // Until the JVM is told to end.
        new CountDownLatch(1).await();
        return 0;
    }

    private HollowTopology nodes() throws StartFailure {
        if ((count == null) == (topology == null)) {
            throw new ParameterException(spec.commandLine(), "give either --count or --topology");
        }
        try {
            return topology != null ? HollowTopology.read(topology) : HollowTopology.numbered(namePrefix, first, count);
        } catch (HollowTopology.Broken e) {
            throw new StartFailure("hollow nodes: " + e.getMessage(), e);
        }
    }

    private ClusterAccess access() throws StartFailure {
        try {
            if (kubeconfig == null && servers != null) {
                return ClusterAccess.of(servers);
            }
            ClusterAccess found = KubeconfigFile.read(kubeconfig == null ? Path.of("data", "kubeconfig") : kubeconfig);
            return servers == null ? found : found.at(servers);
        } catch (ClusterAccess.Broken e) {
            throw new StartFailure(e.getMessage(), e);
        }
    }

    private Map<String, Object> flags() {
        Map<String, Object> flags = new HashMap<>();
        flags.put("everynode.hollow-nodes.adopt", adopt);
        put(flags, "seed", seed);
        put(flags, "lease-interval", leaseInterval);
        put(flags, "rejoin-after", rejoinAfter);
        put(flags, "http.connections", connections);
        return flags;
    }

    private static void put(Map<String, Object> flags, String name, Object value) {
        if (value != null) {
            flags.put("everynode.hollow-nodes." + name, value);
        }
    }

    private static HttpSettings http(Config settings) throws StartFailure {
        try {
            return HttpSettings.of(settings);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new StartFailure("broken configuration: " + StartFailure.firstLine(e), e);
        }
    }

    private static void logTo(Path directory) throws StartFailure {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StartFailure("cannot make the directory " + directory + ": " + StartFailure.firstLine(e), e);
        }
        System.setProperty("everynode.log.dir", directory.toString());
        System.setProperty("everynode.log.name", "hollow-nodes");
    }

    private static List<String> texts(ClusterAccess access) {
        return access.servers().stream().map(Object::toString).toList();
    }
}
