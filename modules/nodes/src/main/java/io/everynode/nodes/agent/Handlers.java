package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.agent.docker.EngineException;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.ContainerSpec;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Carries out what probes and lifecycle hooks ask for: exec, httpGet, tcpSocket, grpc, sleep. Blocks; thread-safe. */
final class Handlers {

    /** @param message why not; may be shown to people */
    record Result(boolean success, String message) {}

    private final Engine engine;
    private final HttpCheck http = new HttpCheck();

    Handlers(Engine engine) {
        this.engine = engine;
    }

    /** @param podIp where the Pod is reached */
    Result run(JsonNode handler, ContainerSpec spec, ContainerFacts container, String podIp, Duration timeout) {
        try {
            if (handler.path("exec").isObject()) {
                return exec(handler.path("exec"), container, timeout);
            }
            if (handler.path("httpGet").isObject()) {
                JsonNode get = handler.path("httpGet");
                return http.get(get, host(get, podIp), port(get, spec), timeout);
            }
            if (handler.path("tcpSocket").isObject()) {
                JsonNode socket = handler.path("tcpSocket");
                return connect(host(socket, podIp), port(socket, spec), timeout);
            }
            if (handler.path("grpc").isObject()) {
                JsonNode grpc = handler.path("grpc");
                return GrpcCheck.serving(podIp, grpc.path("port").asInt(), Json.text(grpc, "service"), timeout);
            }
            if (handler.path("sleep").isObject()) {
                Thread.sleep(1000 * handler.path("sleep").path("seconds").asLong());
                return new Result(true, "");
            }
            return new Result(false, "a handler of no known kind");
        } catch (IOException | EngineException | IllegalArgumentException e) {
            return new Result(false, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(false, "interrupted");
        }
    }

    private Result exec(JsonNode exec, ContainerFacts container, Duration timeout) {
        List<String> command = new ArrayList<>();
        exec.path("command").forEach(each -> command.add(each.asText()));
        Engine.ExecResult result = engine.exec(container.id(), command, timeout);
        if (result.exitCode() < 0) {
            return new Result(false, "command timed out: " + String.join(" ", command));
        }
        return new Result(result.exitCode() == 0, result.output().strip());
    }

    private static Result connect(String host, int port, Duration timeout) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return new Result(true, "");
        }
    }

    private static String host(JsonNode handler, String podIp) {
        String host = Json.text(handler, "host");
        return host.isEmpty() ? podIp : host;
    }

    private static int port(JsonNode handler, ContainerSpec spec) {
        JsonNode port = handler.path("port");
        if (port.isInt()) {
            return port.asInt();
        }
        for (JsonNode each : spec.tree().path("ports")) {
            if (Json.text(each, "name").equals(port.asText())) {
                return each.path("containerPort").asInt();
            }
        }
        if (port.asText().matches("\\d{1,5}")) {
            return Integer.parseInt(port.asText());
        }
        throw new IllegalArgumentException("the container has no port named \"" + port.asText() + "\"");
    }
}
