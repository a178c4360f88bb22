package io.everynode.nodes.endpoint;

import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A kubelet's paths (pkg/kubelet/server/server.go), as far as there is something behind them. */
final class EndpointPaths {

    private final NodeRuntime runtime;
    private final LogAnswers logs;
    private final RemoteCommands commands;
    private final PortForwards forwards;

    EndpointPaths(NodeRuntime runtime, OpenSessions sessions) {
        this.runtime = runtime;
        this.logs = new LogAnswers(sessions);
        this.commands = new RemoteCommands(sessions);
        this.forwards = new PortForwards(sessions);
    }

    /** @return whether the connection may be used for another request */
    boolean serve(Connection connection, RequestHead head) throws IOException, InterruptedException {
        List<String> path = head.segments();
        int size = path.size();
        boolean get = head.method().equals("GET");
        boolean upgradable = get || head.method().equals("POST");
        try {
            switch (path.get(0)) {
                case "healthz" -> {
                    return get && size == 1 ? text(connection, head, 200, "ok") : refuse(connection, head, size == 1);
                }
                case "pods" -> {
                    if (!get || size > 1) {
                        return refuse(connection, head, size == 1);
                    }
                    connection.answer(200, "application/json", Json.encode(runtime.pods()));
                    return head.keepsConnection();
                }
                case "containerLogs" -> {
                    if (!get || size != 4) {
                        return refuse(connection, head, size == 4);
                    }
                    ContainerName container = container(path);
                    logs.serve(connection, head, options -> runtime.log(container, options));
                    return false;
                }
                case "exec" -> {
                    if (!upgradable || size < 4 || size > 5) {
                        return refuse(connection, head, size == 4 || size == 5);
                    }
                    List<String> command = head.query().getOrDefault("command", List.of());
                    if (command.isEmpty()) {
                        return text(connection, head, 400, "a command is required");
                    }
                    commands.serve(
                            connection,
                            head,
                            "error executing command in container: ",
                            options -> runtime.exec(container(path), command, options));
                    return false;
                }
                case "attach" -> {
                    if (!upgradable || size < 4 || size > 5) {
                        return refuse(connection, head, size == 4 || size == 5);
                    }
                    commands.serve(
                            connection,
                            head,
                            "error attaching to container: ",
                            options -> runtime.attach(container(path), options));
                    return false;
                }
                case "portForward" -> {
                    if (!upgradable || size < 3 || size > 4) {
                        return refuse(connection, head, size == 3 || size == 4);
                    }
                    PodName pod = new PodName(path.get(1), path.get(2), size == 4 ? path.get(3) : "");
                    forwards.serve(connection, head, pod, runtime.ports(pod));
                    return false;
                }
                default -> {
                    return refuse(connection, head, false);
                }
            }
        } catch (RuntimeRefusal e) {
            return text(connection, head, e.code(), e.getMessage());
        }
    }

    /** {@code /what/NAMESPACE/POD/CONTAINER} or {@code /what/NAMESPACE/POD/UID/CONTAINER}. */
    private static ContainerName container(List<String> path) {
        String uid = path.size() == 5 ? path.get(3) : "";
        return new ContainerName(new PodName(path.get(1), path.get(2), uid), path.get(path.size() - 1));
    }

    private static boolean refuse(Connection connection, RequestHead head, boolean known) throws IOException {
        return known
                ? text(connection, head, 405, "405: Method Not Allowed")
                : text(connection, head, 404, "404 page not found");
    }

    private static boolean text(Connection connection, RequestHead head, int code, String text) throws IOException {
        if (head.method().equals("HEAD")) {
            connection.head(code, "Connection", "close");
            return false;
        }
        connection.answer(code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        return head.keepsConnection();
    }
}
