package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.agent.docker.EngineException;
import io.everynode.nodes.agent.docker.PauseImage;
import io.everynode.nodes.agent.plan.ConfigProblem;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.ContainerPlan;
import io.everynode.nodes.agent.plan.ContainerSettings;
import io.everynode.nodes.agent.plan.ContainerSpec;
import io.everynode.nodes.agent.plan.Containers;
import io.everynode.nodes.agent.plan.Environment;
import io.everynode.nodes.agent.plan.ObjectRef;
import io.everynode.nodes.agent.plan.PodAction.StartContainer;
import io.everynode.nodes.agent.plan.PodAction.StartSandbox;
import io.everynode.nodes.agent.plan.PodFields;
import io.everynode.nodes.agent.plan.PodObjects;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.nodes.agent.plan.SandboxPlan;
import io.everynode.nodes.agent.plan.ServiceEnvironment;
import io.everynode.nodes.agent.plan.Volumes;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Carries out what was decided for Pods, with the Engine, the disk and the API. Blocks; thread-safe. */
final class PodOperations {

    private static final Duration HOOK_TIMEOUT = Duration.ofMinutes(2);

    private final AgentSettings settings;
    private final Engine engine;
    private final ObjectReader objects;
    private final EventRecorder events;
    private final Handlers handlers;
    private final NodeFacts node;
    private final URI api;
    private final PodTokens tokens;
    private final Images images;
    private final LogLinks links;

    PodOperations(
            AgentSettings settings,
            Engine engine,
            ObjectReader objects,
            EventRecorder events,
            Handlers handlers,
            NodeFacts node,
            URI api) {
        this.settings = settings;
        this.engine = engine;
        this.objects = objects;
        this.events = events;
        this.handlers = handlers;
        this.node = node;
        this.api = api;
        this.tokens = new PodTokens(objects::token);
        this.images = new Images(engine, objects, events);
        this.links = new LogLinks(settings.logDirectory());
    }

    private PodFields fields(PodView pod, String podIp) {
        List<String> ips = pod.hostNetwork() ? node.addresses() : podIp.isEmpty() ? List.of() : List.of(podIp);
        return new PodFields(pod, settings.node(), ips, node.addresses(), node.allocatable());
    }

    /**
     * @param versions of the objects that volumes show, "" for one that is not there; without those that never change
     * @param renewAt when a token in a volume is to be renewed; null for never
     */
    record Prepared(Map<ObjectRef, String> versions, Instant renewAt) {}

    Prepared prepareVolumes(PodView pod, String podIp) throws OperationFailure {
        try {
            PodObjects found = objects.read(pod, ObjectRef.ofVolumes(pod));
            Instant now = Instant.now();
            Path directory = settings.podDirectory(pod.uid());
            JsonNode group = Json.at(pod.tree(), "spec", "securityContext", "fsGroup");
            ConfigProblem first = null;
            for (JsonNode volume : Json.at(pod.tree(), "spec", "volumes")) {
                try {
                    Volumes.Step step = Volumes.one(
                            volume, pod, directory, found, fields(pod, podIp), token -> tokens.token(pod, token, now));
                    PodVolumes.make(step, group.asInt(-1));
                } catch (ConfigProblem | IOException e) {
                    // The others are made all the same: one that is missing does not keep them from being refreshed.
                    String why = "MountVolume.SetUp failed for volume \"" + Json.text(volume, "name") + "\" : "
                            + e.getMessage();
                    first = first == null ? new ConfigProblem(why) : first;
                }
            }
            if (first != null) {
                throw first;
            }
            Files.createDirectories(directory);
            return new Prepared(versions(found, ObjectRef.ofVolumes(pod)), tokens.nextRenewal(pod.uid()));
        } catch (ConfigProblem | IOException e) {
            throw new OperationFailure("ContainerCreating", "FailedMount", e.getMessage(), e);
        }
    }

    private static Map<ObjectRef, String> versions(PodObjects found, Set<ObjectRef> refs) {
        Map<ObjectRef, String> versions = new HashMap<>();
        for (ObjectRef ref : refs) {
            JsonNode object = found.found().get(ref);
            if (object == null) {
                versions.put(ref, "");
            } else if (!object.path("immutable").asBoolean(false)) {
                versions.put(ref, Json.text(object, "metadata", "resourceVersion"));
            }
        }
        return versions;
    }

