package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.DaemonSetFixture.ON_DELETE;
import static io.everynode.controlplane.runtime.TestServer.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Pods without a controller, and Pods whose controller a client changes, beside two DaemonSets of one selector, after
 * the tests of pkg/controller/daemon/daemon_controller_test.go named in each case. Upstream asserts which DaemonSets
 * are queued; here what comes of it.
 */
@Timeout(90)
class OrphanPodsTest {

    @RegisterExtension
    static final TestServer cp = TestServer.shared();

    /** A Pod made by hand on the case's first node. */
    private static StoredObject byHand(DaemonSetFixture on, String labels) {
        return cp.create(
                Kinds.POD,
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'by-hand','namespace':'%s','labels':%s},"
                                + "'spec':{'nodeName':'%s-1','containers':[{'name':'c','image':'i:0'}]}}")
                        .formatted(on.name, labels, on.name));
    }

    private static StoredObject byHand(DaemonSetFixture on) {
        return cp.server.catalog().get(Kinds.POD, on.name, "by-hand").orElseThrow();
    }

    private static List<String> controllers(StoredObject pod) {
        return Json.at(pod.tree(), "metadata", "ownerReferences").findValuesAsText("name");
    }

    private static Set<String> uids(DaemonSetFixture on, String... daemonSets) {
        Set<String> uids = new HashSet<>();
        for (String daemonSet : daemonSets) {
            on.pods(daemonSet).forEach(pod -> uids.add(pod.uid()));
        }
        return uids;
    }

    private static void untilOneEach(DaemonSetFixture on, String... daemonSets) {
        until(() -> {
            boolean one = true;
            for (String daemonSet : daemonSets) {
                on.runtimes(daemonSet);
                one &= on.pods(daemonSet).size() == 1 && on.active(daemonSet).size() == 1;
            }
            return one;
        });
    }

    /** TestAddPodOrphan: of the DaemonSets whose selector it matches one takes it, another one does not. */
    @Test
    void anOrphanBelongsToOneDaemonSetThatSelectsIt() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "added").nodes(1);
        cp.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'foo3','namespace':'added'},'spec':{"
                        + "'selector':{'matchLabels':{'app':'other'}},'template':{'metadata':{'labels':{'app':'other'}},"
                        + "'spec':{'nodeSelector':{'case':'added'},'containers':[{'name':'c','image':'i:1'}]}}}}");
        StoredObject orphan = byHand(on, "{'app':'agent'}");
        untilOneEach(on, "foo3");
        assertThat(controllers(byHand(on))).isEmpty();
        on.daemonSet("foo1", ON_DELETE);
        on.daemonSet("foo2", ON_DELETE);
        untilOneEach(on, "foo1", "foo2", "foo3");
        assertThat(controllers(byHand(on))).hasSize(1).isSubsetOf("foo1", "foo2");
        assertThat(uids(on, "foo1", "foo2")).contains(orphan.uid());
    }

    /** TestUpdatePodOrphanSameLabels and TestUpdatePodOrphanWithNewLabels: only labels make it matter. */
    @Test
    void anOrphanMattersOnceItsLabelsAreSelected() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "labelled").nodes(1);
        StoredObject orphan = byHand(on, "{'foo2':'bar2'}");
        on.daemonSet("foo1", ON_DELETE);
        untilOneEach(on, "foo1");
        Set<String> before = uids(on, "foo1");
        cp.patch(Kinds.POD, "labelled", "by-hand", "", "{'metadata':{'annotations':{'same':'labels'}}}");
        assertThat(controllers(byHand(on))).isEmpty();
        assertThat(uids(on, "foo1")).isEqualTo(before);
        cp.patch(Kinds.POD, "labelled", "by-hand", "", "{'metadata':{'labels':{'app':'agent'}}}");
        until(() -> {
            on.runtimes("foo1");
            return uids(on, "foo1").equals(Set.of(orphan.uid()));
        });
        assertThat(byHand(on).uid()).as("the oldest stays").isEqualTo(orphan.uid());
    }

    /** TestUpdatePodChangeControllerRef: both DaemonSets see to it that each has one. */
    @Test
    void aPodThatIsGivenAwayIsReplacedThereAndSurplusHere() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "given").nodes(1);
        StoredObject foo1 = on.daemonSet("foo1", ON_DELETE);
        on.daemonSet("foo2", ON_DELETE);
        untilOneEach(on, "foo1", "foo2");
        StoredObject given = on.pods("foo2").get(0);
        cp.patch(
                Kinds.POD,
                "given",
                given.name(),
                "",
                ("{'metadata':{'ownerReferences':[{'apiVersion':'apps/v1','kind':'DaemonSet','name':'foo1','uid':'%s',"
                                + "'controller':true,'blockOwnerDeletion':true}]}}")
                        .formatted(foo1.uid()));
        until(() -> !uids(on, "foo2").contains(given.uid()));
        untilOneEach(on, "foo1", "foo2");
    }

    /** TestUpdatePodControllerRefRemoved: an orphan that both select, of which one has none now. */
    @Test
    void aPodWhoseControllerIsTakenAwayFindsOneAgain() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "taken").nodes(1);
        on.daemonSet("foo1", ON_DELETE);
        on.daemonSet("foo2", ON_DELETE);
        untilOneEach(on, "foo1", "foo2");
        StoredObject freed = on.pods("foo1").get(0);
        cp.patch(Kinds.POD, "taken", freed.name(), "", "{'metadata':{'ownerReferences':null}}");
        untilOneEach(on, "foo1", "foo2");
        until(() -> cp.server
                .catalog()
                .get(Kinds.POD, "taken", freed.name())
                .map(pod ->
                        DaemonSetFixture.terminating(pod) || controllers(pod).size() == 1)
                .orElse(true));
    }

    /** TestDeletePodOrphan: its end concerns nobody. */
    @Test
    void theEndOfAnOrphanConcernsNobody() {
        DaemonSetFixture on = new DaemonSetFixture(cp, "deleted").nodes(1);
        on.daemonSet("foo1", ON_DELETE);
        on.daemonSet("foo2", ON_DELETE);
        byHand(on, "{'foo2':'bar2'}");
        on.untilReady("foo1", 1).untilReady("foo2", 1);
        long version = cp.server
                .catalog()
                .get(Kinds.DAEMON_SET, "deleted", "foo1")
                .orElseThrow()
                .resourceVersion();
        Set<String> before = uids(on, "foo1", "foo2");
        cp.delete(Kinds.POD, "deleted", "by-hand", 0L);
        until(() -> cp.server.catalog().get(Kinds.POD, "deleted", "by-hand").isEmpty());
        // A DaemonSet that came later has planned from a catalog without the orphan, so the others have seen that, too.
        on.daemonSet("later", ON_DELETE);
        untilOneEach(on, "later");
        assertThat(uids(on, "foo1", "foo2")).isEqualTo(before);
        assertThat(cp.server
                        .catalog()
                        .get(Kinds.DAEMON_SET, "deleted", "foo1")
                        .orElseThrow()
                        .resourceVersion())
                .isEqualTo(version);
    }
}
