package io.everynode.nodes.agent;

import io.everynode.nodes.agent.docker.Engine;
import io.everynode.nodes.agent.docker.EngineException;
import io.everynode.nodes.agent.plan.ContainerSpec;
import io.everynode.nodes.agent.plan.PodView;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Optional;

/** Sees to it that images are there, by their pull policies (kubernetes/pkg/kubelet/images). Blocks; thread-safe. */
final class Images {

    private final Engine engine;
    private final ObjectReader objects;
    private final EventRecorder events;

    Images(Engine engine, ObjectReader objects, EventRecorder events) {
        this.engine = engine;
        this.objects = objects;
        this.events = events;
    }

    Engine.Image present(PodView pod, ContainerSpec spec) throws OperationFailure {
        String name = spec.image();
        String policy = Json.text(spec.tree(), "imagePullPolicy");
        try {
            Optional<Engine.Image> found = engine.image(name);
            if (found.isPresent() && !policy.equals("Always")) {
                events.normal(
                        pod, spec.name(), "Pulled", "Container image \"" + name + "\" already present on machine");
                return found.get();
            }
            if (policy.equals("Never")) {
                String message = "Container image \"" + name + "\" is not present with pull policy of Never";
                throw new OperationFailure("ErrImageNeverPull", "ErrImageNeverPull", message, null);
            }
        } catch (EngineException e) {
            throw new OperationFailure("ImageInspectError", "InspectFailed", e.getMessage(), e);
        }
        events.normal(pod, spec.name(), "Pulling", "Pulling image \"" + name + "\"");
        pull(pod, name);
        events.normal(pod, spec.name(), "Pulled", "Successfully pulled image \"" + name + "\"");
        return engine.image(name)
                .orElseThrow(() -> new OperationFailure(
                        "ErrImagePull", "Failed", "image \"" + name + "\" is not there after its pull", null));
    }

    /** With each of the Pod's credentials for the registry; without only if there are none, as a kubelet. */
    private void pull(PodView pod, String name) throws OperationFailure {
        List<Engine.Credentials> known = objects.pullCredentials(pod, name);
        EngineException last = null;
        for (int i = 0; i < Math.max(1, known.size()); i++) {
            try {
                engine.pull(name, i < known.size() ? known.get(i) : null);
                return;
            } catch (EngineException e) {
                last = e;
            }
        }
        throw new OperationFailure(
                "ErrImagePull", "Failed", "Failed to pull image \"" + name + "\": " + last.getMessage(), last);
    }
}
