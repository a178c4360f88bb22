package io.everynode.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ConvergenceTest {

    private static final long MILLI = 1_000_000;

    @Test
    void countsNodesWithAReadyPodAndTimesEachPod() {
        Convergence seen = new Convergence("fluentd");
        seen.event(event("ADDED", "u1", "a", "fluentd", false), 0);
        seen.event(event("ADDED", "u2", "b", "fluentd", false), 100 * MILLI);
        seen.event(event("ADDED", "u3", "c", "other", true), 100 * MILLI);
        assertThat(seen.readyNodes()).isZero();
        seen.event(event("MODIFIED", "u1", "a", "fluentd", true), 300 * MILLI);
        seen.event(event("MODIFIED", "u2", "b", "fluentd", true), 1100 * MILLI);
        assertThat(seen.readyNodes()).isEqualTo(2);

        ObjectNode result = seen.result(2, 2000 * MILLI);
        assertThat(result.path("seconds").asDouble()).isEqualTo(2.0);
        assertThat(result.path("podsPerSecond").asDouble()).isEqualTo(1.0);
        assertThat(result.path("podP50Seconds").asDouble()).isEqualTo(0.3);
        assertThat(result.path("podP99Seconds").asDouble()).isEqualTo(1.0);
        assertThat(result.path("watchEvents").asInt()).isEqualTo(4);
    }

    @Test
    void aDeletedPodNoLongerCounts() {
        Convergence seen = new Convergence("fluentd");
        seen.event(event("ADDED", "u1", "a", "fluentd", true), 0);
        seen.event(event("DELETED", "u1", "a", "fluentd", true), 1);
        assertThat(seen.readyNodes()).isZero();
        assertThat(seen.pods()).isZero();
    }

    @Test
    void percentilesAreNearestRank() {
        List<Long> hundred = LongStream.rangeClosed(1, 100).boxed().toList();
        assertThat(Convergence.percentile(hundred, 50)).isEqualTo(50);
        assertThat(Convergence.percentile(hundred, 99)).isEqualTo(99);
        assertThat(Convergence.percentile(List.of(7L), 99)).isEqualTo(7);
        assertThat(Convergence.percentile(List.of(), 99)).isZero();
    }

    private static JsonNode event(String type, String uid, String node, String owner, boolean ready) {
        ObjectNode event = Json.object().put("type", type);
        ObjectNode pod = event.putObject("object");
        pod.putObject("metadata")
                .put("uid", uid)
                .putArray("ownerReferences")
                .addObject()
                .put("kind", "DaemonSet")
                .put("name", owner);
        pod.putObject("spec").put("nodeName", node);
        pod.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", ready ? "True" : "False");
        return event;
    }
}
