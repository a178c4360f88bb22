package io.everynode.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteRequest;
import io.everynode.core.object.ObjectWrite;
import io.everynode.nodes.local.LocalNodeApi;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HollowFleetTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final FakeLoop loop = new FakeLoop();
    private final FakeControlPlane api = new FakeControlPlane();
    private Duration rejoinAfter = Duration.ZERO;
    private boolean adopt = true;

    @Test
    void nodesRegisterWithAllThatAKubeletSays() {
        HollowNodeSpec spec = new HollowNodeSpec(
                "master",
                Map.of("role", "master"),
                List.of(new HollowNodeSpec.Taint("role", "", "NoSchedule")),
                Map.of("cpu", "2"),
                true,
                HollowBehaviour.DEFAULT);
        HollowFleet fleet = start(spec);

        JsonNode node = api.object(Kinds.NODE, "", "master");
        assertThat(node.at("/metadata/labels/kubernetes.io~1hostname").asText()).isEqualTo("master");
        assertThat(node.at("/metadata/labels/role").asText()).isEqualTo("master");
        assertThat(node.at("/spec/taints/0/effect").asText()).isEqualTo("NoSchedule");
        assertThat(node.at("/status/allocatable/cpu").asText()).isEqualTo("2");
        assertThat(condition(node, "Ready")).isEqualTo("True");
        assertThat(condition(node, "NetworkUnavailable")).isEqualTo("True");
        assertThat(fleet.joined()).isCompleted();
        assertThat(api.writes).hasSize(1);
        assertThat(api.writes.get(0).caller().user()).isEqualTo("system:node:master");
    }

    @Test
    void moreNodesJoinLaterAndArePlayedAsTheOthers() {
        HollowFleet fleet = start(HollowNodeSpec.plain("a"));
        fleet.more(List.of(HollowNodeSpec.plain("b")));
        loop.settle();
        assertThat(condition(api.object(Kinds.NODE, "", "b"), "Ready")).isEqualTo("True");
        api.put(Kinds.POD, Pods.pod("p", "u1", "b", "owner"));
        loop.pass(LONG);
        assertThat(condition(pod("p"), "Ready")).isEqualTo("True");
    }

    @Test
    void aPodTakesTwoStatusWritesToBecomeReady() {
        start(HollowNodeSpec.plain("a"));
        api.put(Kinds.POD, Pods.pod("p", "u1", "a", "owner"));
        api.put(Kinds.POD, Pods.pod("q", "u2", "elsewhere", "owner"));
        loop.pass(LONG);

        assertThat(podWrites("p")).hasSize(2);
        assertThat(condition(pod("p"), "Ready")).isEqualTo("True");
        assertThat(podWrites("q")).isEmpty();
        assertThat(podWrites("p").get(0).write().precondition().uid()).isEqualTo("u1");
    }

    @Test
    void aPodThatIsBoundLaterIsStartedThen() {
        start(HollowNodeSpec.plain("a"));
        api.put(Kinds.POD, Pods.pod("p", "u1", "", "owner"));
        loop.pass(LONG);
        assertThat(podWrites("p")).isEmpty();
        api.put(Kinds.POD, Pods.pod("p", "u1", "a", "owner"));
        loop.pass(LONG);
        assertThat(condition(pod("p"), "Ready")).isEqualTo("True");
    }

    @Test
    void aDeletedPodIsConfirmedWithItsUid() {
        start(HollowNodeSpec.plain("a"));
        api.put(Kinds.POD, Pods.pod("p", "u1", "a", "owner"));
        loop.pass(LONG);
        api.put(Kinds.POD, Pods.deleted((ObjectNode) pod("p").deepCopy(), 30));
        loop.pass(LONG);

        assertThat(pod("p").isMissingNode()).isTrue();
        WriteRequest last = api.writes.get(api.writes.size() - 1);
        assertThat(last.write()).isInstanceOfSatisfying(ObjectWrite.Delete.class, delete -> {
            assertThat(delete.gracePeriodSeconds()).isZero();
            assertThat(delete.precondition().uid()).isEqualTo("u1");
        });
    }

    @Test
    void theNetworkIsThereOnceAPluginIsReady() {
        start(new HollowNodeSpec("a", Map.of(), List.of(), Map.of(), true, HollowBehaviour.DEFAULT));
        api.put(Kinds.POD, Pods.pod("other", "u0", "a", "x"));
        loop.pass(LONG);
        assertThat(condition(api.object(Kinds.NODE, "", "a"), "NetworkUnavailable"))
                .isEqualTo("True");

        api.put(Kinds.POD, Pods.annotated(Pods.pod("net", "u1", "a", "y"), "everynode.io/network-plugin", "true"));
        loop.pass(LONG);
        assertThat(condition(api.object(Kinds.NODE, "", "a"), "NetworkUnavailable"))
                .isEqualTo("False");
        assertThat(api.writes.stream().filter(w -> w.kind().equals(Kinds.NODE))).hasSize(2);
    }

    @Test
    void theFirstIncarnationsFailAsOftenAsTold() {
        start(HollowNodeSpec.plain("a"), HollowNodeSpec.plain("b"));
        for (int incarnation = 0; incarnation < 3; incarnation++) {
            for (String node : List.of("a", "b")) {
                String name = node + incarnation;
                api.put(
                        Kinds.POD,
                        Pods.annotated(
                                Pods.pod(name, "u" + name, node, "owner"), "everynode.io/hollow.fail-times", "2"));
            }
        }
        loop.pass(LONG);
        assertThat(List.of(phase("a0"), phase("a1"), phase("a2"))).containsExactly("Failed", "Failed", "Running");
        assertThat(List.of(phase("b0"), phase("b1"), phase("b2"))).containsExactly("Failed", "Failed", "Running");
    }

    @Test
    void writesStayWithinTheWindow() {
        HollowNodeSpec[] specs = new HollowNodeSpec[50];
        for (int i = 0; i < specs.length; i++) {
            specs[i] = HollowNodeSpec.plain("n" + i);
        }
        api.holding = true;
        HollowFleet fleet = start(specs);
        assertThat(api.outstanding()).isEqualTo(8);
        assertThat(fleet.joined()).isNotDone();
        api.answerAll();
        loop.settle();
        assertThat(fleet.joined()).isCompleted();
        assertThat(api.writes).hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, 504})
    void refusalsOfTheMomentAreTriedAgain(int code) {
        AtomicInteger refusals = new AtomicInteger(5);
        api.refuse = write -> refusals.getAndDecrement() > 0 ? new ApiStatus(code, "Busy", "not now", null) : null;
        HollowFleet fleet = start(HollowNodeSpec.plain("a"));
        assertThat(fleet.joined()).isNotDone();
        loop.pass(LONG);
        assertThat(fleet.joined()).isCompleted();
        assertThat(api.writes).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 422})
    void refusalsForGoodAreNot(int code) {
        api.refuse = write -> new ApiStatus(code, "No", "never", null);
        HollowFleet fleet = start(HollowNodeSpec.plain("a"));
        loop.pass(LONG);
        assertThat(fleet.joined()).isCompleted();
        assertThat(api.writes).hasSize(1);
    }

    @Test
    void aDeletionOvertakesAReportThatWaits() {
        start(HollowNodeSpec.plain("a"));
        api.holding = true;
        api.put(Kinds.POD, Pods.pod("p", "u1", "a", "owner"));
        loop.pass(LONG);
        assertThat(api.outstanding()).isEqualTo(1);
        api.put(Kinds.POD, Pods.deleted(Pods.pod("p", "u1", "a", "owner"), 30));
        loop.pass(LONG);
        api.answerAll();
        loop.pass(LONG);
        assertThat(podWrites("p")).hasSize(2);
        assertThat(pod("p").isMissingNode()).isTrue();
    }

    @Test
    void aRestartGoesOnWithoutWritingWhatIsKnown() {
        HollowNodeSpec spec = new HollowNodeSpec(
                "a", Map.of(), List.of(), HollowNodeSpec.DEFAULT_CAPACITY, true, HollowBehaviour.DEFAULT);
        HollowFleet first = start(spec);
        api.put(Kinds.POD, Pods.annotated(Pods.pod("net", "u1", "a", "y"), "everynode.io/network-plugin", "true"));
        loop.pass(LONG);
        first.stop();
        loop.close();
        api.writes.clear();

        HollowFleet second = start(spec);
        loop.pass(LONG);
        assertThat(second.joined()).isCompleted();
        assertThat(api.writes).isEmpty();
        api.put(Kinds.POD, Pods.deleted((ObjectNode) pod("net").deepCopy(), 30));
        loop.pass(LONG);
        assertThat(pod("net").isMissingNode()).isTrue();
    }

    @Test
    void aWatchThatFellBehindListsAgain() {
        start(HollowNodeSpec.plain("a"));
        api.put(Kinds.POD, Pods.pod("p", "u1", "a", "owner"));
        loop.pass(LONG);
        api.expireWatches();
        api.put(Kinds.POD, Pods.pod("q", "u2", "a", "owner"));
        loop.pass(LONG);
        assertThat(condition(pod("q"), "Ready")).isEqualTo("True");
        assertThat(podWrites("p")).hasSize(2);
    }

    @Test
    void aDeletedNodeJoinsAgainOnlyWhenSomebodyCreatesIt() {
        start(HollowNodeSpec.plain("a"));
        api.remove(Kinds.NODE, "", "a");
        api.expireWatches();
        loop.pass(LONG);
        assertThat(api.object(Kinds.NODE, "", "a").isMissingNode()).isTrue();

        api.put(Kinds.NODE, node("a"));
        loop.pass(LONG);
        assertThat(condition(api.object(Kinds.NODE, "", "a"), "Ready")).isEqualTo("True");
        assertThat(api.object(Kinds.NODE, "", "a").at("/status/capacity/cpu").asText())
                .isEqualTo("4");
    }

    @Test
    void aNodeThatWasDeletedWhileNobodyWatchedRenewsNoLease() {
        rejoinAfter = Duration.ofSeconds(5);
        start(HollowNodeSpec.plain("a"), HollowNodeSpec.plain("b"));
        api.removeUnwatched(Kinds.NODE, "", "a");
        api.expireWatches();
        loop.pass(Duration.ofSeconds(2));
        assertThat(api.object(Kinds.NODE, "", "a").isMissingNode()).isTrue();
        loop.pass(LONG);
        assertThat(condition(api.object(Kinds.NODE, "", "a"), "Ready"))
                .as("joined again, as it was told to")
                .isEqualTo("True");
        assertThat(api.writes.stream().filter(w -> w.kind().equals(Kinds.NODE))).hasSize(3);
    }

    @Test
    void aVanishedNodeIsSilentUntilItReturns() {
        start(HollowNodeSpec.plain("a"));
        ObjectNode node = ((ObjectNode) api.object(Kinds.NODE, "", "a")).deepCopy();
        api.put(Kinds.NODE, Pods.annotated(node.deepCopy(), HollowFleet.VANISH, "true"));
        api.put(Kinds.POD, Pods.pod("p", "u1", "a", "owner"));
        loop.pass(LONG);
        assertThat(podWrites("p")).isEmpty();
        api.put(Kinds.NODE, node);
        loop.pass(LONG);
        assertThat(condition(pod("p"), "Ready")).isEqualTo("True");
    }

    @Test
    void aNodeMadeByAClientIsPlayedWhenItAsksForIt() {
        start();
        api.put(Kinds.NODE, node("foreign"));
        api.put(Kinds.NODE, Pods.annotated(node("mine"), HollowFleet.ADOPT, "true"));
        api.put(Kinds.POD, Pods.pod("p", "u1", "mine", "owner"));
        api.put(Kinds.POD, Pods.pod("q", "u2", "foreign", "owner"));
        loop.pass(LONG);
        assertThat(condition(api.object(Kinds.NODE, "", "mine"), "Ready")).isEqualTo("True");
        assertThat(condition(pod("p"), "Ready")).isEqualTo("True");
        assertThat(condition(api.object(Kinds.NODE, "", "foreign"), "Ready")).isEmpty();
        assertThat(podWrites("q")).isEmpty();
    }

    @Test
    void aNodeMadeByAClientIsLeftAloneWhenOthersPlayIt() {
        adopt = false;
        start();
        api.put(Kinds.NODE, Pods.annotated(node("mine"), HollowFleet.ADOPT, "true"));
        api.put(Kinds.POD, Pods.pod("p", "u1", "mine", "owner"));
        loop.pass(LONG);
        assertThat(api.writes).isEmpty();
    }

    /** Without heartbeats; {@link HollowHeartbeatsTest} is about them. */
    private HollowFleet start(HollowNodeSpec... specs) {
        HollowSettings settings = new HollowSettings(
                7,
                0.2,
                8,
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                Duration.ofSeconds(20),
                Duration.ZERO,
                Duration.ZERO,
                rejoinAfter,
                adopt);
        AtomicInteger uid = new AtomicInteger();
        HollowFleet fleet = new HollowFleet(
                new LocalNodeApi(api, loop, settings.retryAfter()),
                loop,
                settings,
                () -> "node-" + uid.incrementAndGet());
        fleet.start(List.of(specs));
        loop.settle();
        return fleet;
    }

    private static ObjectNode node(String name) {
        ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
        node.putObject("metadata").put("name", name).put("uid", "uid-" + name);
        return node;
    }

    private JsonNode pod(String name) {
        return api.object(Kinds.POD, "kube-system", name);
    }

    private String phase(String pod) {
        return Json.text(pod(pod), "status", "phase");
    }

    private List<WriteRequest> podWrites(String pod) {
        return api.writes.stream()
                .filter(write -> write.kind().equals(Kinds.POD) && write.name().equals(pod))
                .toList();
    }

    private static String condition(JsonNode object, String type) {
        for (JsonNode condition : Json.at(object, "status", "conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status");
            }
        }
        return "";
    }
}
