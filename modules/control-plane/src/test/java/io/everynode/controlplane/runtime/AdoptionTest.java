package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.ObjectWrite.Propagation;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose Pods are, with the real actors: a DaemonSet that goes and leaves them, one that comes and finds some. */
class AdoptionTest {

    @RegisterExtension
    static final TestServer on = TestServer.forClass("");

    @BeforeAll
    static void start() {
        on.node("w-1");
        on.node("w-2");
    }

    private static StoredObject daemonSet(String name, String image) {
        return on.create(
                Kinds.DAEMON_SET,
                ("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'%s','namespace':'default'},"
                                + "'spec':{'selector':{'matchLabels':{'app':'%s'}},'template':{'metadata':{'labels':{'app':'%s'}},"
                                + "'spec':{'terminationGracePeriodSeconds':0,'containers':[{'name':'c','image':'%s'}]}}}}")
                        .formatted(name, name, name, image));
    }

    private static WriteResult delete(String name, Propagation propagation) {
        return on.write(
                Kinds.DAEMON_SET, "default", name, new ObjectWrite.Delete(Precondition.NONE, null, propagation));
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(40)).until(condition);
    }

    private static List<StoredObject> pods(String app) {
        List<StoredObject> pods = new ArrayList<>();
        for (StoredObject pod : on.server.catalog().list(Kinds.POD, "default")) {
            if (app.equals(pod.labels().get("app"))) {
                pods.add(pod);
            }
        }
        return pods;
    }

    private static List<StoredObject> ownedBy(String app, String uid) {
        return pods(app).stream()
                .filter(pod -> ControllerRef.of(pod.tree()).uid().equals(uid))
                .toList();
    }

    private static TreeSet<String> uids(List<StoredObject> pods) {
        TreeSet<String> uids = new TreeSet<>();
        pods.forEach(pod -> uids.add(pod.uid()));
        return uids;
    }

    private static StoredObject get(Kind kind, String name) {
        return on.server.catalog().get(kind, "default", name).orElseThrow();
    }

    private static boolean gone(String daemonSet) {
        return on.server.catalog().get(Kinds.DAEMON_SET, "default", daemonSet).isEmpty();
    }

    @Test
    void orphanedPodsAreAdoptedByTheNextDaemonSetOfThatTemplate() {
        StoredObject first = daemonSet("kept", "i:1");
        until(() -> ownedBy("kept", first.uid()).size() == 2);
        TreeSet<String> before = uids(pods("kept"));
        String revision = pods("kept").get(0).labels().get("controller-revision-hash");

        delete("kept", Propagation.ORPHAN);
        until(() -> gone("kept"));
        assertThat(pods("kept")).allSatisfy(pod -> {
            assertThat(ControllerRef.of(pod.tree())).isEqualTo(ControllerRef.NONE);
            assertThat(Json.at(pod.tree(), "metadata").has("deletionTimestamp")).isFalse();
            assertThat(pod.labels()).containsEntry("controller-revision-hash", revision);
        });
        assertThat(uids(pods("kept"))).isEqualTo(before);

        StoredObject second = daemonSet("kept", "i:1");
        until(() -> ownedBy("kept", second.uid()).size() == 2);
        assertThat(uids(pods("kept"))).as("neither ended nor made anew").isEqualTo(before);
        until(() -> Json.at(get(Kinds.DAEMON_SET, "kept").tree(), "status", "updatedNumberScheduled")
                        .asInt()
                == 2);

        delete("kept", Propagation.ORPHAN);
        until(() -> gone("kept"));
        StoredObject third = daemonSet("kept", "i:2");
        until(() -> ownedBy("kept", third.uid()).size() == 2
                && ownedBy("kept", third.uid()).stream()
                        .noneMatch(pod ->
                                pod.labels().get("controller-revision-hash").equals(revision)));
        until(() -> pods("kept").size() == 2);
    }

    @Test
    void aHandMadePodIsAdoptedAsItIs() {
        StoredObject byHand = on.create(
                Kinds.POD,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'by-hand','namespace':'default','labels':{'app':'hand'}},"
                        + "'spec':{'nodeName':'w-1','terminationGracePeriodSeconds':0,'containers':[{'name':'c','image':'i:0'}]}}");
        long from = byHand.resourceVersion();
        StoredObject set = on.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'hand','namespace':'default'},"
                        + "'spec':{'selector':{'matchLabels':{'app':'hand'}},'updateStrategy':{'type':'OnDelete'},"
                        + "'template':{'metadata':{'labels':{'app':'hand'}},"
                        + "'spec':{'containers':[{'name':'c','image':'i:1'}]}}}}");
        until(() -> ownedBy("hand", set.uid()).size() == 2);
        assertThat(pods("hand")).as("no other was made beside it").hasSize(2);
        StoredObject adopted = get(Kinds.POD, "by-hand");
        assertThat(adopted.uid()).isEqualTo(byHand.uid());
        assertThat(adopted).isInstanceOf(StoredDaemonPod.class);
        assertThat(Json.at(adopted.tree(), "spec", "containers")
                        .get(0)
                        .path("image")
                        .asText())
                .isEqualTo("i:0");
        WatchSelection selection = new WatchSelection(Kinds.POD, "default", "by-hand", "");
        assertThat(on.server
                        .watch(selection, from)
                        .orElseThrow()
                        .next()
                        .toCompletableFuture()
                        .join())
                .isNotEmpty()
                .allMatch(change -> change.type() == Change.Type.MODIFIED);
        until(() -> on.server.catalogVersion().pods().keySet().stream().noneMatch(id -> id.contains("by-hand")));

        on.patch(Kinds.POD, "default", "by-hand", "", "{'metadata':{'labels':{'more':'x'}}}");
        assertThat(get(Kinds.POD, "by-hand").labels()).containsEntry("more", "x");
        assertThat(on.delete(Kinds.POD, "default", "by-hand", 0L)).isInstanceOf(WriteResult.Removed.class);
        until(() -> ownedBy("hand", set.uid()).size() == 2);
    }

    @Test
    void aPodThatIsRelabelledIsReleasedAndReplaced() {
        StoredObject set = daemonSet("labels", "i:1");
        until(() -> ownedBy("labels", set.uid()).size() == 2);
        StoredObject pod = pods("labels").get(0);
        on.patch(Kinds.POD, "default", pod.name(), "", "{'metadata':{'labels':{'app':'mine'}}}");
        until(() -> ControllerRef.of(get(Kinds.POD, pod.name()).tree()).equals(ControllerRef.NONE));
        until(() -> ownedBy("labels", set.uid()).size() == 2);
        assertThat(pods("mine")).hasSize(1);

        on.patch(Kinds.POD, "default", pod.name(), "", "{'metadata':{'labels':{'app':'labels'}}}");
        until(() -> uids(ownedBy("labels", set.uid())).contains(pod.uid())
                && pods("labels").size() == 2);
        assertThat(pods("mine")).isEmpty();
    }

    @Test
    void foregroundDeletionEndsThePodsFirst() {
        StoredObject set = daemonSet("front", "i:1");
        until(() -> ownedBy("front", set.uid()).size() == 2);
        String held = pods("front").get(0).name();
        on.patch(Kinds.POD, "default", held, "", "{'metadata':{'finalizers':['example.com/hold']}}");
        delete("front", Propagation.FOREGROUND);
        until(() -> pods("front").size() == 1);
        StoredObject leaving = get(Kinds.DAEMON_SET, "front");
        assertThat(Json.at(leaving.tree(), "metadata").has("deletionTimestamp")).isTrue();
        assertThat(Json.at(leaving.tree(), "metadata", "finalizers").get(0).asText())
                .isEqualTo("foregroundDeletion");
        on.patch(Kinds.POD, "default", held, "", "{'metadata':{'finalizers':null}}");
        until(() -> gone("front"));
        assertThat(pods("front")).isEmpty();
    }
}
