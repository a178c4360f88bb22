package io.everynode.app;

import com.typesafe.config.Config;
import io.everynode.controlplane.ControlPlane;
import io.everynode.nodes.http.Kubeconfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The control plane and its API server: what {@link Server} puts the rest around. */
interface Engine {

    ControlPlane controlPlane();

    /** Where the API is served, such as https://127.0.0.1:6443. */
    String address();

    /** What an operator should know each time it starts, in one line. */
    default Optional<String> warning() {
        return Optional.empty();
    }

    /** New ones of the administrator; empty when the API is not served with TLS. */
    Optional<Kubeconfig.Credentials> administrator() throws StartFailure;

    /**
     * Opens the database and joins the cluster; until it returns the API answers 503. Blocks as long as the database or
     * the other members are away.
     *
     * @param news is told in one line what it waits for
     * @throws StartFailure with one line when the database or a setting cannot be used
     */
    void open(Consumer<String> news) throws StartFailure;

    /** Stops both in order and returns when they have ended; called from a shutdown hook, also before open returns. */
    void stop();

    /** Blocks until both have ended, for whatever reason. */
    void awaitEnd() throws InterruptedException;

    /** Starts one: its port is bound, its database is not touched yet. */
    @FunctionalInterface
    interface Starter {
        Engine start(Config config, Path dataDir) throws StartFailure, InterruptedException;
    }
}
