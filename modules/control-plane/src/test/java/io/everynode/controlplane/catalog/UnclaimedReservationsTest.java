package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.Resources;
import io.everynode.core.pod.PodEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node holds for an ordinary Pod that does not claim it is seen, and nothing else. */
class UnclaimedReservationsTest {

    private final TestJournal journal = new TestJournal();

    @BeforeEach
    void nodesAndAPod() {
        journal.node("n1", TestJournal.nodeStored("n1"));
        journal.node("n2", TestJournal.nodeStored("n2"));
        pod(new PodEvent.Stored(JsonBytes.of(
                TestJournal.json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'d',"
                        + "'uid':'u1'},'spec':{'containers':[{'name':'c','image':'i'}]}}"))));
    }

    private void pod(PodEvent event) {
        journal.write(PersistenceIds.encode(EntityIds.POD, "d", "web"), TestJournal.USER, event);
    }

    private void answered(String node, long attempt, String refusal) {
        journal.node(
                node,
                new NodeEvent.ReservationAnswered("u1", "d", "web", attempt, Resources.ZERO, List.of(), 0, refusal));
    }

    /** As "node podUid attempt". */
    private List<String> unclaimed() {
        return journal.fold.version().unclaimed().givings(journal.ordering, Instant.EPOCH).stream()
                .map(giving -> giving.node() + " " + giving.release().podUid() + " "
                        + giving.release().attempt())
                .toList();
    }

    @Test
    void aBindingLeavesNothingAtAnyStep() {
        pod(new PodEvent.BindingProposed("u1", "n1", 1));
        assertThat(unclaimed()).isEmpty();
        answered("n1", 1, "Insufficient cpu");
        pod(new PodEvent.BindingRefused("u1", "n1", 1, "Insufficient cpu"));
        assertThat(unclaimed()).isEmpty();
        journal.node("n1", new NodeEvent.ReservationReleased("u1"));
        pod(new PodEvent.Released("u1", "n1", 1));
        pod(new PodEvent.BindingProposed("u1", "n2", 2));
        answered("n2", 2, "");
        assertThat(unclaimed()).isEmpty();
        pod(new PodEvent.Removed("u1"));
        assertThat(unclaimed()).as("the Pod's actor still has to release it").isEmpty();
    }

    /** The former owner asks for the attempt anew while the release is on its way, or after it. */
    @Test
    void aReservationForAnAttemptThatIsOverIsSeenUntilItIsReleased() {
        pod(new PodEvent.BindingProposed("u1", "n1", 1));
        answered("n1", 1, "");
        pod(new PodEvent.BindingRefused("u1", "n1", 1, "late"));
        journal.node("n1", new NodeEvent.ReservationReleased("u1"));
        answered("n1", 1, "");
        assertThat(unclaimed()).isEmpty();
        pod(new PodEvent.Released("u1", "n1", 1));
        assertThat(unclaimed()).containsExactly("n1 u1 1");
        pod(new PodEvent.BindingProposed("u1", "n2", 2));
        assertThat(unclaimed()).as("the Pod goes elsewhere").containsExactly("n1 u1 1");
        journal.node("n1", new NodeEvent.ReservationReleased("u1"));
        assertThat(unclaimed()).isEmpty();
        answered("n1", 1, "Insufficient cpu");
        assertThat(unclaimed()).as("a refusal is not kept for ever either").containsExactly("n1 u1 1");
    }

    @Test
    void aLaterAttemptAtTheSameNodeTakesItOver() {
        answered("n1", 1, "");
        pod(new PodEvent.BindingProposed("u1", "n1", 2));
        assertThat(unclaimed()).containsExactly("n1 u1 1");
        answered("n1", 2, "");
        assertThat(unclaimed()).isEmpty();
    }

    @Test
    void aNodeThatGoesTakesAllWithIt() {
        answered("n1", 1, "");
        journal.node("n1", new NodeEvent.Removed("uid-n1"));
        assertThat(unclaimed()).isEmpty();
    }
}
