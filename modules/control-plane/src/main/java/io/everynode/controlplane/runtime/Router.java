package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.DaemonSetEntity;
import io.everynode.controlplane.entity.NodeEntity;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.controlplane.entity.ResourceEntity;
import io.everynode.core.daemonset.DaemonSetCommand;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.WriteReply;
import io.everynode.core.pod.PodCommand;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** Finds the entity that owns an object and asks it. */
final class Router {

    private final ClusterSharding sharding;

    Router(ClusterSharding sharding) {
        this.sharding = sharding;
    }

    /**
     * @param known the object as the catalog has it; empty for a new one, and the DaemonSet for a new
     *     ControllerRevision that it is to control
     * @param takenNames for a DaemonSet: ControllerRevisions' names that are not its own
     */
    CompletionStage<WriteReply> ask(
            Kind kind,
            String namespace,
            String name,
            Optional<StoredObject> known,
            CommandMeta meta,
            ObjectWrite write,
            boolean dryRun,
            Set<String> takenNames,
            Duration patience) {
        if (kind.equals(Kinds.NODE)) {
            return sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(name))
                    .ask(
                            replyTo -> new NodeEntity.Write(new NodeCommand.Write(meta, write, dryRun), replyTo),
                            patience);
        }
        if (kind.equals(Kinds.DAEMON_SET)) {
            return sharding.entityRefFor(DaemonSetEntity.KEY, EntityIds.namespaced(namespace, name))
                    .ask(
                            replyTo -> new DaemonSetEntity.Write(
                                    new DaemonSetCommand.Write(meta, write, dryRun, takenNames), replyTo),
                            patience);
        }
        if (kind.equals(Kinds.CONTROLLER_REVISION) && known.isPresent() && EntityIds.isOfDaemonSet(known.get())) {
            DaemonSetCommand.WriteRevision command = new DaemonSetCommand.WriteRevision(meta, name, write, dryRun);
            return sharding.entityRefFor(
                            DaemonSetEntity.KEY, EntityIds.entityId(known.get().persistenceId()))
                    .ask(replyTo -> new DaemonSetEntity.WriteRevision(command, replyTo), patience);
        }
        if (kind.equals(Kinds.POD)) {
            return known.isPresent() && known.get() instanceof StoredDaemonPod daemon
                    ? askSlot(daemon, meta, write, dryRun, patience)
                    : sharding.entityRefFor(PodEntity.KEY, EntityIds.namespaced(namespace, name))
                            .ask(
                                    replyTo -> new PodEntity.Write(new PodCommand.Write(meta, write, dryRun), replyTo),
                                    patience);
        }
        return sharding.entityRefFor(ResourceEntity.KEY, EntityIds.resource(kind, namespace, name))
                .ask(replyTo -> new ResourceEntity.Write(meta, write, dryRun, replyTo), patience);
    }

    private CompletionStage<WriteReply> askSlot(
            StoredDaemonPod pod, CommandMeta meta, ObjectWrite write, boolean dryRun, Duration patience) {
        NodeCommand.WritePod command = new NodeCommand.WritePod(
                meta, pod.namespace(), pod.name(), write, dryRun, EntityWrites.template(pod, write, dryRun));
        return sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(pod.slotNode()))
                .ask(replyTo -> new NodeEntity.WritePod(command, replyTo), patience);
    }
}