    /** @return the sandbox's ID */
    String startSandbox(PodView pod, StartSandbox start) throws OperationFailure {
        try {
            String id = start.existing();
            if (id.isEmpty()) {
                if (start.attempt() > 0) {
                    events.normal(pod, "", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
                }
                boolean own = settings.sandboxImage().isEmpty();
                String image = own ? PauseImage.NAME : settings.sandboxImage();
                if (engine.image(image).isEmpty()) {
                    if (own) {
                        engine.build(image, PauseImage.context());
                    } else {
                        engine.pull(image, null);
                    }
                }
                id = engine.create(SandboxPlan.of(pod, settings.node(), image, start.attempt()));
            }
            engine.start(id);
            return id;
        } catch (EngineException e) {
            throw new OperationFailure(
                    "ContainerCreating",
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: " + e.getMessage(),
                    e);
        }
    }

    /** @return the container's ID */
    String startContainer(PodView pod, StartContainer start) throws OperationFailure {
        ContainerSpec spec = start.spec();
        String id = start.existing().isEmpty() ? create(pod, start) : start.existing();
        try {
            engine.start(id);
        } catch (EngineException e) {
            throw new OperationFailure("RunContainerError", "Failed", e.getMessage(), e);
        }
        events.normal(pod, spec.name(), "Started", "Started container " + spec.name());
        String made = id;
        engine.logPath(id).ifPresent(log -> engine.inspect(made).ifPresent(facts -> links.make(facts, log)));
        JsonNode hook = Json.at(spec.tree(), "lifecycle", "postStart");
        if (hook.isObject()) {
            postStart(pod, start, id, hook);
        }
        return id;
    }

    private String create(PodView pod, StartContainer start) throws OperationFailure {
        ContainerSpec spec = start.spec();
        Engine.Image image = images.present(pod, spec);
        ContainerPlan plan;
        try {
            ContainerSettings.refuseRoot(pod, spec, image.user());
            Path directory = settings.podDirectory(pod.uid());
            PodObjects found = objects.read(pod, ObjectRef.ofEnvironment(spec));
            Map<String, String> env =
                    Environment.of(spec, found, fields(pod, start.sandbox().ip()), services(pod));
            for (Containers.SubPath part : Containers.subPaths(pod, spec, env, directory)) {
                PodVolumes.subPath(part);
            }
            Path message = Containers.terminationMessage(directory, spec.name(), start.attempt());
            Files.createDirectories(message.getParent());
            if (!Files.exists(message)) {
                Files.createFile(message);
            }
            // Whoever the container runs as must be able to write it.
            Files.setPosixFilePermissions(message, PosixFilePermissions.fromString("rw-rw-rw-"));
            plan = Containers.of(
                    pod, start, env, new Containers.Place(settings.node(), directory, this::seccompProfile));
        } catch (ConfigProblem | IOException e) {
            throw new OperationFailure("CreateContainerConfigError", "Failed", e.getMessage(), e);
        }
        try {
            String id = engine.create(plan);
            events.normal(pod, spec.name(), "Created", "Created container: " + spec.name());
            return id;
        } catch (EngineException e) {
            throw new OperationFailure("CreateContainerError", "Failed", e.getMessage(), e);
        }
    }

    private Map<String, String> services(PodView pod) throws ConfigProblem {
        return ServiceEnvironment.of(objects.services(pod), api);
    }

    private String seccompProfile(String name) throws ConfigProblem {
        Path profiles = settings.rootDirectory().resolve("seccomp");
        Path file = profiles.resolve(name).normalize();
        if (!file.startsWith(profiles)) {
            throw new ConfigProblem("seccomp profile \"" + name + "\" leads out of " + profiles);
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ConfigProblem("seccomp profile " + file + " cannot be read");
        }
    }

    private void postStart(PodView pod, StartContainer start, String id, JsonNode hook) {
        ContainerFacts container = engine.inspect(id).orElse(null);
        if (container == null || !container.running()) {
            return;
        }
        Handlers.Result result = handlers.run(hook, start.spec(), container, podIp(pod, start.sandbox()), HOOK_TIMEOUT);
        if (!result.success()) {
            events.warning(
                    pod, start.spec().name(), "FailedPostStartHook", "PostStartHook failed: " + result.message());
            engine.signal(id, "SIGKILL");
        }
    }

    String podIp(PodView pod, ContainerFacts sandbox) {
        return pod.hostNetwork() || sandbox.ip().isEmpty() ? node.address() : sandbox.ip();
    }

    void preStop(PodView pod, ContainerSpec spec, ContainerFacts container, String podIp, Duration grace) {
        JsonNode hook = Json.at(spec.tree(), "lifecycle", "preStop");
        Handlers.Result result = handlers.run(hook, spec, container, podIp, grace);
        if (!result.success()) {
            events.warning(pod, spec.name(), "FailedPreStopHook", "PreStopHook failed: " + result.message());
        }
    }

    void signal(ContainerFacts container, boolean kill) {
        engine.signal(container.id(), kill ? "SIGKILL" : container.stopSignal());
    }

    void remove(ContainerFacts container) {
        engine.remove(container.id());
        links.remove(container);
    }

    void forget(PodView pod) throws OperationFailure {
        tokens.forget(pod.uid());
        try {
            links.remove(pod);
            PodVolumes.remove(settings.podDirectory(pod.uid()));
        } catch (IOException e) {
            throw new OperationFailure("", "", "the directory of Pod " + pod.text() + " stays: " + e.getMessage(), e);
        }
    }
}
