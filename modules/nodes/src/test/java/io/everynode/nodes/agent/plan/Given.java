package io.everynode.nodes.agent.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.everynode.nodes.agent.plan.ContainerFacts.State;
import io.everynode.nodes.agent.plan.PodSeen.Failure;
import io.everynode.nodes.agent.plan.PodSeen.Health;
import io.everynode.nodes.agent.plan.PodSeen.Stop;
import io.everynode.nodes.agent.plan.PodSeen.VolumesState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods and containers for tests; changed step by step. */
final class Given {

    static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    final List<ContainerFacts> containers = new ArrayList<>();
    final Set<String> busy = new HashSet<>();
    final Map<String, Failure> failures = new HashMap<>();
    final Map<String, Stop> stops = new HashMap<>();
    final Map<String, Health> health = new HashMap<>();
    VolumesState volumes = VolumesState.READY;
    boolean confirmed;

    static PodView pod(String spec) {
        return pod("", spec, "");
    }

    /** @param more of its metadata */
    static PodView pod(String more, String spec, String phase) {
        String yaml = "metadata: {name: p, namespace: ns, uid: u1" + more + "}\nspec: {" + spec + "}\nstatus: {phase: '"
                + phase + "'}";
        return PodView.of(tree(yaml));
    }

    static ObjectNode tree(String yaml) {
        try {
            return (ObjectNode) new YAMLMapper().readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static final String DELETED = ", deletionTimestamp: x, deletionGracePeriodSeconds: 5";

    Given sandbox(State state) {
        return container(ContainerFacts.SANDBOX, 0, state, 0, 0);
    }

    Given running(String name) {
        return container(name, 0, State.RUNNING, 0, 0);
    }

    Given ended(String name, int attempt, int exitCode, long backOff) {
        return container(name, attempt, State.EXITED, exitCode, backOff);
    }

    Given container(String name, int attempt, State state, int exitCode, long backOff) {
        return container(name, attempt, state, exitCode, backOff, "id-POD-0");
    }

    /** Made at START; started a second and ended ten seconds after that. */
    Given container(String name, int attempt, State state, int exitCode, long backOff, String sandbox) {
        containers.add(new ContainerFacts(
                "id-" + name + "-" + attempt,
                "ns",
                "p",
                "u1",
                name,
                attempt,
                name.equals(ContainerFacts.SANDBOX) ? "" : sandbox,
                backOff,
                new ContainerSpec(name, ContainerSpec.Type.APP, tree("{image: i}")).hash(),
                30,
                state,
                START,
                state == State.CREATED ? null : START.plusSeconds(1),
                state == State.EXITED ? START.plusSeconds(10) : null,
                exitCode,
                false,
                "",
                "i",
                "docker://sha256:1",
                name.equals(ContainerFacts.SANDBOX) ? "172.17.0.2" : "",
                "",
                "SIGTERM"));
        return this;
    }

    PodSeen seen() {
        return new PodSeen(containers, busy, failures, stops, health, volumes, confirmed);
    }
}
