package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class CatalogFoldTest {

    private final TestJournal journal = new TestJournal();

    private CatalogVersion version() {
        return journal.fold.version();
    }

    private static List<String> names(Iterable<StoredObject> objects) {
        return StreamSupport.stream(objects.spliterator(), false)
                .map(o -> o.namespace() + "/" + o.name())
                .toList();
    }

    private static List<String> onNode(CatalogVersion version, String node) {
        return names(version.podsOnNode(node));
    }

    private List<String> reasons() {
        return StreamSupport.stream(version().list(Kinds.EVENT, "").spliterator(), false)
                .sorted((a, b) -> Long.compare(a.resourceVersion(), b.resourceVersion()))
                .map(e -> Json.text(e.tree(), "reason"))
                .toList();
    }

    private static PodEvent.Stored pod(String uid, String nodeName) {
        return new PodEvent.Stored(podBytes(uid, nodeName));
    }

    private static JsonBytes podBytes(String uid, String nodeName) {
        var tree = TestJournal.json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'d','uid':'"
                + uid + "'},'spec':{}}");
        if (!nodeName.isEmpty()) {
            Json.child(tree, "spec").put("nodeName", nodeName);
        }
        return JsonBytes.of(tree);
    }

    private static final String WEB = PersistenceIds.encode(EntityIds.POD, "d", "web");

    @Test
    void anObjectHasTheVersionOfItsRow() {
        long first = journal.resource(Kinds.CONFIG_MAP, "d", "a", TestJournal.stored(Kinds.CONFIG_MAP, "d", "a", "1"));
        StoredObject a = version().get(Kinds.CONFIG_MAP, "d", "a").orElseThrow();
        assertThat(a.resourceVersion()).isEqualTo(first);
        assertThat(a.sequenceNumber()).isEqualTo(1);
        assertThat(Json.text(a.tree(), "metadata", "resourceVersion")).isEqualTo(Long.toString(first));
        assertThat(Json.parse(a.json())).isEqualTo(a.tree());
        assertThat(a.json()).as("encoded once").isSameAs(a.json());
        long second = journal.resource(Kinds.CONFIG_MAP, "d", "a", TestJournal.stored(Kinds.CONFIG_MAP, "d", "a", "2"));
        assertThat(version().resourceVersion()).isEqualTo(second);
        assertThat(journal.fold.takeChanges())
                .extracting(Change::type)
                .containsExactly(Change.Type.ADDED, Change.Type.MODIFIED);
        assertThat(journal.fold.takeChanges()).isEmpty();
        assertThat(Json.text(a.tree(), "data", "k"))
                .as("versions are immutable")
                .isEqualTo("1");
    }

    @Test
    void aRemovedObjectIsToldAsItWasLastWithTheRemovalsVersion() {
        journal.resource(Kinds.CONFIG_MAP, "d", "a", TestJournal.stored(Kinds.CONFIG_MAP, "d", "a", "last"));
        CatalogVersion before = version();
        journal.fold.takeChanges();
        long removal = journal.resource(Kinds.CONFIG_MAP, "d", "a", new ResourceEvent.Removed("uid-a"));
        Change change = journal.fold.takeChanges().get(0);
        assertThat(change.type()).isEqualTo(Change.Type.REMOVED);
        assertThat(change.version()).isEqualTo(removal);
        assertThat(change.object().resourceVersion()).isEqualTo(removal);
        assertThat(change.object().sequenceNumber()).isEqualTo(2);
        assertThat(Json.text(change.object().tree(), "data", "k")).isEqualTo("last");
        assertThat(Json.text(change.object().tree(), "metadata", "resourceVersion"))
                .isEqualTo("" + removal);
        assertThat(version().get(Kinds.CONFIG_MAP, "d", "a")).isEmpty();
        assertThat(before.get(Kinds.CONFIG_MAP, "d", "a")).isPresent();
    }

    @Test
    void pagesOfOneVersionDoNotSeeLaterChanges() {
        Random random = new Random(4);
        List<String> there = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String namespace = List.of("a", "a-b", "b").get(random.nextInt(3));
            String name = "n" + random.nextInt(60);
            if (!there.contains(namespace + "/" + name)) {
                there.add(namespace + "/" + name);
                journal.resource(
                        Kinds.CONFIG_MAP, namespace, name, TestJournal.stored(Kinds.CONFIG_MAP, namespace, name, "x"));
            }
        }
        CatalogVersion version = version();
        for (String namespace : List.of("", "a", "a-b", "b", "none")) {
            List<String> whole = names(version.list(Kinds.CONFIG_MAP, namespace));
            assertThat(whole)
                    .containsExactlyInAnyOrderElementsOf(there.stream()
                            .filter(n -> namespace.isEmpty() || n.startsWith(namespace + "/"))
                            .toList());
            List<String> paged = new ArrayList<>();
            String afterNamespace = "";
            String afterName = "";
            while (true) {
                List<StoredObject> page = StreamSupport.stream(
                                (paged.isEmpty()
                                                ? version.list(Kinds.CONFIG_MAP, namespace)
                                                : version.listAfter(
                                                        Kinds.CONFIG_MAP, namespace, afterNamespace, afterName))
                                        .spliterator(),
                                false)
                        .limit(7)
                        .toList();
                if (page.isEmpty()) {
                    break;
                }
                paged.addAll(names(page));
                afterNamespace = page.get(page.size() - 1).namespace();
                afterName = page.get(page.size() - 1).name();
                // Meanwhile the object that the next page starts after goes, and others come.
                if (version().get(Kinds.CONFIG_MAP, afterNamespace, afterName).isPresent()) {
                    journal.resource(Kinds.CONFIG_MAP, afterNamespace, afterName, new ResourceEvent.Removed("x"));
                }
                journal.resource(
                        Kinds.CONFIG_MAP,
                        afterNamespace,
                        afterName + "z",
                        TestJournal.stored(Kinds.CONFIG_MAP, afterNamespace, afterName + "z", "x"));
            }
            assertThat(paged).isEqualTo(whole);
        }
        assertThat(version.count(Kinds.CONFIG_MAP)).isEqualTo(there.size());
    }

    @Test
    void listsAreSortedByNamespaceThenName() {
        for (String[] key :
                new String[][] {{"b", "a"}, {"a-b", "a"}, {"a", "b"}, {"a", "a"}, {"a", "a.b"}, {"a", "a-b"}}) {
            journal.resource(
                    Kinds.CONFIG_MAP, key[0], key[1], TestJournal.stored(Kinds.CONFIG_MAP, key[0], key[1], "x"));
        }
        assertThat(names(version().list(Kinds.CONFIG_MAP, "")))
                .containsExactly("a/a", "a/a-b", "a/a.b", "a/b", "a-b/a", "b/a");
        assertThat(names(version().listAfter(Kinds.CONFIG_MAP, "a", "a", "a-b")))
                .containsExactly("a/a.b", "a/b");
        assertThat(names(version().listAfter(Kinds.CONFIG_MAP, "", "a", "b"))).containsExactly("a-b/a", "b/a");
    }

    @Test
    void ordinaryPodsAreFoundByTheirNode() {
        journal.write(WEB, TestJournal.USER, pod("u1", ""));
        CatalogVersion unbound = version();
        journal.write(WEB, TestJournal.USER, new PodEvent.BindingProposed("u1", "n1", 1));
        assertThat(onNode(version(), "n1")).isEmpty();
        assertThat(version().pods().get(WEB).unsettled()).hasSize(1);
        journal.fold.takeChanges();
        journal.write(WEB, TestJournal.USER, new PodEvent.Bound("u1", "n1", 1, podBytes("u1", "n1")));
        assertThat(onNode(version(), "n1")).containsExactly("d/web");
        assertThat(onNode(unbound, "n1")).isEmpty();
        journal.write(WEB, TestJournal.USER, new PodEvent.Removed("u1"));
        assertThat(onNode(version(), "n1")).isEmpty();
        assertThat(version().podsByNode()).as("no empty nodes are kept").isEmpty();
        journal.write(WEB, TestJournal.USER, new PodEvent.Released("u1", "n1", 1));
        assertThat(version().pods()).as("a name without anything is forgotten").isEmpty();
    }

    @Test
    void proposalsAndReleasesAreNoChangesOfTheObject() {
        journal.write(WEB, TestJournal.USER, pod("u1", ""));
        journal.fold.takeChanges();
        journal.write(WEB, TestJournal.USER, new PodEvent.BindingProposed("u1", "n1", 1));
        journal.write(WEB, TestJournal.USER, new PodEvent.BindingRefused("u1", "n1", 1, "no"));
        journal.write(WEB, TestJournal.USER, new PodEvent.Released("u1", "n1", 1));
        assertThat(journal.fold.takeChanges()).isEmpty();
        assertThat(version().resourceVersion()).isEqualTo(journal.ordering);
    }

    @Test
    void daemonPodsAreFoundByTheirNodeOnceTheyAreBound() {
        journal.template();
        journal.node("n1", TestJournal.nodeStored("n1"));
        journal.node("n1", TestJournal.created("agent-1", "0/1 nodes are available: 1 Too many pods.", 1));
        assertThat(onNode(version(), "n1")).isEmpty();
        assertThat(version().get(Kinds.POD, "kube-system", "agent-1")).isPresent();
        journal.node("n1", new NodeEvent.DaemonPodBound("uid-agent-1"));
        assertThat(onNode(version(), "n1")).containsExactly("kube-system/agent-1");
        StoredObject pod = version().get(Kinds.POD, "kube-system", "agent-1").orElseThrow();
        assertThat(pod.labels())
                .containsOnly(
                        java.util.Map.entry("a", "b"),
                        java.util.Map.entry("controller-revision-hash", "rev1"),
                        java.util.Map.entry("pod-template-generation", "1"));
        assertThat(Json.text(pod.tree(), "spec", "nodeName")).isEqualTo("n1");
        journal.node("n1", new NodeEvent.DaemonPodRemoved("uid-agent-1"));
        assertThat(onNode(version(), "n1")).isEmpty();
        assertThat(version().get(Kinds.POD, "kube-system", "agent-1")).isEmpty();
    }

    @Test
    void whatNoObjectsChangeTellsIsTold() {
        journal.template();
        journal.node("n1", TestJournal.nodeStored("n1"));
        journal.fold.takeTouched();
        journal.node(
                "n1",
                new NodeEvent.ReservationAnswered(
                        "u1", "d", "web", 1, io.everynode.core.placement.Resources.ZERO, List.of(), 0, ""));
        assertThat(journal.fold.takeTouched().nodes()).containsExactly("n1");
        assertThat(journal.fold.takeTouched().isEmpty()).isTrue();
        journal.node("n1", new NodeEvent.ReservationReleased("u1"));
        assertThat(journal.fold.takeTouched().nodes()).containsExactly("n1");
        journal.node("n1", TestJournal.created("agent-1", "", 1));
        assertThat(journal.fold.takeTouched().pods()).isEmpty();
    }

    @Test
    void whatCannotBeFoldedIsAnErrorAndNotSkipped() {
        assertThatIllegalStateException()
                .isThrownBy(() -> journal.resource(Kinds.CONFIG_MAP, "d", "gone", new ResourceEvent.Removed("u")))
                .withMessageContaining("gone");
        journal.node("n1", TestJournal.nodeStored("n1"));
        assertThatIllegalStateException()
                .isThrownBy(() -> journal.node("n1", TestJournal.created("agent-1", "", 1)))
                .withMessageContaining("template-1");
    }

    @Test
    void coreEventsAreAViewOfTheJournal() {
        journal.template();
        journal.node("n1", TestJournal.nodeStored("n1"));
        journal.node("n1", TestJournal.nodeStored("n1"));
        journal.node("n1", TestJournal.created("agent-1", "", 1));
        for (String phase : List.of("Pending", "Running", "Failed", "Failed")) {
            journal.node(
                    "n1",
                    new NodeEvent.DaemonPodReported(
                            "uid-agent-1", JsonBytes.of(TestJournal.json("{'phase':'" + phase + "'}"))));
        }
        journal.node("n1", new NodeEvent.DaemonPodRemoved("uid-agent-1"));
        journal.node("n1", TestJournal.created("agent-2", "0/1 nodes", 2));
        journal.node("n1", new NodeEvent.DaemonPodStillWaiting("uid-agent-2", "0/1 nodes"));
        journal.node("n1", new NodeEvent.DaemonPodBound("uid-agent-2"));
        journal.write(WEB, TestJournal.USER, pod("u1", ""));
        journal.write(
                WEB, TestJournal.USER, new PodEvent.Unschedulable("u1", "0/1 nodes are available", podBytes("u1", "")));
        journal.write(WEB, TestJournal.USER, new PodEvent.Bound("u1", "n1", 1, podBytes("u1", "n1")));
        journal.write(
                PersistenceIds.encode(EntityIds.NODE, "n1"),
                TestJournal.USER,
                new NodeEvent.DaemonPodRemoved("uid-agent-2"));
        long last = journal.node("n1", new NodeEvent.Removed("uid-n1"));
        assertThat(reasons())
                .containsExactly(
                        "RegisteredNode",
                        "SuccessfulCreate",
                        "Scheduled",
                        "FailedDaemonPod",
                        "SuccessfulDelete",
                        "SuccessfulCreate",
                        "FailedScheduling",
                        "Scheduled",
                        "FailedScheduling",
                        "Scheduled",
                        "RemovingNode");
        StoredObject removing = version()
                .get(Kinds.EVENT, "default", "n1." + String.format("%016x", last))
                .orElseThrow();
        assertThat(removing.resourceVersion()).isEqualTo(last);
        var tree = removing.tree();
        assertThat(Json.text(tree, "involvedObject", "kind")).isEqualTo("Node");
        assertThat(Json.text(tree, "involvedObject", "uid")).isEqualTo("uid-n1");
        assertThat(removing.json()).isEqualTo(Json.encode(tree));
        StoredObject unschedulable = StreamSupport.stream(
                        version().list(Kinds.EVENT, "d").spliterator(), false)
                .findFirst()
                .orElseThrow();
        assertThat(Json.text(unschedulable.tree(), "message")).isEqualTo("0/1 nodes are available");
        assertThat(Json.text(unschedulable.tree(), "involvedObject", "name")).isEqualTo("web");
    }

    @Test
    void coreEventsAreBoundedAndTheirLossIsTold() {
        for (int i = 0; i < CoreEventView.MAX_EVENTS; i++) {
            journal.node("n" + i, TestJournal.nodeStored("n" + i));
            if (i % 1_000 == 0) {
                journal.fold.takeChanges();
            }
        }
        assertThat(version().count(Kinds.EVENT)).isEqualTo(CoreEventView.MAX_EVENTS);
        assertThat(journal.fold.takeEventsExpired()).isZero();
        StoredObject oldest = version().list(Kinds.EVENT, "").iterator().next();
        CatalogVersion full = version();
        journal.fold.takeChanges();
        journal.node("late", TestJournal.nodeStored("late"));
        assertThat(version().count(Kinds.EVENT))
                .isEqualTo(CoreEventView.MAX_EVENTS + 1 - CoreEventView.DROPPED_AT_ONCE);
        assertThat(version().get(Kinds.EVENT, "default", oldest.name())).isEmpty();
        assertThat(full.get(Kinds.EVENT, "default", oldest.name()))
                .as("held by old versions")
                .isPresent();
        assertThat(journal.fold.takeEventsExpired()).isEqualTo(version().resourceVersion());
        assertThat(journal.fold.takeEventsExpired()).as("told once").isZero();
        assertThat(journal.fold.takeChanges())
                .as("dropping is no change of an object")
                .extracting(Change::type)
                .containsOnly(Change.Type.ADDED);
    }

    /** Otherwise a DaemonSet would wait for ever for a Pod that was ended because its name was taken. */
    @Test
    void aSlotWithAHiddenPodIsToldToItsDaemonSetUntilThePodIsGone() {
        journal.template();
        journal.node("n1", TestJournal.nodeStored("n1"));
        ordinaryPod("agent-1");
        journal.fold.takeTouched();
        journal.node("n1", TestJournal.created("agent-1", "", 1));
        assertThat(journal.fold.takeTouched().hiddenSlots())
                .containsExactly(new Touched.HiddenSlot("kube-system", "agent", "n1"));
        journal.node("n1", new NodeEvent.DaemonPodRemoved("uid-agent-1"));
        assertThat(journal.fold.takeTouched().hiddenSlots())
                .containsExactly(new Touched.HiddenSlot("kube-system", "agent", "n1"));
        journal.node("n1", TestJournal.created("agent-2", "", 2));
        assertThat(journal.fold.takeTouched().hiddenSlots()).isEmpty();
    }

    @Test
    void aHiddenPodStaysHiddenWhenTheNameIsFreeAgain() {
        journal.template();
        journal.node("n1", TestJournal.nodeStored("n1"));
        ordinaryPod("agent-1");
        journal.node("n1", TestJournal.created("agent-1", "", 1));
        journal.write(
                PersistenceIds.encode(EntityIds.POD, "kube-system", "agent-1"),
                TestJournal.USER,
                new io.everynode.core.pod.PodEvent.Removed("uid-agent-1-ordinary"));
        journal.node("n1", new NodeEvent.DaemonPodTerminating("uid-agent-1", 1, 0));
        assertThat(version().get(Kinds.POD, "kube-system", "agent-1")).isEmpty();
        assertThat(version().hiddenPods()).containsKey("uid-agent-1");
        journal.node("n1", new NodeEvent.DaemonPodRemoved("uid-agent-1"));
        assertThat(version().hiddenPods()).isEmpty();
        assertThat(version().get(Kinds.POD, "kube-system", "agent-1")).isEmpty();
    }

    private void ordinaryPod(String name) {
        journal.write(
                PersistenceIds.encode(EntityIds.POD, "kube-system", name),
                TestJournal.USER,
                new io.everynode.core.pod.PodEvent.Stored(
                        JsonBytes.of(TestJournal.json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                                + "','namespace':'kube-system','uid':'uid-" + name
                                + "-ordinary'},'spec':{'containers':[{'name':'c','image':'i'}]}}"))));
    }
}
