package io.everynode.nodes.agent.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.everynode.nodes.agent.plan.ContainerFacts;
import io.everynode.nodes.agent.plan.ContainerFacts.State;
import io.everynode.nodes.agent.plan.Labels;
import java.time.Instant;
import java.util.Map;

/** A container as the Engine describes it, as facts. Pure. */
final class Inspected {

    private Inspected() {}

    /** @param stopSignal "" for the usual one */
    static ContainerFacts facts(InspectContainerResponse container, String stopSignal) {
        Map<String, String> labels = container.getConfig().getLabels();
        ContainerState state = container.getState();
        int exitCode =
                state.getExitCodeLong() == null ? 0 : state.getExitCodeLong().intValue();
        String error = text(state.getError());
        boolean running = Boolean.TRUE.equals(state.getRunning());
        boolean made = "created".equals(state.getStatus());
        // One that could not be started stays "created", with an exit code.
        State shown = running ? State.RUNNING : made && exitCode == 0 && error.isEmpty() ? State.CREATED : State.EXITED;
        String ip = "";
        if (container.getNetworkSettings() != null) {
            for (ContainerNetwork network :
                    container.getNetworkSettings().getNetworks().values()) {
                ip = ip.isEmpty() ? text(network.getIpAddress()) : ip;
            }
        }
        Instant created = time(container.getCreated());
        return new ContainerFacts(
                container.getId(),
                labels.getOrDefault(Labels.NAMESPACE, ""),
                labels.getOrDefault(Labels.POD, ""),
                labels.getOrDefault(Labels.UID, ""),
                labels.getOrDefault(Labels.CONTAINER, ""),
                (int) number(labels, Labels.ATTEMPT),
                labels.getOrDefault(Labels.SANDBOX, ""),
                number(labels, Labels.BACK_OFF),
                labels.getOrDefault(Labels.HASH, ""),
                number(labels, Labels.GRACE),
                shown,
                created == null ? Instant.EPOCH : created,
                time(state.getStartedAt()),
                running ? null : time(state.getFinishedAt()),
                exitCode,
                Boolean.TRUE.equals(state.getOOMKilled()),
                error,
                text(container.getConfig().getImage()),
                "docker://" + container.getImageId(),
                ip,
                "",
                stopSignal.isEmpty() ? "SIGTERM" : stopSignal);
    }

    static ContainerFacts with(ContainerFacts facts, String message) {
        return new ContainerFacts(
                facts.id(),
                facts.podNamespace(),
                facts.podName(),
                facts.podUid(),
                facts.name(),
                facts.attempt(),
                facts.sandboxId(),
                facts.backOffSeconds(),
                facts.specHash(),
                facts.graceSeconds(),
                facts.state(),
                facts.createdAt(),
                facts.startedAt(),
                facts.finishedAt(),
                facts.exitCode(),
                facts.oomKilled(),
                facts.error(),
                facts.image(),
                facts.imageId(),
                facts.ip(),
                message,
                facts.stopSignal());
    }

    /** The Engine gives the year 1 for what has not happened. */
    private static Instant time(String text) {
        return text == null || text.isEmpty() || text.startsWith("0001-") ? null : Instant.parse(text);
    }

    /** A label that somebody has broken counts as none. */
    private static long number(Map<String, String> labels, String name) {
        String text = labels.getOrDefault(name, "0");
        return text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
    }

    private static String text(String given) {
        return given == null ? "" : given;
    }
}
