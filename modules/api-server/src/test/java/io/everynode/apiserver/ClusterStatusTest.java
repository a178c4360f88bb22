package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.ClusterView;
import io.everynode.controlplane.ClusterView.MemberView;
import io.everynode.controlplane.ClusterView.ShardCount;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {

    private static final MemberView FIRST = new MemberView(
            "pekko://everynode@10.0.0.1:7600",
            "a",
            List.of("event-format-2", "member-a"),
            "Up",
            true,
            true,
            "10.0.0.1:6443",
            "",
            70,
            List.of("scheduler"),
            Map.of("Node", new ShardCount(20, 34)));

    private static final MemberView FROZEN = new MemberView(
            "pekko://everynode@10.0.0.2:7600", "b", List.of(), "Up", false, false, "", "", 0, List.of(), Map.of());

    private static JsonNode told(OptionalLong journal) throws Exception {
        // Through its bytes: that is what a client compares.
        return Json.mapper()
                .readTree(Json.encode(
                        ClusterStatusHandler.json(new ClusterView(FIRST.address(), journal, List.of(FIRST, FROZEN)))));
    }

    @Test
    void tellsMembersSingletonsShardsAndLag() throws Exception {
        assertThat(told(OptionalLong.of(73))).isEqualTo(Json.mapper().readTree("""
                {"kind": "ClusterStatus", "apiVersion": "everynode/v1", "self": "pekko://everynode@10.0.0.1:7600",
                 "journalResourceVersion": "73",
                 "members": [
                   {"address": "pekko://everynode@10.0.0.1:7600", "id": "a", "status": "Up", "reachable": true,
                    "roles": ["event-format-2", "member-a"], "answered": true, "apiAddress": "10.0.0.1:6443",
                    "ready": true, "resourceVersion": "70", "lag": 3,
                    "shards": {"Node": {"shards": 20, "entities": 34}}},
                   {"address": "pekko://everynode@10.0.0.2:7600", "id": "b", "status": "Up", "reachable": false,
                    "roles": [], "answered": false}],
                 "singletons": {"scheduler": "pekko://everynode@10.0.0.1:7600"}}"""));
    }

    @Test
    void withoutTheDatabaseTheNewestKnownVersionCounts() throws Exception {
        JsonNode status = told(OptionalLong.empty());
        assertThat(status.has("journalResourceVersion")).isFalse();
        assertThat(status.path("members").get(0).path("lag").asLong()).isZero();
    }
}
