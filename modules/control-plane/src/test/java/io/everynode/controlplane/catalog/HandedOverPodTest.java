package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.Resources;
import io.everynode.core.pod.PodEvent;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a catalog shows while Pods change hands, and which of them are free for adoption. */
class HandedOverPodTest {

    private static final String POD = PersistenceIds.encode(EntityIds.POD, "d", "web");

    private final TestJournal journal = new TestJournal();
    private final FleetFeed feed = new FleetFeed();
    private int wakes;

    private static JsonBytes pod(String more) {
        return JsonBytes.of(TestJournal.json(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'d','uid':'u','labels':{'app':'a'}"
                        + more + "},'spec':{'nodeName':'n1','containers':[]},'status':{'phase':'Running'}}"));
    }

    private void podEvent(PodEvent event) {
        journal.write(POD, TestJournal.USER, event);
    }

    private List<Change> changes() {
        List<Change> changes = new ArrayList<>(journal.fold.takeChanges());
        feed.publish(changes);
        changes.removeIf(change -> !change.object().kind().equals(Kinds.POD));
        return changes;
    }

    private CatalogVersion version() {
        return journal.fold.version();
    }

    private static NodeEvent.PodTakenOver takenOver() {
        return new NodeEvent.PodTakenOver("u", "d", "web", 1, pod(""), Resources.ZERO, List.of(), 0, 30, 1);
    }

    /** In the one order or the other of the two entities' last events. */
    @Test
    void clientsSeeOneObjectThatGoesOn() {
        journal.node("n1", TestJournal.nodeStored("n1"));
        podEvent(new PodEvent.Stored(pod("")));
        podEvent(new PodEvent.HandingOver("u", "n1", 1));
        assertThat(changes()).extracting(Change::type).containsExactly(Change.Type.ADDED);
        assertThat(version().orphans().on("n1")).singleElement().matches(orphan -> !orphan.kept());

        journal.node("n1", takenOver());
        StoredObject kept = version().get(Kinds.POD, "d", "web").orElseThrow();
        assertThat(kept).isInstanceOf(StoredDaemonPod.class);
        assertThat(kept.persistenceId()).isEqualTo(PersistenceIds.encode(EntityIds.NODE, "n1"));
        assertThat(kept.labels()).containsEntry("app", "a");
        assertThat(version().orphans().on("n1")).singleElement().matches(OrphanPod::kept);
        assertThat(version().podsOnNode("n1")).hasSize(1);

        podEvent(new PodEvent.HandedOver("u", "n1", 1));
        journal.node("n1", new NodeEvent.DaemonPodAdopted("u", "ds", "agent", 1, ""));
        assertThat(changes()).extracting(Change::type).containsOnly(Change.Type.MODIFIED);
        assertThat(ControllerRef.of(
                        version().get(Kinds.POD, "d", "web").orElseThrow().tree()))
                .isEqualTo(new ControllerRef("DaemonSet", "ds"));
        assertThat(version().orphans().nodes()).isEmpty();
        assertThat(version().hiddenPods()).isEmpty();

        assertThat(version().pods())
                .as("the entity still owes the node its word")
                .containsKey(POD);
        assertThat(version().unclaimed().isEmpty()).isTrue();
        podEvent(new PodEvent.Released("u", "n1", 1));
        assertThat(version().pods()).isEmpty();
        assertThat(version().unclaimed().isEmpty()).isFalse();
        journal.node("n1", new NodeEvent.ReservationReleased("u"));
        assertThat(version().unclaimed().isEmpty()).isTrue();

        journal.node("n1", new NodeEvent.DaemonPodRemoved("u"));
        assertThat(changes()).extracting(Change::type).containsExactly(Change.Type.REMOVED);
    }

    @Test
    void aPodOfTheSameNameThatComesLaterIsHidden() {
        journal.node("n1", TestJournal.nodeStored("n1"));
        podEvent(new PodEvent.Stored(pod("")));
        podEvent(new PodEvent.HandingOver("u", "n1", 1));
        journal.node("n1", takenOver());
        podEvent(new PodEvent.HandedOver("u", "n1", 1));
        podEvent(new PodEvent.Stored(new JsonBytes(pod("").toString()
                .replace("\"uid\":\"u\"", "\"uid\":\"v\"")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        assertThat(version().get(Kinds.POD, "d", "web").orElseThrow().uid()).isEqualTo("u");
        assertThat(version().hiddenPods()).containsOnlyKeys("v");
    }

    @Test
    void whatEndsOrHasAControllerIsNotFreeForAdoption() {
        journal.node("n1", TestJournal.nodeStored("n1"));
        for (String more : List.of(
                ",'deletionTimestamp':'2026-03-01T12:00:00Z'",
                ",'ownerReferences':[{'kind':'ReplicaSet','uid':'rs','controller':true}]")) {
            podEvent(new PodEvent.Stored(pod(more)));
            assertThat(version().orphans().nodes()).as(more).isEmpty();
            podEvent(new PodEvent.Stored(pod("")));
            assertThat(version().orphans().on("n1")).hasSize(1);
        }
        podEvent(new PodEvent.Removed("u"));
        assertThat(version().orphans().nodes()).isEmpty();
    }

    /** Everybody in the namespace whose selector may match; a report of its status is no news to them. */
    @Test
    void daemonSetsOfTheNamespaceAreToldOfOrphans() {
        FleetFeed.Subscription mine = feed.subscribe("d", "agent", () -> wakes++);
        FleetFeed.Subscription elsewhere = feed.subscribe("da", "agent", () -> wakes++);
        podEvent(new PodEvent.Stored(pod("")));
        changes();
        assertThat(mine.take()).containsExactly("n1");
        assertThat(elsewhere.take()).isEmpty();
        podEvent(new PodEvent.Stored(pod(",'annotations':{'x':'y'}")));
        changes();
        assertThat(mine.take()).isEmpty();
        podEvent(new PodEvent.Removed("u"));
        changes();
        assertThat(mine.take()).containsExactly("n1");
        assertThat(wakes).isEqualTo(2);
    }

    @Test
    void aReleasedDaemonPodConcernsItsOldOwnerToo() {
        journal.template();
        journal.node("n1", TestJournal.nodeStored("n1"));
        journal.node("n1", TestJournal.created("agent-1", "", 1));
        changes();
        FleetFeed.Subscription owner = feed.subscribe("kube-system", "agent", () -> wakes++);
        journal.node("n1", new NodeEvent.DaemonPodReleased("uid-agent-1"));
        changes();
        assertThat(owner.take()).containsExactly("n1");
        assertThat(version().orphans().on("n1"))
                .singleElement()
                .satisfies(orphan -> assertThat(orphan.labels()).containsEntry("a", "b"));
    }
}
