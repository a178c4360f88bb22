package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.everynode.objects.Json;
import io.everynode.objects.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A container's securityContext and resources as settings of the Engine (kubernetes/pkg/securitycontext). Pure. */
public final class ContainerSettings {

    private static final long CPU_PERIOD = 100_000;
    private static final long LEAST_QUOTA = 1_000;
    private static final long LEAST_SHARES = 2;

    /** Gives the text of a seccomp profile on this node. */
    public interface SeccompProfiles {
        String read(String localhostProfile) throws ConfigProblem;
    }

    private final JsonNode podContext;
    private final JsonNode context;
    private final JsonNode annotations;
    private final ContainerSpec container;

    private ContainerSettings(PodView pod, ContainerSpec container) {
        this.podContext = Json.at(pod.tree(), "spec", "securityContext");
        this.context = container.tree().path("securityContext");
        this.annotations = Json.at(pod.tree(), "metadata", "annotations");
        this.container = container;
    }

    /** @throws ConfigProblem when the Engine cannot be told so */
    static void apply(PodView pod, ContainerSpec container, SeccompProfiles profiles, HostConfig host)
            throws ConfigProblem {
        ContainerSettings settings = new ContainerSettings(pod, container);
        settings.security(host, profiles);
        settings.resources(host);
    }

    /** The container's own setting, else the Pod's. */
    private JsonNode either(String field) {
        return context.hasNonNull(field) ? context.path(field) : podContext.path(field);
    }

    private void security(HostConfig host, SeccompProfiles profiles) throws ConfigProblem {
        boolean privileged = context.path("privileged").asBoolean(false);
        host.withPrivileged(privileged);
        host.withReadonlyRootfs(context.path("readOnlyRootFilesystem").asBoolean(false));
        host.withCapAdd(capabilities("add"));
        host.withCapDrop(capabilities("drop"));
        List<String> groups = new ArrayList<>();
        podContext.path("supplementalGroups").forEach(group -> groups.add(group.asText()));
        if (podContext.hasNonNull("fsGroup")) {
            groups.add(podContext.path("fsGroup").asText());
        }
        if (!groups.isEmpty()) {
            host.withGroupAdd(groups);
        }
        List<String> options = new ArrayList<>();
        if (context.path("allowPrivilegeEscalation").isBoolean()
                && !context.path("allowPrivilegeEscalation").asBoolean()) {
            options.add("no-new-privileges");
        }
        // Of a privileged container the Engine takes neither.
        if (!privileged) {
            seccomp(profiles).ifPresent(options::add);
            appArmor().ifPresent(options::add);
        }
        JsonNode selinux = either("seLinuxOptions");
        for (String part : List.of("user", "role", "type", "level")) {
            if (selinux.hasNonNull(part)) {
                options.add("label=" + part + ":" + Json.text(selinux, part));
            }
        }
        host.withSecurityOpts(options);
    }

    private Capability[] capabilities(String way) throws ConfigProblem {
        List<Capability> found = new ArrayList<>();
        for (JsonNode each : context.path("capabilities").path(way)) {
            String name = each.asText().startsWith("CAP_") ? each.asText().substring(4) : each.asText();
            try {
                found.add(Capability.valueOf(name));
            } catch (IllegalArgumentException e) {
                throw new ConfigProblem("unknown capability \"" + each.asText() + "\"");
            }
        }
        return found.toArray(Capability[]::new);
    }

    private Optional<String> seccomp(SeccompProfiles profiles) throws ConfigProblem {
        JsonNode profile = either("seccompProfile");
        return switch (Json.text(profile, "type")) {
            case "Unconfined" -> Optional.of("seccomp=unconfined");
            case "Localhost" -> Optional.of("seccomp=" + profiles.read(Json.text(profile, "localhostProfile")));
            default -> Optional.empty();
        };
    }

    private Optional<String> appArmor() {
        JsonNode profile = either("appArmorProfile");
        String old = Json.text(annotations, "container.apparmor.security.beta.kubernetes.io/" + container.name());
        if (old.startsWith("localhost/")) {
            return Optional.of("apparmor=" + old.substring("localhost/".length()));
        }
        return switch (Json.text(profile, "type")) {
            case "Unconfined" -> Optional.of("apparmor=unconfined");
            case "Localhost" -> Optional.of("apparmor=" + Json.text(profile, "localhostProfile"));
            default -> old.equals("unconfined") ? Optional.of("apparmor=unconfined") : Optional.empty();
        };
    }

    /** Of the process: UID, or UID:GID; "" for the image's own. */
    static String user(PodView pod, ContainerSpec container) {
        ContainerSettings settings = new ContainerSettings(pod, container);
        String user = settings.either("runAsUser").asText("");
        String group = settings.either("runAsGroup").asText("");
        if (group.isEmpty()) {
            return user;
        }
        return (user.isEmpty() ? "0" : user) + ":" + group;
    }

    /**
     * @param imageUser as the image says it, "" for root
     * @throws ConfigProblem when the Pod must not run as root and would, or it cannot be told
     */
    public static void refuseRoot(PodView pod, ContainerSpec container, String imageUser) throws ConfigProblem {
        ContainerSettings settings = new ContainerSettings(pod, container);
        if (!settings.either("runAsNonRoot").asBoolean(false)) {
            return;
        }
        JsonNode user = settings.either("runAsUser");
        String effective = user.isNumber() ? user.asText() : imageUser.split(":", 2)[0];
        if (effective.isEmpty() || effective.matches("0+")) {
            throw new ConfigProblem("container has runAsNonRoot and image will run as root (pod: \"" + pod.text()
                    + "\", container: " + container.name() + ")");
        }
        if (!effective.matches("\\d+")) {
            throw new ConfigProblem("container has runAsNonRoot and image has non-numeric user (" + effective
                    + "), cannot verify user is non-root (pod: \"" + pod.text() + "\", container: " + container.name()
                    + ")");
        }
    }

    private void resources(HostConfig host) {
        Optional<Quantity> cpuLimit = amount("limits", "cpu");
        Optional<Quantity> cpu = amount("requests", "cpu").or(() -> cpuLimit);
        long shares = cpu.map(each -> each.milliValue() * 1024 / 1000).orElse(LEAST_SHARES);
        host.withCpuShares((int) Math.min(Math.max(shares, LEAST_SHARES), 262_144));
        cpuLimit.filter(each -> !each.isZero()).ifPresent(limit -> {
            host.withCpuPeriod(CPU_PERIOD);
            host.withCpuQuota(Math.max(limit.milliValue() * CPU_PERIOD / 1000, LEAST_QUOTA));
        });
        amount("limits", "memory").filter(each -> !each.isZero()).ifPresent(limit -> {
            host.withMemory(limit.wholeValue());
            // No swap besides.
            host.withMemorySwap(limit.wholeValue());
        });
    }

    private Optional<Quantity> amount(String side, String resource) {
        return Quantity.parse(Json.text(container.tree(), "resources", side, resource));
    }
}
