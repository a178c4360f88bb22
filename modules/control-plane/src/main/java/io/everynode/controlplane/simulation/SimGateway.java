package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetCommand;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.WriteReply;
import io.everynode.core.pod.PodCommand;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Clients' writes, as Gateway and Router bring them to their entities: repeated with the same command id until answered
 * or late.
 */
final class SimGateway {

    private static final long PATIENCE = 5_000;
    private static final long LIFE = 30_000;
    private static final long MOVING = 20;

    private final Cluster cluster;
    private long commands;

    SimGateway(Cluster cluster) {
        this.cluster = cluster;
    }

    /** @param done maybe null; called once, or never when no answer came in time */
    void write(Caller caller, Kind kind, String namespace, String name, ObjectWrite write, Consumer<WriteReply> done) {
        write(cluster.anyJvm(), caller, kind, namespace, name, write, done);
    }

    void write(
            int jvm,
            Caller caller,
            Kind kind,
            String namespace,
            String name,
            ObjectWrite write,
            Consumer<WriteReply> done) {
        Consumer<WriteReply> answer = done == null ? reply -> {} : done;
        cluster.jvm(jvm).caughtUp(() -> {
            Optional<StoredObject> known = cluster.jvm(jvm).current().get(kind, namespace, name);
            if (known.isEmpty() != write instanceof ObjectWrite.Create) {
                answer.accept(new WriteReply.Rejected(
                        known.isEmpty() ? ApiStatus.notFound(kind, name) : ApiStatus.alreadyExists(kind, name)));
                return;
            }
            CommandMeta meta = new CommandMeta(
                    Invariants.CLIENT_COMMAND + ++commands, caller, "request", cluster.queue.millis() + LIFE, 0);
            send(meta, kind, namespace, name, known, write, answer, new boolean[1]);
        });
    }

    private void send(
            CommandMeta meta,
            Kind kind,
            String namespace,
            String name,
            Optional<StoredObject> known,
            ObjectWrite write,
            Consumer<WriteReply> done,
            boolean[] over) {
        Consumer<WriteReply> answered = reply -> cluster.reply(() -> {
            if (reply instanceof WriteReply.Moved) {
                cluster.queue.in(MOVING, () -> {
                    if (!over[0] && cluster.queue.millis() < meta.deadlineMillis()) {
                        Optional<StoredObject> now =
                                cluster.jvm(cluster.anyJvm()).current().get(kind, namespace, name);
                        send(meta, kind, namespace, name, now, write, done, over);
                    }
                });
            } else if (!over[0]) {
                over[0] = true;
                cluster.invariants().acknowledged(reply);
                done.accept(reply);
            }
        });
        if (kind.equals(Kinds.NODE)) {
            cluster.tellNode(name, node -> node.write(new NodeCommand.Write(meta, write, false), answered));
        } else if (kind.equals(Kinds.DAEMON_SET)) {
            cluster.tell(
                    PersistenceIds.encode(EntityIds.DAEMON_SET, namespace, name),
                    entity -> ((SimDaemonSet) entity).write(new DaemonSetCommand.Write(meta, write, false), answered));
        } else if (known.isPresent() && known.get() instanceof StoredDaemonPod daemon) {
            boolean status = write instanceof ObjectWrite.Delete
                    || write instanceof ObjectWrite.Patch patch
                            && patch.subresource().equals("status");
            NodeCommand.WritePod command = new NodeCommand.WritePod(
                    meta, namespace, name, write, false, status ? null : daemon.templateBytes());
            cluster.tellNode(daemon.slotNode(), node -> node.writePod(command, answered));
        } else {
            cluster.tell(
                    PersistenceIds.encode(EntityIds.POD, namespace, name),
                    entity -> ((SimPod) entity).write(new PodCommand.Write(meta, write, false), answered));
        }
        cluster.queue.in(PATIENCE, () -> {
            if (!over[0] && cluster.queue.millis() < meta.deadlineMillis()) {
                send(meta, kind, namespace, name, known, write, done, over);
            } else {
                over[0] = true;
            }
        });
    }
}
