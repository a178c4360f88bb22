package io.everynode.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.loadtest.client.ApiClient;
import io.everynode.loadtest.client.ServerOptions;
import io.everynode.objects.Json;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code serving}: tells when a server that is being started serves. It is started before the server, so that its own
 * start is not in what is measured, and says "waiting" when it is ready to look.
 */
@Command(
        name = "serving",
        description =
                "Says \"waiting\", asks until the server is ready and lists nodes and Pods, and prints when that was.",
        mixinStandardHelpOptions = true)
final class ServingCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions server;

    @Option(names = "--nodes", defaultValue = "0", paramLabel = "N", description = "So many Nodes must be listed.")
    private long nodes;

    @Option(names = "--pods", defaultValue = "0", paramLabel = "N", description = "So many Pods must be listed.")
    private long pods;

    @Option(
            names = "--pause",
            paramLabel = "MILLISECONDS",
            defaultValue = "25",
            description = "Between two looks (default: ${DEFAULT-VALUE}).")
    private long pauseMillis;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "300", description = "Give up after that long.")
    private int timeoutSeconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ApiClient api = server.client();
        spec.commandLine().getOut().println("waiting");
        spec.commandLine().getOut().flush();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        String why = "nothing was asked";
        while (System.nanoTime() < end) {
            try {
                api.bytes("readyz", "*/*");
                long ready = System.currentTimeMillis();
                long listedNodes = count(api.get("api/v1/nodes?limit=500"));
                long listedPods = count(api.get("api/v1/pods?limit=500"));
                if (listedNodes < nodes || listedPods < pods) {
                    throw new IOException("ready with " + listedNodes + " nodes and " + listedPods + " Pods");
                }
                spec.commandLine()
                        .getOut()
                        .println(Json.object()
                                .put("readyAtMillis", ready)
                                .put("servedAtMillis", System.currentTimeMillis())
                                .put("nodes", listedNodes)
                                .put("pods", listedPods));
                return 0;
            } catch (IOException e) {
                why = e.getMessage();
            }
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
        }
        throw new IOException("not served after " + timeoutSeconds + " s: " + why);
    }

    /** Of the whole list, of which this is the first page. */
    private static long count(JsonNode page) {
        return page.path("items").size()
                + page.path("metadata").path("remainingItemCount").asLong(0);
    }
}
