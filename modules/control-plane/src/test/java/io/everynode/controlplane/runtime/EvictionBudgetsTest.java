package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.Disruption;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PodDisruptionBudgets with real actors: their status, and what evictions they let pass. */
class EvictionBudgetsTest {

    @RegisterExtension
    static final TestServer on = TestServer.shared();

    private static final String READY =
            "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}";

    private static void namespace(String name) {
        on.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}".formatted(name));
        on.node(name + "-1");
    }

    private static void pod(String namespace, String name, String status) {
        on.create(
                Kinds.POD,
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'%s','labels':{'app':'web'}},"
                                + "'spec':{'nodeName':'%s-1','containers':[{'name':'c','image':'i:1'}]}}")
                        .formatted(name, namespace, namespace));
        TestServer.until(() -> !CatalogVersion.nodeOf(
                        on.server.catalog().get(Kinds.POD, namespace, name).orElseThrow())
                .isEmpty());
        on.patch(Kinds.POD, namespace, name, "status", status);
    }

    private static void budget(String namespace, String name, String spec) {
        on.create(
                Kinds.POD_DISRUPTION_BUDGET,
                ("{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'%s','namespace':'%s'},"
                                + "'spec':{'selector':{'matchLabels':{'app':'web'}},%s}}")
                        .formatted(name, namespace, spec));
    }

    private static ObjectNode status(String namespace, String name) {
        return (ObjectNode) on.server
                .catalog()
                .get(Kinds.POD_DISRUPTION_BUDGET, namespace, name)
                .orElseThrow()
                .tree()
                .path("status");
    }

    private static CompletionStage<WriteResult> evict(String namespace, String name) {
        return on.send(
                Kinds.POD,
                namespace,
                name,
                new ObjectWrite.Evict(
                        Precondition.NONE,
                        null,
                        ObjectWrite.Propagation.DEFAULT,
                        new Disruption(Disruption.EVICTION_API, "Eviction API: evicting", false)),
                0);
    }

    private static WriteResult evicted(String namespace, String name) {
        return evict(namespace, name).toCompletableFuture().join();
    }

    private static boolean says(String namespace, String field, int value) {
        ObjectNode status = status(namespace, "b");
        return status.path(field).asInt() == value
                && status.path("observedGeneration").asInt() > 0;
    }

    @Test
    void ofEvictionsAtTheSameTimeOnlyAsManyPassAsAreAllowed() {
        namespace("together");
        for (int i = 0; i < 5; i++) {
            pod("together", "p" + i, READY);
        }
        budget("together", "b", "'minAvailable':3");
        TestServer.until(() -> says("together", "disruptionsAllowed", 2));
        List<CompletionStage<WriteResult>> sent = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sent.add(evict("together", "p" + i));
        }
        int passed = 0;
        for (CompletionStage<WriteResult> one : sent) {
            WriteResult result = one.toCompletableFuture().join();
            passed += result instanceof WriteResult.Refused ? 0 : 1;
            if (result instanceof WriteResult.Refused refused) {
                assertThat(refused.status().code()).isEqualTo(429);
                assertThat(refused.status().message())
                        .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
            }
        }
        assertThat(passed).isEqualTo(2);
        int terminating = 0;
        for (StoredObject pod : on.server.catalog().list(Kinds.POD, "together")) {
            terminating += pod.terminating() ? 1 : 0;
        }
        assertThat(terminating).isEqualTo(2);
        TestServer.until(() -> says("together", "currentHealthy", 3)
                && status("together", "b").path("disruptedPods").isEmpty());
        on.confirmEnds("together");
        pod("together", "new", READY);
        TestServer.until(() -> says("together", "disruptionsAllowed", 1));
        assertThat(evicted("together", "new")).isNotInstanceOf(WriteResult.Refused.class);
    }

    @Test
    void whatIsNotHealthyMayGoAsThePolicySays() {
        namespace("weak");
        pod("weak", "fine", READY);
        pod("weak", "sick", "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'False'}]}}");
        pod("weak", "starting", "{'status':{'phase':'Pending'}}");
        budget("weak", "b", "'minAvailable':2");
        TestServer.until(() -> says("weak", "currentHealthy", 1));
        assertThat(evicted("weak", "starting")).as("it serves nobody yet").isNotInstanceOf(WriteResult.Refused.class);
        ApiStatus status = TestServer.refused(evicted("weak", "sick"));
        assertThat(status.details().causes().get(0).message())
                .isEqualTo("The disruption budget b needs 2 healthy pods and has 1 currently");
        on.patch(Kinds.POD_DISRUPTION_BUDGET, "weak", "b", "", "{'spec':{'unhealthyPodEvictionPolicy':'AlwaysAllow'}}");
        assertThat(evicted("weak", "sick")).isNotInstanceOf(WriteResult.Refused.class);
        assertThat(TestServer.refused(evicted("weak", "fine")).code()).isEqualTo(429);
        assertThat(on.delete(Kinds.POD, "weak", "fine", null))
                .as("budgets bind evictions alone")
                .isNotInstanceOf(WriteResult.Refused.class);
    }

    @Test
    void severalBudgetsAreRefused() {
        namespace("twice");
        pod("twice", "p", READY);
        budget("twice", "b", "'minAvailable':0");
        budget("twice", "c", "'minAvailable':0");
        TestServer.until(() -> says("twice", "expectedPods", 1));
        ApiStatus status = TestServer.refused(evicted("twice", "p"));
        assertThat(status.code()).isEqualTo(403);
        assertThat(status.message())
                .contains(
                        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        on.delete(Kinds.POD_DISRUPTION_BUDGET, "twice", "c", null);
        assertThat(evicted("twice", "p")).isNotInstanceOf(WriteResult.Refused.class);
    }
}
