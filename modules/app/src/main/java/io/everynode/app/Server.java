package io.everynode.app;

import com.typesafe.config.Config;
import io.everynode.controlplane.ControlPlane;
import io.everynode.nodes.HollowNodes;
import io.everynode.nodes.HollowSettings;
import io.everynode.nodes.HollowTopology;
import io.everynode.nodes.http.Kubeconfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the server: control plane, API, hollow nodes, manifests and display, started and stopped in order. */
final class Server {

    private static final Logger log = LoggerFactory.getLogger(Server.class);

    private final Engine engine;
    private final Screen screen;
    private volatile HollowNodes nodes;
    private volatile ConvergenceDisplay display;
    private volatile boolean stopping;

    private Server(Engine engine, Screen screen) {
        this.engine = engine;
        this.screen = screen;
    }

    /** Binds the port of the API, which answers 503 until {@link #run} is through. */
    static Server bind(Engine.Starter starter, Config config, Path dataDir, Screen screen)
            throws StartFailure, InterruptedException {
        return new Server(starter.start(config, dataDir), screen);
    }

    /**
     * Returns when the API serves and all manifests are applied. What was started is stopped again when something
     * fails.
     */
    void run(Path dataDir, HollowTopology topology, HollowSettings hollow, List<Manifest> manifests)
            throws StartFailure, InterruptedException {
        Instant begin = Instant.now();
        try {
            engine.open(what -> screen.line("Waiting: " + what));
            ControlPlane controlPlane = engine.controlPlane();
            awaitReady(controlPlane);
            nodes = HollowNodes.start(controlPlane, topology, hollow);
            display = new ConvergenceDisplay(screen, controlPlane::catalog, nodes.joined()).start();
            new ManifestApplier(controlPlane).apply(manifests);
            Path kubeconfig = kubeconfig(dataDir);
            engine.warning().ifPresent(warning -> {
                log.warn("{}", warning);
                screen.line(warning);
            });
            screen.line("Everynode ready: " + engine.address() + ", kubeconfig " + kubeconfig);
            // Only now: making the administrator's key can take longer than a few nodes need to converge.
            display.everythingApplied();
            log.info(
                    "Server ready at {} after {} ms, {} hollow nodes, {} manifests",
                    engine.address(),
                    Duration.between(begin, Instant.now()).toMillis(),
                    topology.nodes().size(),
                    manifests.size());
        } catch (StartFailure | InterruptedException | RuntimeException e) {
            if (!stopping) {
                stopWhatRuns();
            }
            throw e;
        }
    }

    private Path kubeconfig(Path dataDir) throws StartFailure {
        try {
            return Kubeconfig.write(dataDir, engine.address(), engine.administrator());
        } catch (IOException e) {
            throw new StartFailure(
                    "cannot write " + dataDir.resolve("kubeconfig") + ": " + StartFailure.firstLine(e), e);
        }
    }

    private static void awaitReady(ControlPlane controlPlane) throws InterruptedException {
        while (controlPlane.notReady().isPresent()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Nodes fall silent, then API and control plane stop. Also ends a start that is under way. */
    void stop() {
        stopping = true;
        stopWhatRuns();
    }

    boolean stopping() {
        return stopping;
    }

    private void stopWhatRuns() {
        if (display != null) {
            display.close();
        }
        if (nodes != null) {
            nodes.close();
        }
        engine.stop();
    }

    /** Blocks until it has ended; true when that was wanted. */
    boolean awaitEnd() throws InterruptedException {
        engine.awaitEnd();
        return stopping;
    }
}
