package io.everynode.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.apiserver.ApiServerSettings;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.Kubeconfig;
import io.everynode.nodes.http.KubeconfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code everynode kubeconfig}: signs a client's certificate with the authority of the data directory, offline. */
@Command(
        name = "kubeconfig",
        description = "Prints a kubeconfig of a user, with a certificate signed by the data directory's authority. No "
                + "server need run. It can be revoked by everynode certificate revoke.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class KubeconfigCommand implements Callable<Integer> {

    @Option(names = "--user", paramLabel = "NAME", required = true, description = "Who it is for.")
    private String user;

    @Option(names = "--group", paramLabel = "NAME", description = "A group of the user; repeatable.")
    private List<String> groups = List.of();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = Lifetime.class,
            description = "How long it counts, such as 30m, 24h, 7d (default: ${DEFAULT-VALUE}).")
    private Duration valid;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Address of the API (default: that of the data directory's kubeconfig, else the settings').")
    private String server;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "data",
            description = "The server's data directory (default: ${DEFAULT-VALUE}).")
    private Path dataDir;

    @Option(names = "--config", paramLabel = "FILE", description = "The server's settings.")
    private Path config;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure {
        if (user.isBlank()) {
            throw new StartFailure("--user names nobody");
        }
        Config all = Settings.load(config, Map.of());
        ApiServerSettings settings;
        try {
            settings = ApiServerSettings.from(all);
        } catch (ConfigException e) {
            throw new StartFailure("broken configuration: " + StartFailure.firstLine(e), e);
        }
        Kubeconfig.Credentials credentials =
                ClientCredentials.of(settings, dataDir, Clock.systemUTC()).of(user, groups, valid);
        spec.commandLine().getOut().print(Kubeconfig.text(address(settings), Optional.of(credentials)));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private String address(ApiServerSettings settings) throws StartFailure {
        if (server != null) {
            return server;
        }
        Path written = dataDir.resolve("kubeconfig");
        if (!Files.exists(written)) {
            return "https://" + settings.host() + ":" + settings.port();
        }
        try {
            return KubeconfigFile.read(written).servers().get(0).toString();
        } catch (ClusterAccess.Broken e) {
            throw new StartFailure(e.getMessage(), e);
        }
    }
}
