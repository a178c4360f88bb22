package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpokenGenerationsTest {

    private final SpokenGenerations spoken = new SpokenGenerations();

    private static Converge of(String uid, long generation, Converge.Wish wish) {
        CommandMeta meta = new CommandMeta("command", new Caller("system:everynode", ""), "", Long.MAX_VALUE, 0);
        return new Converge(meta, uid, "kube-system", "agent", generation, wish, "planned");
    }

    private void heard(String uid, long generation, Converge.Wish wish) {
        Converge converge = of(uid, generation, wish);
        assertThat(spoken.overtaken(converge)).isFalse();
        spoken.heard(converge, NodeState.ABSENT, List.of());
    }

    private boolean overtaken(String uid, long generation, Converge.Wish wish) {
        return spoken.overtaken(of(uid, generation, wish));
    }

    @Test
    void aMessageOfAnOlderGenerationIsOvertaken() {
        Converge.Run run = TestNode.surge("a");
        heard("one", 3, run);
        heard("one", 3, run);
        heard("one", 4, run);
        assertThat(overtaken("one", 3, run)).isTrue();
        assertThat(overtaken("one", 4, run)).isFalse();
        assertThat(SpokenGenerations.refusal(of("one", 3, run)))
                .isEqualTo(new ConvergeReply.Refused("generation 3 is older than one that has spoken already"));
    }

    @Test
    void eachDaemonSetHasItsOwn() {
        heard("one", 4, TestNode.run("a"));
        heard("another", 1, TestNode.run("a"));
        assertThat(overtaken("one", 1, TestNode.run("a"))).isTrue();
    }

    @Test
    void theEndOfADaemonSetIsNeverOvertaken() {
        heard("one", 4, TestNode.run("a"));
        heard("one", 1, new Converge.Retire(false));
    }

    /** {@link NodeState#generations} has it. */
    @Test
    void whatMadeAPodIsNotNotedBesides() {
        TestNode node = TestNode.joined("4", 10);
        heard("one", 4, new Converge.End("pod", Converge.End.WHATEVER_READINESS, ""));
        assertThat(overtaken("one", 3, TestNode.run("a"))).isTrue();

        var made = node.decide("one", 4, TestNode.run("a"));
        spoken.heard(of("one", 4, TestNode.run("a")), node.state, made.events());
        assertThat(overtaken("one", 3, TestNode.run("a"))).isFalse();

        node.apply(made);
        spoken.heard(of("one", 4, TestNode.run("a")), node.state, List.of());
        assertThat(overtaken("one", 3, TestNode.run("a"))).isFalse();
    }
}
