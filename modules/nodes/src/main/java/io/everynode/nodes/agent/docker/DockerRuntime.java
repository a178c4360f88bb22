package io.everynode.nodes.agent.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.Labels;
import io.everynode.nodes.endpoint.Client;
import io.everynode.nodes.endpoint.ContainerLog;
import io.everynode.nodes.endpoint.ContainerName;
import io.everynode.nodes.endpoint.ContainerSession;
import io.everynode.nodes.endpoint.ContainerStreams;
import io.everynode.nodes.endpoint.LogOptions;
import io.everynode.nodes.endpoint.NodeRuntime;
import io.everynode.nodes.endpoint.PodName;
import io.everynode.nodes.endpoint.PodPorts;
import io.everynode.nodes.endpoint.PortConnection;
import io.everynode.nodes.endpoint.RuntimeRefusal;
import io.everynode.nodes.endpoint.StreamOptions;
import io.everynode.nodes.endpoint.TerminalSize;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's containers for its endpoint, found by their labels. Thread-safe. A process that exec began goes on when its
 * client goes, until it notices the end of its streams: the Engine cannot end it.
 */
public final class DockerRuntime implements NodeRuntime {

    private static final Logger log = LoggerFactory.getLogger(DockerRuntime.class);
    private static final int CONNECT_MILLIS = 10_000;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final DockerClient client;
    private final URI host;
    private final String node;
    private final Supplier<ObjectNode> pods;

    /**
     * @param host where the client's Engine is
     * @param pods gives the Pods that the node knows, a v1 PodList
     */
    public DockerRuntime(DockerClient client, String host, String node, Supplier<ObjectNode> pods) {
        this.client = client;
        this.host = URI.create(host);
        this.node = node;
        this.pods = pods;
    }

    @Override
    public ObjectNode pods() {
        return pods.get();
    }

    /** All attempts of one name, the newest first. */
    private List<Container> attempts(PodName pod, String name) throws RuntimeRefusal {
        Map<String, String> labels = new HashMap<>();
        labels.put(Labels.NODE, node);
        labels.put(Labels.NAMESPACE, pod.namespace());
        labels.put(Labels.POD, pod.name());
        labels.put(Labels.CONTAINER, name);
        if (!pod.uid().isEmpty()) {
            labels.put(Labels.UID, pod.uid());
        }
        try {
            return client.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec().stream()
                    .sorted(Comparator.comparing(Container::getCreated)
                            .thenComparing(DockerRuntime::attempt)
                            .reversed())
                    .toList();
        } catch (RuntimeException e) {
            throw refused(e);
        }
    }

