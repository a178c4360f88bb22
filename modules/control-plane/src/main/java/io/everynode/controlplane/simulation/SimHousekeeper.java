package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.pod.PodCommand;
import io.everynode.objects.Kinds;
import java.util.List;

/** The part of HousekeeperActor that looks after Pods, driven as that is; one start on one JVM. */
final class SimHousekeeper {

    private static final long LOOK_AGAIN = 1_000;
    private static final long WRITE_LIFE = 10_000;
    private static final Caller COLLECTOR = Caller.controller("pod-garbage-collector");

    private final Cluster cluster;
    private final SimGateway gateway;
    private final int jvm;
    private boolean ready;
    private boolean ended;
    private boolean looking;

    SimHousekeeper(Cluster cluster, SimGateway gateway, int jvm) {
        this.cluster = cluster;
        this.gateway = gateway;
        this.jvm = jvm;
        cluster.jvm(jvm).caughtUp(this::begin);
    }

    void end() {
        ended = true;
    }

    private CatalogVersion version() {
        return cluster.jvm(jvm).current();
    }

    private void begin() {
        ready = true;
        version().podsByNode().keySet().stream().sorted().forEach(this::endPodsOf);
        look();
    }

    void published(int where, List<Change> changes) {
        if (where != jvm || ended || !ready) {
            return;
        }
        for (Change change : changes) {
            if (change.object().kind().equals(Kinds.NODE)) {
                if (change.type() == Change.Type.REMOVED) {
                    String node = change.object().name();
                    cluster.queue.in(1, () -> endPodsOf(node));
                }
            } else {
                String node = CatalogVersion.nodeOf(change.object());
                if (change.type() != Change.Type.REMOVED
                        && !node.isEmpty()
                        && !version().node(node).exists()) {
                    cluster.queue.in(1, () -> endPodsOf(node));
                }
            }
        }
        look();
    }

    /** Names that are taken and room that nobody claims; again after a while as long as there is any. */
    private void look() {
        boolean any =
                !version().hiddenPods().isEmpty() || !version().unclaimed().isEmpty();
        if (any && !looking && cluster.decisions.leftoversAreCollected()) {
            looking = true;
            cluster.queue.in(1, this::collect);
        }
    }

    private void collect() {
        looking = false;
        if (ended) {
            return;
        }
        CatalogVersion version = version();
        version.unclaimed()
                .givings(version.resourceVersion(), cluster.queue.now())
                .forEach(
                        giving -> cluster.tellNode(giving.node(), node -> node.release(giving.release(), reply -> {})));
        for (CatalogVersion.HiddenPod pod : version.hiddenPods().values()) {
            endHidden(version, pod);
        }
        if (!version.hiddenPods().isEmpty() || !version.unclaimed().isEmpty()) {
            looking = true;
            cluster.queue.in(LOOK_AGAIN, this::collect);
        }
    }

    private void endHidden(CatalogVersion version, CatalogVersion.HiddenPod pod) {
        CommandMeta meta = new CommandMeta(
                "hidden " + pod.uid(),
                COLLECTOR,
                "journal " + version.resourceVersion(),
                cluster.queue.millis() + WRITE_LIFE,
                version.resourceVersion());
        ObjectWrite end = new ObjectWrite.Delete(new Precondition(pod.uid(), 0), 0L, ObjectWrite.Propagation.DEFAULT);
        if (pod.slotNode().isEmpty()) {
            cluster.tell(
                    PersistenceIds.encode(EntityIds.POD, pod.namespace(), pod.name()),
                    entity -> ((SimPod) entity).write(new PodCommand.Write(meta, end, false), reply -> {}));
        } else {
            NodeCommand.WritePod command =
                    new NodeCommand.WritePod(meta, pod.namespace(), pod.name(), end, false, null);
            cluster.tellNode(pod.slotNode(), node -> node.writePod(command, reply -> {}));
        }
    }

    private void endPodsOf(String node) {
        CatalogVersion version = version();
        if (ended || version.node(node).exists()) {
            return;
        }
        for (StoredObject pod : version.podsOnNode(node)) {
            if (!(pod instanceof StoredDaemonPod)) {
                gateway.write(
                        jvm,
                        COLLECTOR,
                        Kinds.POD,
                        pod.namespace(),
                        pod.name(),
                        new ObjectWrite.Delete(new Precondition(pod.uid(), 0), 0L, ObjectWrite.Propagation.DEFAULT),
                        null);
            }
        }
    }
}
