package io.everynode.nodes.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.EventsCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.ContainerPlan;
import io.everynode.nodes.agent.plan.Labels;
import io.everynode.objects.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A Docker Engine by its API, with docker-java. Thread-safe. */
public final class DockerEngine implements Engine {

    /** What changes a container's facts; the many events of a probe's exec are left out. */
    private static final String[] CHANGES = {"create", "start", "die", "destroy", "oom"};

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** What a program prints is shown to people, and bounded. */
    private static final int OUTPUT = 10 * 1024;

    private static final int OK = 200;

    private final DockerHttpClient http;
    private final DockerClient client;
    private final LastWords lastWords;

    /**
     * @param host such as unix:///var/run/docker.sock
     * @param terminationMessages gives the file with the last words of a container: pod UID, and name/attempt
     */
    public DockerEngine(String host, BiFunction<String, String, Path> terminationMessages) {
        DefaultDockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(host)
                .withDockerTlsVerify(false)
                .build();
        this.http = new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .connectionTimeout(CONNECT)
                .build();
        this.client = DockerClientImpl.getInstance(config, http);
        this.lastWords = new LastWords(terminationMessages, this::logTail);
    }

    /** For what else speaks to the same Engine. */
    public DockerClient client() {
        return client;
    }

    private static <T> T call(Supplier<T> request) {
        try {
            return request.get();
        } catch (DockerException e) {
            throw new EngineException(EngineMessages.of(e), false, e);
        } catch (RuntimeException e) {
            throw new EngineException("the Docker Engine gives no answer: " + EngineMessages.of(e), true, e);
        }
    }

    private static void run(Runnable request) {
        call(() -> {
            request.run();
            return null;
        });
    }

    @Override
    public Info info() {
        return call(() -> {
            var info = client.infoCmd().exec();
            return new Info(
                    info.getServerVersion(),
                    info.getKernelVersion(),
                    info.getOperatingSystem(),
                    info.getArchitecture(),
                    info.getNCPU(),
                    info.getMemTotal(),
                    info.getDockerRootDir());
        });
    }

    @Override
    public void ping() {
        run(() -> client.pingCmd().exec());
    }

    @Override
    public List<String> containers(String node) {
        return call(() ->
                client.listContainersCmd().withShowAll(true).withLabelFilter(Map.of(Labels.NODE, node)).exec().stream()
                        .map(Container::getId)
                        .toList());
    }

    @Override
    public Optional<ContainerFacts> inspect(String id) {
        return call(() -> {
            try {
                InspectContainerResponse container =
                        client.inspectContainerCmd(id).exec();
                boolean running = Boolean.TRUE.equals(container.getState().getRunning());
                ContainerFacts facts = Inspected.facts(container, running ? stopSignal(id) : "");
                if (facts.isSandbox() || !facts.ended()) {
                    return Optional.of(facts);
                }
                String policy = container.getConfig().getLabels().getOrDefault(Labels.MESSAGE_POLICY, "");
                return Optional.of(Inspected.with(facts, lastWords.of(facts, policy)));
            } catch (NotFoundException gone) {
                return Optional.<ContainerFacts>empty();
            }
        });
    }

