package io.everynode.app;

import com.typesafe.config.Config;
import io.everynode.controlplane.ControlPlane;
import io.everynode.nodes.HollowNodes;
import io.everynode.nodes.HollowSettings;
import io.everynode.nodes.HollowTopology;
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

    /** How long a start waits for the control plane to have read its journal. */
    private static final Duration READY_PATIENCE = Duration.ofMinutes(10);

    private final Engine engine;
    private final HollowNodes nodes;
    private final ConvergenceDisplay display;
    private volatile boolean stopping;

    private Server(Engine engine, HollowNodes nodes, ConvergenceDisplay display) {
        this.engine = engine;
        this.nodes = nodes;
        this.display = display;
    }

    /**
     * Returns when the API serves and all manifests are applied. What was started is stopped again when something
     * fails.
     */
    static Server start(
            Engine.Starter starter,
            Config config,
            Path dataDir,
            HollowTopology topology,
            HollowSettings hollow,
            List<Manifest> manifests,
            Screen screen)
            throws StartFailure, InterruptedException {
        Instant begin = Instant.now();
        Engine engine = starter.start(config, dataDir);
        HollowNodes nodes = null;
        try {
            ControlPlane controlPlane = engine.controlPlane();
            awaitReady(controlPlane);
            nodes = HollowNodes.start(controlPlane, topology, hollow);
            ConvergenceDisplay display = new ConvergenceDisplay(screen, controlPlane::catalog, nodes.joined()).start();
            Server server = new Server(engine, nodes, display);
            new ManifestApplier(controlPlane).apply(manifests);
            display.everythingApplied();
            Path kubeconfig = Kubeconfig.write(dataDir, engine.address());
            screen.line("Everynode ready: " + engine.address() + ", kubeconfig " + kubeconfig);
            log.info(
                    "Server ready at {} after {} ms, {} hollow nodes, {} manifests",
                    engine.address(),
                    Duration.between(begin, Instant.now()).toMillis(),
                    topology.nodes().size(),
                    manifests.size());
            return server;
        } catch (StartFailure | InterruptedException | RuntimeException e) {
            if (nodes != null) {
                nodes.close();
            }
            engine.stop();
            throw e;
        }
    }

    private static void awaitReady(ControlPlane controlPlane) throws StartFailure, InterruptedException {
        Instant end = Instant.now().plus(READY_PATIENCE);
        while (controlPlane.notReady().isPresent()) {
            if (Instant.now().isAfter(end)) {
                throw new StartFailure("the control plane is not ready: "
                        + controlPlane.notReady().orElse("it just became so"));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Nodes fall silent, then API and control plane stop. */
    void stop() {
        stopping = true;
        display.close();
        nodes.close();
        engine.stop();
    }

    /** Blocks until it has ended; true when that was wanted. */
    boolean awaitEnd() throws InterruptedException {
        engine.awaitEnd();
        return stopping;
    }
}
