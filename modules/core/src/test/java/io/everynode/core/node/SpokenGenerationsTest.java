package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import org.junit.jupiter.api.Test;

class SpokenGenerationsTest {

    private final SpokenGenerations spoken = new SpokenGenerations();

    private static Converge of(String uid, long generation, Converge.Wish wish) {
        CommandMeta meta = new CommandMeta("command", new Caller("system:everynode", ""), "", Long.MAX_VALUE, 0);
        return new Converge(meta, uid, "kube-system", "agent", generation, wish, "planned");
    }

    @Test
    void aMessageOfAnOlderGenerationIsOvertaken() {
        Converge.Run run = TestNode.surge("a");
        assertThat(spoken.overtaken(of("one", 3, run))).isFalse();
        assertThat(spoken.overtaken(of("one", 3, run))).isFalse();
        assertThat(spoken.overtaken(of("one", 4, run))).isFalse();
        assertThat(spoken.overtaken(of("one", 3, run))).isTrue();
        assertThat(SpokenGenerations.refusal(of("one", 3, run)))
                .isEqualTo(new ConvergeReply.Refused("generation 3 is older than one that has spoken already"));
    }

    @Test
    void eachDaemonSetHasItsOwn() {
        assertThat(spoken.overtaken(of("one", 4, TestNode.run("a")))).isFalse();
        assertThat(spoken.overtaken(of("another", 1, TestNode.run("a")))).isFalse();
    }

    @Test
    void theEndOfADaemonSetIsNeverOvertaken() {
        assertThat(spoken.overtaken(of("one", 4, TestNode.run("a")))).isFalse();
        assertThat(spoken.overtaken(of("one", 1, new Converge.Retire(false)))).isFalse();
    }
}