    private static int attempt(Container container) {
        String text = container.getLabels().getOrDefault(Labels.ATTEMPT, "0");
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static RuntimeRefusal refused(RuntimeException failure) {
        return new RuntimeRefusal(500, "the Docker Engine: " + EngineMessages.of(failure));
    }

    private Container running(ContainerName name) throws RuntimeRefusal {
        return attempts(name.pod(), name.name()).stream()
                .filter(each -> "running".equals(each.getState()))
                .findFirst()
                .orElseThrow(() -> new RuntimeRefusal(NOT_FOUND, "container not found (\"" + name.name() + "\")"));
    }

    @Override
    public ContainerLog log(ContainerName name, LogOptions options) throws RuntimeRefusal {
        List<Container> attempts = attempts(name.pod(), name.name());
        String shown =
                "container \"" + name.name() + "\" in pod \"" + name.pod().name() + "\"";
        if (attempts.isEmpty() || "created".equals(attempts.get(0).getState())) {
            throw new RuntimeRefusal(BAD_REQUEST, shown + " is waiting to start: ContainerCreating");
        }
        if (options.previous() && attempts.size() < 2) {
            throw new RuntimeRefusal(BAD_REQUEST, "previous terminated " + shown + " not found");
        }
        String id = attempts.get(options.previous() ? 1 : 0).getId();
        return (out, reader) -> write(id, options, out, reader);
    }

    private void write(String id, LogOptions options, OutputStream out, Client reader)
            throws IOException, InterruptedException {
        LogContainerCmd log = client.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withTimestamps(options.timestamps())
                .withFollowStream(options.follow());
        if (options.since() != null) {
            log.withSince((int) Math.min(options.since().getEpochSecond(), Integer.MAX_VALUE));
        }
        if (options.tailLines() == null) {
            log.withTailAll();
        } else {
            log.withTail((int) Math.min(options.tailLines(), Integer.MAX_VALUE));
        }
        FrameCopy copy = new FrameCopy(out, out);
        reader.onGone(copy::abandon);
        copy.run(log.exec(copy));
    }

    @Override
    public ContainerSession exec(ContainerName name, List<String> command, StreamOptions options)
            throws RuntimeRefusal {
        String id = running(name).getId();
        return streams -> exec(id, command, options, streams);
    }

    private int exec(String id, List<String> command, StreamOptions options, ContainerStreams streams)
            throws RuntimeRefusal, IOException, InterruptedException {
        try {
            String exec = client.execCreateCmd(id)
                    .withCmd(command.toArray(String[]::new))
                    .withAttachStdin(options.stdin())
                    .withAttachStdout(options.stdout())
                    .withAttachStderr(options.stderr())
                    .withTty(options.tty())
                    .exec()
                    .getId();
            String body =
                    Json.object().put("Detach", false).put("Tty", options.tty()).toString();
            Consumer<TerminalSize> sizes = size -> resize(() -> client.resizeExecCmd(exec)
                    .withSize(size.rows(), size.columns())
                    .exec());
            connect("/exec/" + exec + "/start", body, options.stdin(), options.tty(), streams, sizes);
            Long code = client.inspectExecCmd(exec).exec().getExitCodeLong();
            return code == null ? 0 : code.intValue();
        } catch (RuntimeException e) {
            throw new RuntimeRefusal(500, EngineMessages.of(e));
        } finally {
            streams.stdin().close();
        }
    }

    private void connect(
            String path,
            String body,
            boolean stdin,
            boolean tty,
            ContainerStreams streams,
            Consumer<TerminalSize> sizes)
            throws IOException, RuntimeRefusal {
        try (HijackedConnection connection = HijackedConnection.open(host, path, body)) {
            streams.onGone(() -> abandon(connection));
            if (tty) {
                streams.onResize(sizes);
            }
            connection.run(streams, stdin, !tty);
        }
    }

    private static void abandon(HijackedConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            log.debug("A connection cannot be closed", e);
        }
    }

    /** A process that has ended meanwhile has no terminal to resize. */
    private static void resize(Supplier<?> request) {
        try {
            request.get();
        } catch (RuntimeException e) {
            log.debug("The terminal keeps its size", e);
        }
    }

    @Override
    public ContainerSession attach(ContainerName name, StreamOptions options) throws RuntimeRefusal {
        String id = running(name).getId();
        return streams -> {
            try {
                InspectContainerResponse found = client.inspectContainerCmd(id).exec();
                boolean stdin =
                        options.stdin() && Boolean.TRUE.equals(found.getConfig().getStdinOpen());
                boolean tty = Boolean.TRUE.equals(found.getConfig().getTty());
                String path = "/containers/" + id + "/attach?stream=1&stdin=" + stdin + "&stdout=" + options.stdout()
                        + "&stderr=" + options.stderr();
                Consumer<TerminalSize> sizes = size -> resize(() -> client.resizeContainerCmd(id)
                        .withSize(size.rows(), size.columns())
                        .exec());
                connect(path, "", stdin, tty, streams, sizes);
                return 0;
            } catch (RuntimeException e) {
                throw new RuntimeRefusal(500, EngineMessages.of(e));
            } finally {
                streams.stdin().close();
            }
        };
    }

    @Override
    public PodPorts ports(PodName pod) throws RuntimeRefusal {
        Container sandbox = attempts(pod, ContainerFacts.SANDBOX).stream()
                .filter(each -> "running".equals(each.getState()))
                .findFirst()
                .orElseThrow(() -> new RuntimeRefusal(NOT_FOUND, "pod \"" + pod.name() + "\" is not running here"));
        Optional<String> ip;
        try {
            ip = Optional.of(Inspected.facts(
                                    client.inspectContainerCmd(sandbox.getId()).exec(), "")
                            .ip())
                    .filter(each -> !each.isEmpty());
        } catch (NotFoundException gone) {
            throw new RuntimeRefusal(NOT_FOUND, "pod \"" + pod.name() + "\" is not running here");
        }
        // One of the host's network is reached on the host's own loopback.
        return port -> {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(ip.orElse("127.0.0.1"), port), CONNECT_MILLIS);
                return PortConnection.of(socket);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        };
    }
}
