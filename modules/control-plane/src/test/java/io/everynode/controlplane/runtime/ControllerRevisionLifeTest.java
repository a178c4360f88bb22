package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.TestServer.json;
import static io.everynode.controlplane.runtime.TestServer.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(90)
class ControllerRevisionLifeTest {

    @RegisterExtension
    static final TestServer cp = TestServer.shared();

    private static WriteResult create(ObjectNode tree) {
        return cp.write(
                Kinds.CONTROLLER_REVISION,
                Json.text(tree, "metadata", "namespace"),
                Json.text(tree, "metadata", "name"),
                new ObjectWrite.Create(tree, ""));
    }

    /** test/e2e/apps/controller_revision.go, "should manage the lifecycle of a ControllerRevision". */
    @Test
    void aControllerRevisionIsPatchedMadeReplacedAndDeleted() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "revisions").nodes(2);
        StoredObject daemonSet = on.daemonSet("agent", DaemonSetFixture.ROLLING);
        on.untilReady("agent", 2);
        List<String> podNames =
                on.pods("agent").stream().map(StoredObject::name).toList();
        StoredObject initial = on.revisions().get(0);

        ObjectNode patched = TestServer.stored(cp.patch(
                        Kinds.CONTROLLER_REVISION,
                        "revisions",
                        initial.name(),
                        "",
                        "{'metadata':{'labels':{'" + initial.name() + "':'patched'}}}"))
                .tree();
        assertThat(Json.text(patched, "metadata", "labels", initial.name())).isEqualTo("patched");

        ObjectNode second = json("{'apiVersion':'apps/v1','kind':'ControllerRevision','metadata':{"
                + "'name':'agent-7c9b9bd6','namespace':'revisions','labels':{'app':'agent',"
                + "'controller-revision-hash':'7c9b9bd6'},'ownerReferences':[{'apiVersion':'apps/v1',"
                + "'kind':'DaemonSet','name':'agent','uid':'" + daemonSet.uid()
                + "','controller':true,'blockOwnerDeletion':true}]}}");
        second.set("data", initial.tree().path("data"));
        second.put("revision", 2);
        assertThat(TestServer.stored(create(second)).name()).isEqualTo("agent-7c9b9bd6");
        assertThat(TestServer.refused(create(second)).reason()).isEqualTo("AlreadyExists");
        assertThat(on.revisions()).hasSize(2);

        assertThat(cp.delete(Kinds.CONTROLLER_REVISION, "revisions", initial.name(), null))
                .isInstanceOf(WriteResult.Removed.class);
        assertThat(on.revisions())
                .singleElement()
                .extracting(StoredObject::name)
                .isEqualTo("agent-7c9b9bd6");

        StoredObject current = on.revisions().get(0);
        ObjectNode updated = current.tree();
        Json.child(Json.child(updated, "metadata"), "labels").put(current.name(), "updated");
        StoredObject replaced = TestServer.stored(cp.send(
                        Kinds.CONTROLLER_REVISION,
                        "revisions",
                        current.name(),
                        new ObjectWrite.Replace("", updated, Precondition.NONE),
                        current.resourceVersion())
                .toCompletableFuture()
                .join());
        assertThat(replaced.labels()).containsEntry(current.name(), "updated");

        on.patch("agent", "{'template':{'spec':{'terminationGracePeriodSeconds':1}}}");
        assertThat(on.revisions()).hasSize(2);
        cp.delete(Kinds.CONTROLLER_REVISION, "revisions", current.name(), null);
        assertThat(on.revisions())
                .singleElement()
                .satisfies(
                        last -> assertThat(last.tree().path("revision").asInt()).isEqualTo(3));
        until(() -> {
            on.runtimes("agent");
            List<String> now =
                    on.active("agent").stream().map(StoredObject::name).toList();
            return now.size() == 2 && now.stream().noneMatch(podNames::contains);
        });
    }

    /** TestControlledHistories: in the DaemonSet's namespace an orphan that its selector matches is adopted. */
    @Test
    void anOrphanThatTheSelectorMatchesIsAdopted() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "orphans").nodes(1);
        StoredObject daemonSet = on.daemonSet("agent", DaemonSetFixture.ROLLING);
        on.untilReady("agent", 1);
        String pod = on.pods("agent").get(0).name();
        String orphan = "{'apiVersion':'apps/v1','kind':'ControllerRevision','metadata':{'name':'%s',"
                + "'namespace':'orphans','labels':{'app':'%s'}},'data':{'x':1},'revision':5}";
        ObjectNode adopted = TestServer.stored(create(json(orphan.formatted("matching", "agent"))))
                .tree();
        assertThat(adopted.at("/metadata/ownerReferences/0/uid").asText()).isEqualTo(daemonSet.uid());
        assertThat(adopted.at("/metadata/ownerReferences/0/controller").asBoolean())
                .isTrue();
        ObjectNode stranger = TestServer.stored(create(json(orphan.formatted("stranger", "other"))))
                .tree();
        assertThat(stranger.at("/metadata/ownerReferences").isMissingNode()).isTrue();
        on.image("agent", "i:2");
        assertThat(on.revisions())
                .extracting(revision -> revision.tree().path("revision").asInt())
                .as("the adopted one takes part in the numbering")
                .containsExactlyInAnyOrder(1, 5, 5, 6);
        until(() -> {
            on.runtimes("agent");
            return on.active("agent").stream().noneMatch(active -> active.name().equals(pod));
        });
        cp.delete(Kinds.DAEMON_SET, "orphans", "agent", null);
        until(() -> on.revisions().size() == 1);
        assertThat(on.revisions().get(0).name()).isEqualTo("stranger");
    }

    /** kubectl delete --cascade=orphan, then create: the history goes on, and the Pods stay. */
    @Test
    void aHistoryOutlivesItsOrphanedDaemonSetAndGoesWithTheNamespace() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "left").nodes(1);
        on.daemonSet("agent", DaemonSetFixture.ROLLING);
        on.untilReady("agent", 1);
        on.image("agent", "i:2");
        until(() -> {
            on.runtimes("agent");
            return on.status("agent", "updatedNumberScheduled") == 1 && on.status("agent", "numberAvailable") == 1;
        });
        List<String> before = on.revisions().stream().map(StoredObject::uid).toList();
        assertThat(before).hasSize(2);
        orphan("agent");
        assertThat(on.revisions()).extracting(StoredObject::uid).isEqualTo(before);
        assertThat(on.revisions())
                .allSatisfy(left -> assertThat(
                                left.tree().at("/metadata/ownerReferences").isMissingNode())
                        .isTrue());
        StoredObject second = on.daemonSet("agent", DaemonSetFixture.ROLLING);
        assertThat(on.revisions())
                .as("the first template is the newest again")
                .extracting(revision -> revision.uid() + "=" + revision.tree().path("revision"))
                .containsExactly(before.get(1) + "=2", before.get(0) + "=3");
        assertThat(on.revisions())
                .allSatisfy(adopted -> assertThat(adopted.tree()
                                .at("/metadata/ownerReferences/0/uid")
                                .asText())
                        .isEqualTo(second.uid()));
        orphan("agent");
        cp.delete(Kinds.NAMESPACE, "", "left", null);
        until(() -> {
            cp.server.catalog().list(Kinds.POD, "left").forEach(pod -> cp.delete(Kinds.POD, "left", pod.name(), 0L));
            return cp.server.catalog().get(Kinds.NAMESPACE, "", "left").isEmpty();
        });
        assertThat(on.revisions()).isEmpty();
    }

    private static void orphan(String daemonSet) {
        cp.write(
                Kinds.DAEMON_SET,
                "left",
                daemonSet,
                new ObjectWrite.Delete(Precondition.NONE, null, ObjectWrite.Propagation.ORPHAN));
        until(() -> cp.server.catalog().get(Kinds.DAEMON_SET, "left", daemonSet).isEmpty());
    }

    /** Upstream's next pass puts it back as well; no Pod is touched. */
    @Test
    void theDeletedRevisionOfTheCurrentTemplateComesBack() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "back").nodes(1);
        on.daemonSet("agent", DaemonSetFixture.ROLLING);
        on.untilReady("agent", 1);
        StoredObject revision = on.revisions().get(0);
        String pod = on.pods("agent").get(0).name();
        WriteResult deleted = cp.delete(Kinds.CONTROLLER_REVISION, "back", revision.name(), null);
        assertThat(((WriteResult.Removed) deleted).last().uid()).isEqualTo(revision.uid());
        until(() -> on.revisions().size() == 1 && !on.revisions().get(0).uid().equals(revision.uid()));
        assertThat(on.revisions().get(0).name()).isEqualTo(revision.name());
        assertThat(on.pods("agent"))
                .singleElement()
                .extracting(StoredObject::name)
                .isEqualTo(pod);
    }

    /** TestLaunchWithHashCollision in test/integration/daemonset: the name of the next revision is taken. */
    @Test
    void aRevisionWhoseNameIsTakenGetsAnotherOne() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "collision").nodes(1);
        on.daemonSet("agent", DaemonSetFixture.ROLLING);
        String name = on.revisions().get(0).name();
        cp.delete(Kinds.DAEMON_SET, "collision", "agent", null);
        until(() -> on.revisions().isEmpty());
        ObjectNode foreign = json("{'apiVersion':'apps/v1','kind':'ControllerRevision','metadata':{'name':'" + name
                + "','namespace':'collision'},'data':{'x':1},'revision':1}");
        TestServer.stored(create(foreign));
        on.daemonSet("agent", DaemonSetFixture.ROLLING);
        assertThat(on.revisions()).hasSize(2);
        assertThat(on.status("agent", "collisionCount")).isEqualTo(1);
        on.untilReady("agent", 1);
        assertThat(TestServer.stored(cp.patch(
                                Kinds.CONTROLLER_REVISION, "collision", name, "", "{'metadata':{'labels':{'a':'b'}}}"))
                        .tree()
                        .at("/data/x")
                        .asInt())
                .isEqualTo(1);
        assertThat(cp.delete(Kinds.CONTROLLER_REVISION, "collision", name, null))
                .isInstanceOf(WriteResult.Removed.class);
    }
}
