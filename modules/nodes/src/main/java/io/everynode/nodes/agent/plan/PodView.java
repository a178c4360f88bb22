package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.agent.plan.ContainerSpec.Type;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * A Pod at one version, read once. Immutable, except for the tree, which nobody changes.
 *
 * @param graceSeconds how long its containers may take to end, now
 * @param tree the whole Pod; an empty object for one of which only containers are known
 */
public record PodView(
        String namespace,
        String name,
        String uid,
        Fate fate,
        long graceSeconds,
        String restartPolicy,
        boolean hostNetwork,
        List<ContainerSpec> initContainers,
        List<ContainerSpec> containers,
        ObjectNode tree) {

    /** A kubelet gives a Pod that is gone no more than it needs for SIGTERM. */
    private static final long DEFAULT_GRACE = 30;

    /** What is to become of the Pod's containers. */
    public enum Fate {
        /** They run. */
        RUN,
        /** The Pod has failed or succeeded: nothing runs, its records stay. */
        REST,
        /** The Pod is being deleted: they end, and that is confirmed. */
        END,
        /** There is no such Pod: nothing of it stays. */
        GONE
    }

    public static PodView of(ObjectNode tree) {
        JsonNode metadata = tree.path("metadata");
        JsonNode spec = tree.path("spec");
        String phase = Json.text(tree, "status", "phase");
        Fate fate = Fate.RUN;
        long grace = spec.path("terminationGracePeriodSeconds").asLong(DEFAULT_GRACE);
        if (metadata.hasNonNull("deletionTimestamp")) {
            fate = Fate.END;
            grace = metadata.path("deletionGracePeriodSeconds").asLong(grace);
        } else if (phase.equals("Failed") || phase.equals("Succeeded")) {
            fate = Fate.REST;
        }
        List<ContainerSpec> inits = new ArrayList<>();
        for (JsonNode init : spec.path("initContainers")) {
            boolean sidecar = Json.text(init, "restartPolicy").equals("Always");
            inits.add(new ContainerSpec(Json.text(init, "name"), sidecar ? Type.SIDECAR : Type.INIT, init));
        }
        List<ContainerSpec> containers = new ArrayList<>();
        spec.path("containers")
                .forEach(one -> containers.add(new ContainerSpec(Json.text(one, "name"), Type.APP, one)));
        return new PodView(
                Json.text(metadata, "namespace"),
                Json.text(metadata, "name"),
                Json.text(metadata, "uid"),
                fate,
                grace,
                spec.path("restartPolicy").asText("Always"),
                spec.path("hostNetwork").asBoolean(false),
                List.copyOf(inits),
                List.copyOf(containers),
                tree);
    }

    /** Of a Pod that is known from a container's labels alone. */
    public static PodView gone(ContainerFacts known) {
        return new PodView(
                known.podNamespace(),
                known.podName(),
                known.podUid(),
                Fate.GONE,
                known.graceSeconds(),
                "Never",
                false,
                List.of(),
                List.of(),
                Json.object());
    }

    /** The same Pod after its object is gone. */
    public PodView gone() {
        return new PodView(
                namespace,
                name,
                uid,
                Fate.GONE,
                graceSeconds,
                restartPolicy,
                hostNetwork,
                initContainers,
                containers,
                tree);
    }

    public List<ContainerSpec> allContainers() {
        List<ContainerSpec> all = new ArrayList<>(initContainers);
        all.addAll(containers);
        return all;
    }

    /** As messages of a kubelet name a Pod. */
    public String text() {
        return name + "_" + namespace + "(" + uid + ")";
    }
}