    /** Of the container or its image; "" for the usual one. The library's type has no field for it. */
    private String stopSignal(String id) {
        DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.GET)
                .path("/containers/" + id + "/json")
                .build();
        try (DockerHttpClient.Response response = http.execute(request)) {
            return response.getStatusCode() == OK
                    ? Json.text(Json.parse(response.getBody().readAllBytes()), "Config", "StopSignal")
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<Image> image(String name) {
        return call(() -> {
            try {
                InspectImageResponse image = client.inspectImageCmd(name).exec();
                List<String> digests = image.getRepoDigests();
                String reference = digests == null || digests.isEmpty()
                        ? "docker://" + image.getId()
                        : "docker-pullable://" + digests.get(0);
                String user =
                        image.getConfig() == null ? null : image.getConfig().getUser();
                return Optional.of(new Image(image.getId(), reference, user == null ? "" : user));
            } catch (NotFoundException none) {
                return Optional.<Image>empty();
            }
        });
    }

    @Override
    public void pull(String image, Credentials credentials) {
        run(() -> {
            PullImageCmd pull = client.pullImageCmd(tagged(image));
            if (credentials != null) {
                AuthConfig auth = new AuthConfig().withRegistryAddress(credentials.registry());
                if (credentials.identityToken().isEmpty()) {
                    auth.withUsername(credentials.user()).withPassword(credentials.password());
                } else {
                    auth.withIdentityToken(credentials.identityToken());
                }
                pull.withAuthConfig(auth);
            }
            try {
                pull.exec(new ResultCallback.Adapter<PullResponseItem>() {
                            private String error;

                            @Override
                            public void onNext(PullResponseItem item) {
                                if (item.getErrorDetail() != null) {
                                    error = item.getErrorDetail().getMessage();
                                }
                            }

                            @Override
                            public void onComplete() {
                                if (error != null) {
                                    onError(new DockerException(error, 500));
                                }
                                super.onComplete();
                            }
                        })
                        .awaitCompletion();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        });
    }

    private static RuntimeException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }

    /** Without a tag the Engine would pull all of them. */
    private static String tagged(String image) {
        String last = image.substring(image.lastIndexOf('/') + 1);
        return last.contains(":") || last.contains("@") ? image : image + ":latest";
    }

    @Override
    public void build(String name, byte[] context) {
        run(() -> client.buildImageCmd(new ByteArrayInputStream(context))
                .withTags(Set.of(name))
                .start()
                .awaitImageId());
    }

    @Override
    public String create(ContainerPlan plan) {
        return call(() -> {
            CreateContainerCmd create = client.createContainerCmd(plan.image())
                    .withName(plan.name())
                    .withLabels(plan.labels())
                    .withEnv(plan.environment())
                    .withTty(plan.tty())
                    .withStdinOpen(plan.stdin())
                    .withStdInOnce(plan.stdinOnce())
                    .withHostConfig(plan.hostConfig());
            if (plan.command() != null) {
                create.withEntrypoint(plan.command());
            }
            if (plan.args() != null) {
                create.withCmd(plan.args());
            }
            if (!plan.workingDirectory().isEmpty()) {
                create.withWorkingDir(plan.workingDirectory());
            }
            if (!plan.user().isEmpty()) {
                create.withUser(plan.user());
            }
            if (!plan.hostname().isEmpty()) {
                create.withHostName(plan.hostname());
            }
            if (!plan.stopSignal().isEmpty()) {
                create.withStopSignal(plan.stopSignal());
            }
            create.withExposedPorts(exposed(plan.hostConfig()));
            try {
                return create.exec().getId();
            } catch (ConflictException taken) {
                // An agent before this one made it, and ended before it could note that.
                return client.inspectContainerCmd(plan.name()).exec().getId();
            }
        });
    }

    private static List<ExposedPort> exposed(HostConfig host) {
        return host.getPortBindings() == null
                ? List.of()
                : List.copyOf(host.getPortBindings().getBindings().keySet());
    }

    @Override
    public void start(String id) {
        run(() -> {
            try {
                client.startContainerCmd(id).exec();
            } catch (NotModifiedException runs) {
                // It is what was wanted.
                return;
            }
        });
    }

    @Override
    public void signal(String id, String signal) {
        run(() -> {
            try {
                client.killContainerCmd(id).withSignal(signal).exec();
            } catch (NotFoundException | ConflictException ended) {
                // It is what was wanted.
                return;
            }
        });
    }

    @Override
    public void remove(String id) {
        run(() -> {
            try {
                client.removeContainerCmd(id)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException gone) {
                // It is what was wanted.
                return;
            } catch (ConflictException going) {
                if (!String.valueOf(going.getMessage()).contains("already in progress")) {
                    throw going;
                }
            }
        });
    }

    @Override
    public ExecResult exec(String id, List<String> command, Duration timeout) {
        return call(() -> {
            String exec = client.execCreateCmd(id)
                    .withCmd(command.toArray(String[]::new))
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .exec()
                    .getId();
            Output output = new Output(OUTPUT);
            boolean done = output.await(client.execStartCmd(exec).exec(output), timeout);
            if (!done) {
                return new ExecResult(-1, output.text());
            }
            Long code = client.inspectExecCmd(exec).exec().getExitCodeLong();
            return new ExecResult(code == null ? -1 : code.intValue(), output.text());
        });
    }

    @Override
    public Optional<Path> logPath(String id) {
        return call(() -> {
            try {
                String path = client.inspectContainerCmd(id).exec().getLogPath();
                return path == null || path.isEmpty() ? Optional.<Path>empty() : Optional.of(Path.of(path));
            } catch (NotFoundException gone) {
                return Optional.<Path>empty();
            }
        });
    }

    @Override
    public String logTail(String id, int lines, int bytes) {
        return call(() -> {
            Output output = new Output(bytes);
            output.await(
                    client.logContainerCmd(id)
                            .withStdOut(true)
                            .withStdErr(true)
                            .withTail(lines)
                            .exec(output),
                    CONNECT);
            return output.text();
        });
    }

    /** Keeps the first bytes of what comes. */
    private static final class Output extends ResultCallback.Adapter<Frame> {
        private final int limit;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Output(int limit) {
            this.limit = limit;
        }

        @Override
        public synchronized void onNext(Frame frame) {
            byte[] payload = frame.getPayload();
            bytes.write(payload, 0, Math.min(payload.length, limit - bytes.size()));
        }

        boolean await(ResultCallback.Adapter<Frame> started, Duration timeout) {
            try (started) {
                return started.awaitCompletion(timeout.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                throw interrupted(e);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    @Override
    public AutoCloseable events(String node, Consumer<String> changed, Consumer<Throwable> ended) {
        AtomicBoolean over = new AtomicBoolean();
        EventsCmd events = client.eventsCmd()
                .withEventTypeFilter(EventType.CONTAINER)
                .withEventFilter(CHANGES)
                .withLabelFilter(Map.of(Labels.NODE, node));
        ResultCallback.Adapter<Event> callback = call(() -> events.exec(new ResultCallback.Adapter<Event>() {
            @Override
            public void onNext(Event event) {
                changed.accept(event.getId());
            }

            @Override
            public void onError(Throwable failure) {
                super.onError(failure);
                over(failure);
            }

            @Override
            public void onComplete() {
                super.onComplete();
                over(new IllegalStateException("it has ended"));
            }

            private void over(Throwable why) {
                if (over.compareAndSet(false, true)) {
                    ended.accept(why);
                }
            }
        }));
        try {
            callback.awaitStarted(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return () -> {
            over.set(true);
            callback.close();
        };
    }

    @Override
    public void close() {
        Closeable closeable = client;
        try {
            closeable.close();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
