package io.everynode.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.core.lifecycle.LeaseRenewal;
import io.everynode.core.object.ObjectWrite;
import io.everynode.nodes.api.SeenObject;
import io.everynode.nodes.local.LocalNodeApi;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HollowHeartbeatsTest {

    private static final Duration INTERVAL = HollowSettings.DEFAULT.leaseInterval();

    private final FakeLoop loop = new FakeLoop();
    private final FakeControlPlane api = new FakeControlPlane();

    private HollowFleet start(int nodes) {
        AtomicInteger uid = new AtomicInteger();
        HollowFleet fleet = new HollowFleet(
                new LocalNodeApi(api, loop, HollowSettings.DEFAULT.retryAfter()),
                loop,
                HollowSettings.DEFAULT,
                () -> "node-" + uid.incrementAndGet());
        fleet.start(IntStream.range(0, nodes)
                .mapToObj(i -> HollowNodeSpec.plain("n" + i))
                .toList());
        loop.settle();
        return fleet;
    }

    private List<WriteRequest> writes(Kind kind, String name) {
        return api.writes.stream()
                .filter(write -> write.kind().equals(kind) && write.name().equals(name))
                .toList();
    }

    private List<WriteRequest> leases() {
        return api.writes.stream()
                .filter(write -> write.kind().equals(Kinds.LEASE))
                .toList();
    }

    @Test
    void eachNodeMakesItsLeaseAndRenewsItEveryInterval() {
        start(1);
        loop.pass(INTERVAL);
        assertThat(leases()).hasSize(1);
        JsonNode lease = api.object(Kinds.LEASE, LeaseRenewal.NAMESPACE, "n0");
        assertThat(Json.text(lease, "spec", "holderIdentity")).isEqualTo("n0");
        assertThat(lease.at("/spec/leaseDurationSeconds").asInt()).isEqualTo(40);
        assertThat(Json.text(lease, "spec", "renewTime")).isEqualTo("2026-01-01T00:00:00.100000Z");
        assertThat(lease.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("Node");
        assertThat(lease.at("/metadata/ownerReferences/0/uid").asText())
                .isEqualTo(Json.text(api.object(Kinds.NODE, "", "n0"), "metadata", "uid"));
        loop.pass(INTERVAL.multipliedBy(3));
        assertThat(leases()).hasSize(4);
        assertThat(leases().get(3).caller().user()).isEqualTo("system:node:n0");
        assertThat(leases().get(3).write())
                .isInstanceOfSatisfying(
                        ObjectWrite.Patch.class,
                        patch -> assertThat(patch.body().at("/spec/renewTime").asText())
                                .isEqualTo("2026-01-01T00:00:30.100000Z"));
    }

    @Test
    void renewalsAreSpreadOverTheInterval() {
        start(500);
        for (int tenth = 1; tenth <= 10; tenth++) {
            loop.pass(INTERVAL.dividedBy(10));
            assertThat(leases()).hasSize(50 * tenth);
        }
    }

    @Test
    void leasesThatAreThereAreRenewedTogetherWhereThatCanBeDone() {
        api.renewsTogether = true;
        start(500);
        loop.pass(INTERVAL.multipliedBy(3));
        assertThat(leases()).as("each is made").hasSize(500);
        assertThat(api.renewed).hasSize(1000).contains("n0 2026-01-01T00:00:20.100Z");

        api.remove(Kinds.LEASE, LeaseRenewal.NAMESPACE, "n0");
        loop.pass(INTERVAL.multipliedBy(2));
        assertThat(api.object(Kinds.LEASE, LeaseRenewal.NAMESPACE, "n0").isMissingNode())
                .isFalse();
    }

    @Test
    void aNodeThatVanishedOrIsGoneRenewsNothing() {
        start(2);
        loop.pass(INTERVAL);
        ObjectNode node = ((ObjectNode) api.object(Kinds.NODE, "", "n0")).deepCopy();
        api.put(Kinds.NODE, Pods.annotated(node.deepCopy(), HollowFleet.VANISH, "true"));
        api.remove(Kinds.NODE, "", "n1");
        int before = api.writes.size();
        loop.pass(Duration.ofMinutes(10));
        assertThat(api.writes).hasSize(before);

        api.put(Kinds.NODE, node);
        loop.pass(INTERVAL);
        assertThat(leases().get(leases().size() - 1).name()).isEqualTo("n0");
    }

    @Test
    void aLeaseThatSomebodyDeletesIsMadeAgain() {
        start(1);
        loop.pass(INTERVAL);
        api.remove(Kinds.LEASE, LeaseRenewal.NAMESPACE, "n0");
        loop.pass(INTERVAL.multipliedBy(2));
        assertThat(api.object(Kinds.LEASE, LeaseRenewal.NAMESPACE, "n0").isMissingNode())
                .isFalse();
    }

    @Test
    void aLeaseOfAnEarlierProcessIsRenewedAtOnce() {
        HollowFleet first = start(1);
        loop.pass(INTERVAL);
        first.stop();
        JsonNode before = api.object(Kinds.LEASE, LeaseRenewal.NAMESPACE, "n0").deepCopy();
        api.writes.clear();
        start(1);
        loop.pass(Duration.ofSeconds(1));
        assertThat(leases()).hasSize(2);
        assertThat(leases().get(1).write()).isInstanceOf(ObjectWrite.Patch.class);
        assertThat(api.writes).as("the node itself is as it was").hasSize(2);
        assertThat(Json.text(before, "metadata", "uid"))
                .isEqualTo(Json.text(api.object(Kinds.LEASE, LeaseRenewal.NAMESPACE, "n0"), "metadata", "uid"));
    }

    @Test
    void whatAReportHasOvertakenIsNoReasonForAnother() {
        start(1);
        api.put(Kinds.POD, Pods.pod("p", "u1", "n0", "owner"));
        ObjectNode before = ((ObjectNode) api.object(Kinds.POD, "kube-system", "p")).deepCopy();
        loop.pass(Duration.ofMinutes(1));
        int reports = writes(Kinds.POD, "p").size();
        api.tellLate(Kinds.POD, before, 2);
        loop.pass(Duration.ofMinutes(1));
        assertThat(writes(Kinds.POD, "p")).hasSize(reports);
        api.tellLate(Kinds.POD, before, 1000);
        loop.pass(Duration.ofMinutes(1));
        assertThat(writes(Kinds.POD, "p")).as("but of what is newer").hasSize(reports + 1);
    }

    @Test
    void theStatusIsRepeatedWithNothingNewButItsHeartbeats() {
        start(1);
        JsonNode joined = api.object(Kinds.NODE, "", "n0").deepCopy();
        loop.pass(HollowSettings.DEFAULT.statusInterval().plus(INTERVAL));
        assertThat(writes(Kinds.NODE, "n0")).hasSize(2);
        JsonNode later = api.object(Kinds.NODE, "", "n0").deepCopy();
        assertThat(later).isNotEqualTo(joined);
        assertThat(withoutHeartbeats(later)).isEqualTo(withoutHeartbeats(joined));
    }

    private static JsonNode withoutHeartbeats(JsonNode node) {
        node.at("/status/conditions").forEach(condition -> ((ObjectNode) condition).remove("lastHeartbeatTime"));
        return node;
    }

    /** As a control plane does that took its node for lost. */
    @Test
    void aPodThatSomebodyMakesNotReadyIsReportedAgain() {
        start(1);
        api.put(Kinds.POD, Pods.pod("p", "u1", "n0", "owner"));
        loop.pass(Duration.ofMinutes(1));
        ObjectNode pod = ((ObjectNode) api.object(Kinds.POD, "kube-system", "p")).deepCopy();
        assertThat(SeenObject.ready(pod)).as("%s", pod).isTrue();
        int reports = writes(Kinds.POD, "p").size();
        pod.at("/status/conditions").forEach(condition -> {
            if (Json.text(condition, "type").equals("Ready")) {
                ((ObjectNode) condition).put("status", "False");
            }
        });
        api.put(Kinds.POD, pod);
        loop.pass(Duration.ofMinutes(1));
        assertThat(SeenObject.ready(api.object(Kinds.POD, "kube-system", "p")))
                .as("%s", api.object(Kinds.POD, "kube-system", "p"))
                .isTrue();
        assertThat(writes(Kinds.POD, "p")).hasSize(reports + 1);
    }
}
