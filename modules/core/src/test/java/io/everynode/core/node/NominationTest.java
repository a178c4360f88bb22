package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Resources;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Room that is being freed on a Node for a Pod of higher priority. */
class NominationTest {

    private static final Resources CPU = new Resources(800, 0, 0, Map.of());

    private final TestNode node = TestNode.joined("1", 110);

    private String nominate(String podUid, int priority, boolean wanted) {
        CommandMeta meta = new CommandMeta("n", TestNode.ADMIN, "", Long.MAX_VALUE, 0);
        Decision<NodeEvent, String> decision = NodeDecisions.nominate(
                node.state, new NodeCommand.Nominate(meta, podUid, CPU, List.of(), priority, wanted), node.now);
        return node.apply(decision);
    }

    /** A daemon Pod of 800m with this priority. */
    private DaemonPod daemon(String daemonSet, int priority) {
        PodRequirements plain = TestNode.requirements("800m", 0);
        PodRequirements wanted =
                new PodRequirements(plain.node(), plain.tolerations(), plain.requests(), plain.ports(), priority);
        node.converge(daemonSet, 1, new Converge.Run("A", "template-A", 1, wanted, 0, false));
        return node.pod(daemonSet);
    }

    @Test
    void aLowerDaemonPodLeavesTheRoomAlone() {
        nominate("p", 10, true);
        assertThat(daemon("low", 9).bound()).isFalse();
        nominate("p", 10, false);
        assertThat(node.pod("low").bound()).as("nobody comes").isTrue();
        assertThat(node.state.nominations()).isEmpty();
    }

    @Test
    void anEqualOrHigherOneDoesNot() {
        nominate("p", 10, true);
        assertThat(daemon("same", 10).bound()).isTrue();
    }

    @Test
    void thePodItIsForTakesIt() {
        nominate("p", 10, true);
        assertThat(node.reserve("p", 1, "800m").refusal()).isEmpty();
        assertThat(node.state.nominations()).isEmpty();
        assertThat(daemon("low", 0).bound()).as("it is there").isFalse();
    }

    @Test
    void aWaitingDaemonPodKeepsWhatIsFreedForIt() {
        daemon("victim", 0);
        DaemonPod high = daemon("high", 100);
        assertThat(high.bound()).isFalse();
        nominate(high.uid(), 100, true);
        node.converge("victim", 1, new Converge.End(node.pod("victim").uid()));
        assertThat(node.pod("high").bound()).isTrue();
        assertThat(node.state.nominations()).isEmpty();
        assertThat(node.recovered()).isEqualTo(node.state);
    }

    @Test
    void theHighestPriorityIsBoundFirstAndThenTheOldest() {
        node.reserve("p", 1, "1");
        daemon("old", 5);
        daemon("young", 5);
        daemon("high", 6);
        node.release("p", 1);
        assertThat(node.pod("high").bound()).isTrue();
        assertThat(node.pod("old").bound()).isFalse();
        node.converge("high", 1, new Converge.End(node.pod("high").uid()));
        assertThat(node.pod("old").bound()).isTrue();
        assertThat(node.pod("young").bound()).isFalse();
    }

    @Test
    void itIsForgottenInTimeAndWithTheNode() {
        nominate("p", 10, true);
        assertThat(nominate("p", 10, true)).isEmpty();
        assertThat(node.since(1)).as("once is enough").hasSize(1);
        node.now = node.now.plusSeconds(1_200);
        nominate("q", 10, true);
        assertThat(node.state.nominations()).containsOnlyKeys("q");
        node.write(TestNode.delete(null));
        assertThat(node.state.nominations()).isEmpty();
        assertThat(nominate("q", 10, true)).isNotEmpty();
    }

    @Test
    void aPodMadeWithItsNodeIsNeverRefused() {
        CommandMeta meta = new CommandMeta("n", TestNode.ADMIN, "", Long.MAX_VALUE, 0);
        NodeCommand.Reserve big =
                new NodeCommand.Reserve(meta, "p", "default", "p", 1, TestNode.requirements("9", 0), true);
        assertThat(node.apply(NodeDecisions.reserve(node.state, big, node.now)).refusal())
                .isEmpty();
        assertThat(daemon("agent", 0).bound()).isFalse();
        assertThat(NodeDecisions.reserve(NodeState.ABSENT, big, node.now)
                        .reply()
                        .refusal())
                .as("before the node joins")
                .isEmpty();
    }
}
