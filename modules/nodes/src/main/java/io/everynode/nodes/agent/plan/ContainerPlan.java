package io.everynode.nodes.agent.plan;

import com.github.dockerjava.api.model.HostConfig;
import java.util.List;
import java.util.Map;

/**
 * A container as the Engine is asked to make it. Immutable, except for the settings, which nobody changes. Its text
 * names nothing of its environment.
 *
 * @param name unique in the Engine, so that no second one can be made by mistake
 * @param command null for the image's own
 * @param args null for the image's own
 * @param user "" for the image's own
 * @param hostname "" for the one of the network that it joins
 * @param stopSignal "" for the image's own
 */
public record ContainerPlan(
        String name,
        String image,
        List<String> command,
        List<String> args,
        List<String> environment,
        String workingDirectory,
        String user,
        String hostname,
        String stopSignal,
        boolean tty,
        boolean stdin,
        boolean stdinOnce,
        Map<String, String> labels,
        HostConfig hostConfig) {

    @Override
    public String toString() {
        return name + " of " + image;
    }
}
