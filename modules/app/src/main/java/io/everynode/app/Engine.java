package io.everynode.app;

import com.typesafe.config.Config;
import io.everynode.controlplane.ControlPlane;
import java.nio.file.Path;

/** The started control plane and its API server: what {@link Server} puts the rest around. */
interface Engine {

    ControlPlane controlPlane();

    /** Where the API is served, such as http://127.0.0.1:6443. */
    String address();

    /** Stops both in order and returns when they have ended; called from a shutdown hook. */
    void stop();

    /** Blocks until both have ended, for whatever reason. */
    void awaitEnd() throws InterruptedException;

    /** Starts one. */
    @FunctionalInterface
    interface Starter {
        Engine start(Config config, Path dataDir) throws StartFailure, InterruptedException;
    }
}
