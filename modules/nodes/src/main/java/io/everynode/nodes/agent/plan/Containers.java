package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.everynode.nodes.agent.plan.PodAction.StartContainer;
import io.everynode.objects.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A container of a Pod's spec as the Engine is asked to make it. Pure. */
public final class Containers {

    /** What a Pod's container is told of its node besides its spec. */
    public record Place(String node, Path podDirectory, ContainerSettings.SeccompProfiles seccomp) {}

    /** A mount of a part of a volume, which must be there. */
    public record SubPath(Path volume, String path, boolean readOnly) {
        public Path place() {
            return volume.resolve(path).normalize();
        }
    }

    private Containers() {}

    /** On the host, where a container leaves its last words. */
    public static Path terminationMessage(Path podDirectory, String container, int attempt) {
        return podDirectory.resolve("containers").resolve(container).resolve(Integer.toString(attempt));
    }

    /** @throws ConfigProblem when the Engine cannot be told so */
    public static ContainerPlan of(PodView pod, StartContainer start, Map<String, String> env, Place place)
            throws ConfigProblem {
        ContainerSpec spec = start.spec();
        JsonNode tree = spec.tree();
        String sandbox = "container:" + start.sandbox().id();
        JsonNode podSpec = pod.tree().path("spec");
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode(sandbox)
                .withIpcMode(podSpec.path("hostIPC").asBoolean(false) ? "host" : sandbox)
                .withLogConfig(new LogConfig(
                        LogConfig.LoggingType.JSON_FILE,
                        Map.of("max-size", "10m", "max-file", "5", "labels", String.join(",", Labels.IN_LOGS))));
        if (pod.hostNetwork()) {
            host.withUtSMode("host");
        }
        if (podSpec.path("hostPID").asBoolean(false)) {
            host.withPidMode("host");
        } else if (podSpec.path("shareProcessNamespace").asBoolean(false)) {
            host.withPidMode(sandbox);
        }
        host.withMounts(mounts(pod, spec, env, place, start.attempt()));
        ContainerSettings.apply(pod, spec, place.seccomp(), host);
        Map<String, String> labels = Labels.of(pod, place.node(), spec.name(), start.attempt());
        labels.put(Labels.SANDBOX, start.sandbox().id());
        labels.put(Labels.HASH, spec.hash());
        labels.put(Labels.MESSAGE_POLICY, Json.text(tree, "terminationMessagePolicy"));
        labels.put(Labels.BACK_OFF, Long.toString(start.backOffSeconds()));
        List<String> environment = new ArrayList<>();
        env.forEach((name, value) -> environment.add(name + "=" + value));
        return new ContainerPlan(
                Labels.name(pod, spec.name(), start.attempt()),
                spec.image(),
                tree.path("command").isEmpty() ? null : Environment.expandAll(tree.path("command"), env),
                tree.path("args").isEmpty() ? null : Environment.expandAll(tree.path("args"), env),
                environment,
                Json.text(tree, "workingDir"),
                ContainerSettings.user(pod, spec),
                "",
                Json.text(tree, "lifecycle", "stopSignal"),
                tree.path("tty").asBoolean(false),
                tree.path("stdin").asBoolean(false),
                tree.path("stdinOnce").asBoolean(false),
                labels,
                host);
    }

    private static List<Mount> mounts(
            PodView pod, ContainerSpec spec, Map<String, String> env, Place place, int attempt) throws ConfigProblem {
        List<Mount> mounts = new ArrayList<>();
        for (JsonNode mount : spec.tree().path("volumeMounts")) {
            JsonNode volume = volume(pod, Json.text(mount, "name"));
            SubPath part = subPath(mount, volume, env, place.podDirectory());
            mounts.add(propagating(
                    mount,
                    new Mount()
                            .withType(MountType.BIND)
                            .withSource(part.place().toString())
                            .withTarget(Json.text(mount, "mountPath"))
                            .withReadOnly(part.readOnly())));
        }
        String message = spec.tree().path("terminationMessagePath").asText("/dev/termination-log");
        mounts.add(new Mount()
                .withType(MountType.BIND)
                .withSource(terminationMessage(place.podDirectory(), spec.name(), attempt)
                        .toString())
                .withTarget(message));
        return mounts;
    }

    /** Those of a container's mounts that show a part of their volume. */
    public static List<SubPath> subPaths(PodView pod, ContainerSpec spec, Map<String, String> env, Path podDirectory)
            throws ConfigProblem {
        List<SubPath> parts = new ArrayList<>();
        for (JsonNode mount : spec.tree().path("volumeMounts")) {
            SubPath part = subPath(mount, volume(pod, Json.text(mount, "name")), env, podDirectory);
            if (!part.path().isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static SubPath subPath(JsonNode mount, JsonNode volume, Map<String, String> env, Path podDirectory)
            throws ConfigProblem {
        String path = mount.hasNonNull("subPathExpr")
                ? Environment.expand(Json.text(mount, "subPathExpr"), env)
                : Json.text(mount, "subPath");
        if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
            throw new ConfigProblem("subPath \"" + path + "\" leads out of its volume");
        }
        boolean written =
                volume.path("hostPath").isObject() || volume.path("emptyDir").isObject();
        return new SubPath(
                Volumes.place(volume, podDirectory),
                path,
                !written || mount.path("readOnly").asBoolean(false));
    }

    private static JsonNode volume(PodView pod, String name) throws ConfigProblem {
        for (JsonNode volume : Json.at(pod.tree(), "spec", "volumes")) {
            if (Json.text(volume, "name").equals(name)) {
                return volume;
            }
        }
        throw new ConfigProblem("there is no volume \"" + name + "\"");
    }

    /**
     * Without a word the Engine takes {@code rprivate}, and {@code rslave} for what lies in its own directory, as the
     * containers' logs do: it refuses {@code rprivate} there.
     */
    private static Mount propagating(JsonNode mount, Mount bind) {
        return switch (Json.text(mount, "mountPropagation")) {
            case "HostToContainer" -> bind.withBindOptions(new BindOptions().withPropagation(BindPropagation.R_SLAVE));
            case "Bidirectional" -> bind.withBindOptions(new BindOptions().withPropagation(BindPropagation.R_SHARED));
            default -> bind;
        };
    }
}
