package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.PodOwner;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.Resources;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The text of a Pod that is put together is the one that its tree gives. */
class PodShapesTest {

    private static final String SPEC = "'spec':{'affinity':{'podAffinity':{}},'containers':[{'name':'é \\\\ \"',"
            + "'image':'i','resources':{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1','memory':'1Gi'}}}]}";
    private static final String PLAIN =
            "{'metadata':{'labels':{'a':'b'},'annotations':{'x':'1970-01-01T00:00:00Z'}}," + SPEC + "}";

    private static SharedTemplate template(String json) {
        return SharedTemplate.of(JsonBytes.of(
                Json.parse(json.replace("\"", "\\\"").replace('\'', '"').getBytes(StandardCharsets.UTF_8))));
    }

    private static DaemonPod pod(
            String name, String status, long boundAt, long deletionAt, PodOwner owner, List<String> finalizers) {
        NodeEvent.DaemonPodCreated facts = new NodeEvent.DaemonPodCreated(
                "ds-uid",
                "ns",
                "agent",
                3,
                "rev1",
                "hash",
                7,
                2,
                Resources.ZERO,
                List.of(),
                0,
                30,
                name,
                name + "-uid",
                1,
                "");
        return new DaemonPod(
                facts,
                finalizers,
                owner,
                1_700_000_000_000L,
                boundAt,
                boundAt == 0 ? "0/1 nodes are \"free\"" : "",
                status == null ? null : new JsonBytes(status.getBytes(StandardCharsets.UTF_8)),
                "Pending",
                false,
                0,
                deletionAt,
                deletionAt == 0 ? 0 : 30,
                null,
                9);
    }

    @Test
    void isWhatTheTreeGives() {
        PodOwner owner = new PodOwner("ds-uid", "agent", 3, 0, "rev1");
        List<String> statuses = new ArrayList<>(List.of(
                "{}",
                "{\"phase\":\"Running\"}",
                "{\"phase\":\"Running\",\"qosClass\":\"BestEffort\",\"hostIP\":\"10.0.0.1\"}",
                "{\"conditions\":[{\"type\":\"Ready\",\"qosClass\":\"x\"}],\"message\":\"é\"}"));
        statuses.add(null);
        int compared = 0;
        for (SharedTemplate template : List.of(
                template(PLAIN),
                template("{'spec':{'containers':[]}}"),
                template("{'metadata':{}}"),
                template(PLAIN.replace("'b'", "'\uE000n'")))) {
            for (String status : statuses) {
                for (long boundAt : new long[] {0, 1_700_000_001_000L}) {
                    for (long deletionAt : new long[] {0, 1_700_000_100_000L}) {
                        for (PodOwner one : List.of(owner, PodOwner.NONE)) {
                            for (String name : List.of("agent-1", "agent-2")) {
                                List<String> finalizers = name.equals("agent-1") ? List.of() : List.of("a/b");
                                DaemonPod pod = pod(name, status, boundAt, deletionAt, one, finalizers);
                                StoredDaemonPod stored =
                                        new StoredDaemonPod(pod, "node-" + name, template, 4711, "Node|n", 9);
                                assertThat(new String(stored.json(), StandardCharsets.UTF_8))
                                        .isEqualTo(new String(Json.encode(stored.tree()), StandardCharsets.UTF_8));
                                compared++;
                            }
                        }
                    }
                }
            }
        }
        assertThat(compared).isEqualTo(320);
    }

    @Test
    void isPutTogetherWhereItCanBe() {
        DaemonPod pod = pod("agent-1", null, 1, 0, new PodOwner("ds-uid", "agent", 3, 0, "rev1"), List.of());
        SharedTemplate marked = template(PLAIN.replace("'b'", "'\uE000n'"));
        assertThat(marked.shapes().json(pod, "n", marked.tree(), 1)).isNull();
        SharedTemplate plain = template(PLAIN);
        assertThat(plain.shapes().json(pod, "n", plain.tree(), 1)).isNotNull();
        assertThat(plain.shapes().json(pod, "a\"b", plain.tree(), 1)).isNull();
    }
}
