package io.everynode.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.everynode.nodes.HollowSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The configuration of a run. What comes first wins: command-line flags, system properties, the file of
 * {@code --config}, the application's defaults, the modules' defaults, the libraries' defaults.
 */
final class Settings {

    /** The modules' defaults, on the class path. */
    static final List<String> MODULES = List.of(
            "everynode-control-plane.conf",
            "everynode-journal.conf",
            "everynode-api-server.conf",
            "everynode-hollow-nodes.conf");

    private Settings() {}

    /**
     * @param file null for none
     * @param flags settings by path, from the command line
     */
    static Config load(Path file, Map<String, Object> flags) throws StartFailure {
        try {
            Config defaults = ConfigFactory.parseResources(Settings.class.getClassLoader(), "everynode.conf");
            for (String module : MODULES) {
                defaults = defaults.withFallback(ConfigFactory.parseResources(Settings.class.getClassLoader(), module));
            }
            Config own = ConfigFactory.empty();
            if (file != null) {
                own = read(file);
                refuseUnknown(file, own, defaults);
            }
            return ConfigFactory.parseMap(flags, "command line")
                    .withFallback(ConfigFactory.defaultOverrides())
                    .withFallback(own)
                    .withFallback(defaults)
                    .withFallback(ConfigFactory.defaultReference(Settings.class.getClassLoader()))
                    .resolve();
        } catch (ConfigException e) {
            throw new StartFailure("broken configuration: " + StartFailure.firstLine(e), e);
        }
    }

    /** The part for hollow nodes, read before anything is started. */
    static HollowSettings hollowNodes(Config config) throws StartFailure {
        try {
            return HollowSettings.of(config);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new StartFailure("broken configuration: " + StartFailure.firstLine(e), e);
        }
    }

    private static Config read(Path file) throws StartFailure {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new StartFailure("cannot read configuration file " + file);
        }
        return ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    }

    /** A setting of ours that nothing knows is a typing error, whose effect would be silence. */
    private static void refuseUnknown(Path file, Config own, Config defaults) throws StartFailure {
        for (Map.Entry<String, ConfigValue> entry : own.entrySet()) {
            String path = entry.getKey();
            if (path.startsWith("everynode.") && !defaults.hasPathOrNull(path)) {
                int line = entry.getValue().origin().lineNumber();
                throw new StartFailure("broken configuration: " + file + ": " + line + ": unknown setting " + path);
            }
        }
    }
}
