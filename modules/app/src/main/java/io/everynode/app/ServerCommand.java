package io.everynode.app;

import com.typesafe.config.Config;
import io.everynode.nodes.HollowSettings;
import io.everynode.nodes.HollowTopology;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code everynode server}: runs until it is stopped. What can be found wrong without starting is found first. */
@Command(
        name = "server",
        description = "Runs the control plane, the API and hollow nodes in this process, until Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class ServerCommand implements Callable<Integer> {

    private static final String NONE = "none";

    @Option(names = "--port", paramLabel = "N", description = "Port of the API (default: 6443; 0 for any free one).")
    private Integer port;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "Where journal, log and kubeconfig are (default: ${DEFAULT-VALUE}).")
    private Path dataDir;

    @Option(
            names = "--hollow-nodes",
            paramLabel = "N|FILE",
            description =
                    "Number of simulated nodes, or the file that describes them (default: config/hollow-nodes.yaml).")
    private String hollowNodes;

    @Option(
            names = "--apply",
            paramLabel = "FILE",
            description = "Manifest to create at the start, or a directory of them; repeatable; \"none\" for none "
                    + "(default: config/examples).")
    private List<String> apply;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings over the defaults (see config/server.conf).")
    private Path config;

    @Option(
            names = "--insecure-http",
            description =
                    "Plain HTTP without authentication, on loopback only: whoever reaches the port may do everything.")
    private boolean insecureHttp;

    @Option(names = "--verbose", description = "Show the log on the terminal, too.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Object> flags = new HashMap<>();
        if (port != null) {
            if (port < 0 || port > 65535) {
                throw new ParameterException(spec.commandLine(), "--port must be 0 to 65535, not " + port);
            }
            flags.put("everynode.api-server.port", port);
        }
        if (insecureHttp) {
            flags.put("everynode.api-server.tls.mode", "off");
            flags.put("everynode.authentication.mode", "none");
        }
        Config settings = Settings.load(config, flags);
        HollowSettings hollow = Settings.hollowNodes(settings);
        HollowTopology topology = topology();
        List<Manifest> manifests = manifests();
        try (DataDirectory directory = DataDirectory.open(dataDir)) {
            System.setProperty("everynode.log.dir", directory.path().toString());
            if (verbose) {
                TerminalLog.show(true);
            }
            Screen screen = new Screen(out, Screen.isTerminal());
            Server server = Server.bind(Wiring::start, settings, directory.path(), screen);
            Thread stop = new Thread(server::stop, "stop-server");
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                server.run(directory.path(), topology, hollow, manifests);
            } catch (StartFailure | InterruptedException | RuntimeException e) {
                if (server.stopping()) {
                    return 0;
                }
                Runtime.getRuntime().removeShutdownHook(stop);
                throw e;
            }
            TerminalLog.show(verbose);
            Interrupts.install(() -> {
                TerminalLog.hide();
                screen.keep();
                screen.line("Stopping (Ctrl-C again to end at once)");
            });
            if (server.awaitEnd()) {
                return 0;
            }
            throw new StartFailure(
                    "the server has ended by itself; see " + directory.path().resolve("everynode.log"));
        }
    }

    private HollowTopology topology() throws StartFailure {
        try {
            if (hollowNodes == null) {
                return HollowTopology.read(Home.config("hollow-nodes.yaml"));
            }
            return hollowNodes.matches("-?\\d{1,9}")
                    ? HollowTopology.ofCount(Integer.parseInt(hollowNodes))
                    : HollowTopology.read(Path.of(hollowNodes));
        } catch (HollowTopology.Broken e) {
            throw new StartFailure("hollow nodes: " + e.getMessage(), e);
        }
    }

    private List<Manifest> manifests() throws StartFailure {
        List<Path> files = new ArrayList<>();
        if (apply == null) {
            files.addAll(manifestsIn(Home.config("examples")));
        } else if (apply.contains(NONE)) {
            if (apply.size() > 1) {
                throw new ParameterException(spec.commandLine(), "--apply none goes with no other --apply");
            }
        } else {
            for (String each : apply) {
                Path path = Path.of(each);
                files.addAll(Files.isDirectory(path) ? manifestsIn(path) : List.of(path));
            }
        }
        List<Manifest> manifests = new ArrayList<>();
        for (Path file : files) {
            manifests.addAll(Manifest.read(file));
        }
        return manifests;
    }

    private static List<Path> manifestsIn(Path directory) throws StartFailure {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.{yaml,yml,json}")) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw new StartFailure("cannot read the directory " + directory, e);
        }
        Collections.sort(files);
        return files;
    }
}
