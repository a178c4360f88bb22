package io.everynode.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.everynode.apiserver.ApiServer;
import io.everynode.apiserver.ApiServerSettings;
import io.everynode.apiserver.PortInUse;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.journal.DatabaseUnavailable;
import io.everynode.controlplane.runtime.ControlPlaneServer;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

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
        ControlPlaneServer controlPlane = ControlPlaneServer.start(config, dataDir);
        try {
            ApiServer api = ApiServer.start(controlPlane.system(), controlPlane, ApiServerSettings.from(config))
                    .toCompletableFuture()
                    .join();
            return new Running(controlPlane, api);
        } catch (CompletionException e) {
            controlPlane.close();
            if (e.getCause() instanceof PortInUse inUse) {
                throw new StartFailure(StartFailure.firstLine(inUse), inUse);
            }
            throw e;
        }
    }

    /** Both, started. */
    private record Running(ControlPlaneServer server, ApiServer api) implements Engine {

        @Override
        public ControlPlane controlPlane() {
            return server;
        }

        @Override
        public String address() {
            return "http://" + api.address().getHostString() + ":"
                    + api.address().getPort();
        }

        /** The API server ends with the actor system's coordinated shutdown, watches first. */
        @Override
        public void stop() {
            server.close();
        }

        @Override
        public void awaitEnd() throws InterruptedException {
            try {
                server.system().getWhenTerminated().toCompletableFuture().get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the actor system failed", e.getCause());
            }
        }
    }
}
