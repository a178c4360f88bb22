package io.everynode.loadtest.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.everynode.apiserver.ApiServer;
import io.everynode.apiserver.ApiServerSettings;
import io.everynode.controlplane.runtime.ControlPlaneStart;
import io.everynode.nodes.HollowNodes;
import io.everynode.nodes.HollowSettings;
import io.everynode.nodes.HollowTopology;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A whole server in this JVM, on a file of H2, without nodes of its own but ready to play those that ask for it. */
final class LocalServer {

    private static final long PATIENCE_SECONDS = 60;

    private final ControlPlaneStart controlPlane;
    private final ApiServer api;
    private final HollowNodes nodes;

    private LocalServer(ControlPlaneStart controlPlane, ApiServer api, HollowNodes nodes) {
        this.controlPlane = controlPlane;
        this.api = api;
        this.nodes = nodes;
    }

    static LocalServer start(Path dataDir) throws Exception {
        Config config =
                ConfigFactory.parseString("pekko.loglevel = WARNING, everynode.hollow-nodes.lease-interval = 100ms,"
                        + "everynode.api-server.tls.mode = off, everynode.authentication.mode = none");
        for (String module :
                List.of("everynode-control-plane.conf", "everynode-api-server.conf", "everynode-hollow-nodes.conf")) {
            config = config.withFallback(ConfigFactory.parseResources(LocalServer.class.getClassLoader(), module));
        }
        config = config.withFallback(ConfigFactory.defaultReference()).resolve();
        ControlPlaneStart controlPlane = ControlPlaneStart.begin(config, dataDir);
        ApiServer api = ApiServer.start(
                        controlPlane.system(),
                        controlPlane,
                        ApiServerSettings.from(config).withAddress("127.0.0.1", 0))
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        LocalServer server = new LocalServer(
                controlPlane,
                api,
                HollowNodes.start(opened(controlPlane, api), HollowTopology.ofCount(0), HollowSettings.of(config)));
        while (controlPlane.notReady().isPresent()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return server;
    }

    private static ControlPlaneStart opened(ControlPlaneStart controlPlane, ApiServer api) {
        controlPlane.serves("http://127.0.0.1:" + api.address().getPort());
        controlPlane.open(news -> {});
        return controlPlane;
    }

    String address() {
        return "http://127.0.0.1:" + api.address().getPort();
    }

    void stop() throws Exception {
        nodes.close();
        api.stop().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        controlPlane.close();
    }
}
