package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.pod.PodCommand;

/** The part of HousekeeperActor that looks after names and reservations, driven as that is; one start on one JVM. */
final class SimHousekeeper {

    private static final long LOOK_AGAIN = 1_000;
    private static final long WRITE_LIFE = 10_000;
    private static final Caller COLLECTOR = Caller.controller("pod-garbage-collector");

    private final Cluster cluster;
    private final int jvm;
    private boolean ready;
    private boolean ended;
    private boolean looking;

    SimHousekeeper(Cluster cluster, int jvm) {
        this.cluster = cluster;
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
        look();
    }

    void published(int where) {
        if (where != jvm || ended || !ready) {
            return;
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
}
