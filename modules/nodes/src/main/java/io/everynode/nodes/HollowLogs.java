package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.logs.ContainerLogRequest;
import io.everynode.controlplane.logs.ContainerLogs;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The logs of containers on hollow nodes. They are made when they are asked for, from the Pod's status alone, so any
 * process can answer for any fleet. Thread-safe.
 */
public final class HollowLogs implements ContainerLogs {

    private static final List<String> CONTAINERS = List.of("containers", "initContainers", "ephemeralContainers");

    private final ControlPlane controlPlane;
    private final InstantSource clock;

    public HollowLogs(ControlPlane controlPlane, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.clock = clock;
    }

    /** A node whose runtime is hollow, whichever process plays it. */
    @Override
    public boolean serves(ContainerLogRequest request) {
        return Json.text(request.node().tree(), "status", "nodeInfo", "containerRuntimeVersion")
                .startsWith(HollowStatus.RUNTIME);
    }

    /** A hollow node has only the appearance of them. */
    @Override
    public boolean hasProcesses() {
        return false;
    }

    @Override
    public CompletionStage<Outcome<Source<ByteString, NotUsed>>> read(ContainerLogRequest request) {
        JsonNode pod = request.pod().tree();
        Outcome<Source<ByteString, NotUsed>> log = HollowRun.asked(
                        pod, request.container(), request.options().previous())
                .then(run -> {
                    HollowLog lines = new HollowLog(run, request.container(), image(pod, request.container()));
                    return Outcome.done(Source.fromGraph(new HollowLogStream(controlPlane, clock, request, lines)));
                });
        return CompletableFuture.completedFuture(log);
    }

    private static String image(JsonNode pod, String container) {
        for (String list : CONTAINERS) {
            for (JsonNode each : Json.at(pod, "spec", list)) {
                if (Json.text(each, "name").equals(container)) {
                    return Json.text(each, "image");
                }
            }
        }
        return "";
    }
}
