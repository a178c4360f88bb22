package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.node.ConvergeReply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvergeWindowTest {

    private static final NodeAction RUN = new NodeAction.Run("r", false, "");
    private static final NodeAction END = new NodeAction.End("p");

    private final ConvergeWindow window = new ConvergeWindow(2);

    private static ConvergeWindow.Target target(String node) {
        return new ConvergeWindow.Target("u", node);
    }

    private void want(String node, NodeAction action) {
        window.want(target(node), action, 0, "why");
    }

    private List<String> due(Instant now) {
        return window.takeDue(now).stream().map(due -> due.target().node()).toList();
    }

    private String idOf(Instant now) {
        List<ConvergeWindow.Due> due = window.takeDue(now);
        assertThat(due).hasSize(1);
        return due.get(0).id();
    }

    @Test
    void sendsByRankThenNameAndNoMoreThanTheWindowHolds() {
        window.want(target("a"), RUN, 1, "");
        want("c", RUN);
        want("b", RUN);
        want("d", RUN);
        assertThat(due(START)).containsExactly("b", "c");
        assertThat(window.full()).isTrue();
        assertThat(due(START)).isEmpty();
        window.withdraw(target("b"));
        assertThat(due(START)).containsExactly("d");
        window.withdraw(target("c"));
        window.withdraw(target("d"));
        assertThat(due(START)).containsExactly("a");
        assertThat(window.outstanding()).isEqualTo(1);
    }

    @Test
    void repeatsAfterSilenceWithTheSameId() {
        want("a", RUN);
        String id = idOf(START);
        List<Long> pauses = new ArrayList<>();
        Instant before = START;
        for (int i = 0; i < 6; i++) {
            Instant at = Instant.ofEpochMilli(window.nextDeadline().getAsLong());
            assertThat(due(at.minusMillis(1))).isEmpty();
            assertThat(idOf(at)).isEqualTo(id);
            pauses.add(at.getEpochSecond() - before.getEpochSecond());
            before = at;
        }
        assertThat(pauses).containsExactly(2L, 4L, 8L, 10L, 10L, 10L);
        assertThat(window.outstanding()).isEqualTo(1);
    }

    @Test
    void asksAgainOnlyForSomethingElse() {
        want("a", RUN);
        String id = idOf(START);
        want("a", RUN);
        assertThat(due(START)).isEmpty();
        want("a", END);
        assertThat(idOf(START.plusMillis(1))).isNotEqualTo(id);
        // The answer to the first message is not one to the second.
        window.answered(target("a"), id, new ConvergeReply.Applied(1), START);
        assertThat(window.outstanding()).isEqualTo(1);
    }

    @Test
    void anAnswerFreesTheWindowAndQuietsTheRequest() {
        want("a", RUN);
        want("b", RUN);
        want("c", RUN);
        List<ConvergeWindow.Due> due = window.takeDue(START);
        window.answered(target("a"), due.get(0).id(), new ConvergeReply.NothingToDo(1, ""), START);
        assertThat(due(START)).containsExactly("c");
        want("a", RUN);
        assertThat(due(START)).isEmpty();
        window.withdraw(target("b"));
        window.withdraw(target("c"));
        assertThat(due(START.plusSeconds(9))).isEmpty();
        String again = idOf(START.plusSeconds(10));
        assertThat(again).isNotEqualTo(due.get(0).id());
    }

    @Test
    void aRefusalIsAskedAboutAgainWhenTheNodeHasChanged() {
        want("a", RUN);
        window.answered(target("a"), idOf(START), new ConvergeReply.Refused(""), START);
        assertThat(due(START.plusSeconds(1))).isEmpty();
        want("a", RUN);
        assertThat(due(START.plusSeconds(1))).containsExactly("a");
    }

    @Test
    void aDeferredRequestWaitsForItsTime() {
        want("a", RUN);
        Instant until = START.plusSeconds(320);
        window.answered(target("a"), idOf(START), new ConvergeReply.Deferred(until.toEpochMilli()), START);
        assertThat(due(until.minusMillis(1))).isEmpty();
        assertThat(due(until)).containsExactly("a");
    }

    @Test
    void oneIncarnationsRequestsCanBeDroppedTogether() {
        want("a", RUN);
        window.want(new ConvergeWindow.Target("other", "a"), END, 0, "");
        due(START);
        window.withdrawAll("u");
        assertThat(window.outstanding()).isEqualTo(1);
        assertThat(due(START.plusSeconds(2))).containsExactly("a");
    }
}
