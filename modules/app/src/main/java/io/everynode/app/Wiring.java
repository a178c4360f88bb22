package io.everynode.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.controlplane.journal.DatabaseUnavailable;
import java.nio.file.Path;

/** The one place that knows how control plane and API server are started and what their failures mean. */
final class Wiring {

    private Wiring() {}

    /** @throws StartFailure with one line when the database, the port or a setting cannot be used */
    static Engine start(Config config, Path dataDir) throws StartFailure {
        try {
            return open(config, dataDir);
        } catch (DatabaseUnavailable e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        } catch (ConfigException e) {
            throw new StartFailure("broken configuration: " + StartFailure.firstLine(e), e);
        }
    }

    private static Engine open(Config config, Path dataDir) throws StartFailure {
        throw new StartFailure("this build has no control plane");
    }
}
