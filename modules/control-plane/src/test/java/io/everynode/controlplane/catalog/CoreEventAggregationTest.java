package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoreEventAggregationTest {

    private static final String DAEMON_SET = PersistenceIds.encode(EntityIds.DAEMON_SET, "d", "agent");

    private final TestJournal journal = new TestJournal();

    /** "reason xCOUNT message" of all Events of one reason, by name. */
    private List<String> events(String reason) {
        List<String> found = new ArrayList<>();
        for (StoredObject event : journal.fold.version().list(Kinds.EVENT, "")) {
            JsonNode tree = event.tree();
            if (Json.text(tree, "reason").equals(reason)) {
                found.add(reason + " x" + tree.path("count").asInt() + " " + Json.text(tree, "message"));
            }
        }
        return found;
    }

    @Test
    void aFleetOfPodsIsNotAFleetOfEvents() {
        journal.template();
        for (int i = 1; i <= 300; i++) {
            journal.node("n" + i, TestJournal.nodeStored("n" + i));
            journal.node("n" + i, TestJournal.created("agent-" + i, "", 1));
        }
        List<String> created = events("SuccessfulCreate");
        assertThat(created).hasSize(EventGroups.MAX_ALIKE + 1).contains("SuccessfulCreate x1 Created pod: agent-1");
        assertThat(created).contains("SuccessfulCreate x290 (combined from similar events): Created pod: agent-300");
        assertThat(events("RegisteredNode"))
                .as("each is about an object of its own")
                .hasSize(300);
        Change last = journal.fold.takeChanges().stream()
                .filter(change -> change.object().kind().equals(Kinds.EVENT))
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(last.type()).isEqualTo(Change.Type.MODIFIED);
        assertThat(last.object().uid()).isEqualTo(last.previous().uid());
    }

    @Test
    void theSameAgainRaisesTheCount() {
        journal.node("n1", TestJournal.nodeStored("n1"));
        journal.node("n1", new NodeEvent.Removed("uid-n1"));
        journal.node("n1", TestJournal.nodeStored("n1"));
        assertThat(events("RegisteredNode"))
                .containsExactly("RegisteredNode x2 Node n1 event: Registered Node n1 in" + " Controller");
        assertThat(events("RemovingNode")).hasSize(1);
    }

    @Test
    void afterAWhileTheyAreEventsOfTheirOwnAgain() {
        EventGroups groups = new EventGroups();
        EventGroups.Alike alike = new EventGroups.Alike("u", "n", "Normal", "R", "c");
        for (long i = 1; i <= 20; i++) {
            EventGroups.Place place = groups.place(alike, "m" + i, i);
            assertThat(place.combined()).isEqualTo(i > EventGroups.MAX_ALIKE);
            assertThat(place.known()).isEqualTo(i > EventGroups.MAX_ALIKE + 1 ? Long.valueOf(11) : null);
            groups.placed(alike, "m" + i, place.combined(), place.known() == null ? i : place.known());
        }
        assertThat(groups.place(alike, "m3", 20)).isEqualTo(new EventGroups.Place(3L, false));
        long later = 20 + EventGroups.INTERVAL.toMillis();
        assertThat(groups.place(alike, "m3", later).known()).isEqualTo(3L);
        assertThat(groups.place(alike, "m3", later + EventGroups.INTERVAL.toMillis() + 1))
                .isEqualTo(new EventGroups.Place(null, false));
    }

    private void status(String... conditions) {
        JsonBytes status = JsonBytes.of(TestJournal.json("{'conditions':[" + String.join(",", conditions) + "]}"));
        journal.write(DAEMON_SET, TestJournal.USER, new DaemonSetEvent.StatusChanged("u", status));
    }

    private static String blocked(String message) {
        return "{'type':'Progressing','status':'False','reason':'RolloutBlocked','message':'" + message + "'}";
    }

    private static String unplaced(String message) {
        return "{'type':'PlacementFailure','status':'True','reason':'FailedPlacement','message':'" + message + "'}";
    }

    @Test
    void conditionsThatBlockAreWarnings() {
        journal.write(
                DAEMON_SET,
                TestJournal.USER,
                new DaemonSetEvent.Stored(
                        "u",
                        JsonBytes.of(TestJournal.json("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{"
                                + "'name':'agent','namespace':'d','uid':'u'}}"))));
        status("{'type':'Progressing','status':'True','reason':'RolloutInProgress','message':'x'}");
        assertThat(events("RolloutInProgress")).isEmpty();
        status(blocked("waiting for n1"));
        status(blocked("waiting for n1"), "{'type':'Theirs'}");
        assertThat(events("RolloutBlocked")).containsExactly("RolloutBlocked x1 waiting for n1");
        status(blocked("waiting for n2"), unplaced("not on n3"));
        assertThat(events("FailedPlacement")).containsExactly("FailedPlacement x1 not on n3");
        for (int i = 0; i < 50; i++) {
            status(blocked("waiting for m" + i), unplaced("not on n3"));
        }
        assertThat(events("RolloutBlocked")).containsExactly("RolloutBlocked x51 waiting for m49");
        status(unplaced("not on n4"));
        status(unplaced("not on n4"));
        assertThat(events("FailedPlacement")).containsExactly("FailedPlacement x2 not on n4");
        status();
        status(unplaced("not on n4"));
        assertThat(events("FailedPlacement")).containsExactly("FailedPlacement x3 not on n4");
    }

    @Test
    void endedPodsAreToldOnTheirDaemonSet() {
        journal.template();
        journal.node("n1", TestJournal.nodeStored("n1"));
        journal.node("n1", TestJournal.created("agent-1", "", 1));
        for (int i = 0; i < 2; i++) {
            journal.node(
                    "n1",
                    new NodeEvent.DaemonPodReported(
                            "uid-agent-1", JsonBytes.of(TestJournal.json("{'phase':'Succeeded'}"))));
        }
        assertThat(events("SucceededDaemonPod"))
                .containsExactly(
                        "SucceededDaemonPod x1 Found succeeded daemon pod kube-system/agent-1 on node n1, will try to"
                                + " delete it");
    }
}
