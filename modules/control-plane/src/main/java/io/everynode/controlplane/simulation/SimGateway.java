package io.everynode.controlplane.simulation;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.runtime.EntityWrites;
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
import java.util.HashMap;
import java.util.Map;
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

    /** One write on its way; answered once. */
    private final class Sending {
        private final CommandMeta meta;
        private final WriteRequest request;
        private Optional<StoredObject> known;
        private final ObjectWrite write;
        private final Consumer<WriteReply> done;
        private boolean over;

        Sending(
                CommandMeta meta,
                WriteRequest request,
                Optional<StoredObject> known,
                ObjectWrite write,
                Consumer<WriteReply> done) {
            this.meta = meta;
            this.request = request;
            this.known = known;
            this.write = write;
            this.done = done;
        }

        void send() {
            route(
                    this,
                    reply -> cluster.reply(() -> {
                        if (reply instanceof WriteReply.Moved) {
                            cluster.queue.in(MOVING, this::sendToWhereItMoved);
                        } else {
                            end(reply);
                        }
                    }));
            cluster.queue.in(PATIENCE, () -> {
                if (!over && cluster.queue.millis() < meta.deadlineMillis()) {
                    send();
                } else {
                    end(new WriteReply.Rejected(ApiStatus.timeout("no answer came in time", 1)));
                }
            });
        }

        /** A Pod moves into a slot. */
        private void sendToWhereItMoved() {
            if (!over && cluster.queue.millis() < meta.deadlineMillis()) {
                known = cluster.jvm(cluster.anyJvm())
                        .current()
                        .get(request.kind(), request.namespace(), request.name());
                send();
            }
        }

        private void end(WriteReply reply) {
            if (!over) {
                over = true;
                cluster.invariants().acknowledged(reply);
                done.accept(reply);
            }
        }
    }

    private final Cluster cluster;
    /** By namespace. */
    private final Map<String, Integer> creates = new HashMap<>();

    private long commands;

    SimGateway(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Whether no create is on its way into the namespace; those that come later see that it is terminating. */
    boolean quiet(String namespace) {
        return creates.getOrDefault(namespace, 0) == 0;
    }

    /** As several JVMs agree on that before a namespace is finalised (NamespaceAgreement), they do here. */
    private void seenEverywhere(Runnable then) {
        int[] left = {cluster.jvms().size()};
        cluster.jvms()
                .forEach(jvm -> jvm.caughtUp(() -> {
                    if (--left[0] == 0) {
                        then.run();
                    }
                }));
    }

    /** @param done maybe null; called once */
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
        WriteRequest request = new WriteRequest(
                kind,
                namespace,
                name,
                write,
                0,
                false,
                caller,
                "request",
                cluster.queue.now().plusMillis(LIFE));
        write(jvm, request, done == null ? reply -> {} : done);
    }

    void write(int jvm, WriteRequest request, Consumer<WriteReply> done) {
        if (!(request.write() instanceof ObjectWrite.Create)) {
            admit(jvm, request, done);
            return;
        }
        // Counted before its JVM's catalog, which may be far behind, is asked for the namespace.
        creates.merge(request.namespace(), 1, Integer::sum);
        admit(jvm, request, reply -> {
            seenEverywhere(() -> creates.merge(request.namespace(), -1, Integer::sum));
            done.accept(reply);
        });
    }

    private void admit(int jvm, WriteRequest request, Consumer<WriteReply> done) {
        cluster.jvm(jvm).caughtUp(() -> {
            CatalogVersion version = cluster.jvm(jvm).current();
            Optional<StoredObject> known = version.get(request.kind(), request.namespace(), request.name());
            ApiStatus refusal = refusal(version, request, known);
            if (refusal != null) {
                done.accept(new WriteReply.Rejected(refusal));
                return;
            }
            long latest = cluster.queue.millis() + LIFE;
            CommandMeta meta = new CommandMeta(
                    Invariants.CLIENT_COMMAND + ++commands,
                    request.caller(),
                    request.cause(),
                    Math.min(latest, request.deadline().toEpochMilli()),
                    0);
            ObjectWrite write = request.write();
            if (write instanceof ObjectWrite.Create create && create.uid().isEmpty()) {
                write = new ObjectWrite.Create(create.object(), cluster.chance.uid());
            }
            if (request.resourceVersion() != 0 && !(write instanceof ObjectWrite.Create)) {
                write = EntityWrites.withSequence(write, known.get().sequenceNumber());
            }
            new Sending(meta, request, known, write, done).send();
        });
    }

    private static ApiStatus refusal(CatalogVersion version, WriteRequest request, Optional<StoredObject> known) {
        if (request.write() instanceof ObjectWrite.Create) {
            boolean mayCreate = request.namespace().isEmpty()
                    || version.get(Kinds.NAMESPACE, "", request.namespace())
                            .filter(namespace -> !namespace.terminating())
                            .isPresent();
            return !mayCreate
                    ? ApiStatus.notFound(Kinds.NAMESPACE, request.namespace())
                    : known.isPresent() ? ApiStatus.alreadyExists(request.kind(), request.name()) : null;
        }
        if (known.isEmpty() || EntityIds.isView(known.get())) {
            return ApiStatus.notFound(request.kind(), request.name());
        }
        return request.resourceVersion() != 0 && known.get().resourceVersion() != request.resourceVersion()
                ? ApiStatus.modified(request.kind(), request.name())
                : null;
    }

    private void route(Sending sending, Consumer<WriteReply> answered) {
        WriteRequest request = sending.request;
        CommandMeta meta = sending.meta;
        ObjectWrite write = sending.write;
        Kind kind = request.kind();
        String namespace = request.namespace();
        String name = request.name();
        if (kind.equals(Kinds.NODE)) {
            cluster.tellNode(name, node -> node.write(new NodeCommand.Write(meta, write, false), answered));
        } else if (kind.equals(Kinds.DAEMON_SET)) {
            cluster.tell(
                    PersistenceIds.encode(EntityIds.DAEMON_SET, namespace, name),
                    entity -> ((SimDaemonSet) entity).write(new DaemonSetCommand.Write(meta, write, false), answered));
        } else if (kind.equals(Kinds.CONTROLLER_REVISION)
                && sending.known.isPresent()
                && EntityIds.isOfDaemonSet(sending.known.get())) {
            cluster.tell(
                    sending.known.get().persistenceId(),
                    entity -> ((SimDaemonSet) entity)
                            .write(new DaemonSetCommand.WriteRevision(meta, name, write, false), answered));
        } else if (sending.known.isPresent() && sending.known.get() instanceof StoredDaemonPod daemon) {
            NodeCommand.WritePod command = new NodeCommand.WritePod(
                    meta, namespace, name, write, false, EntityWrites.template(daemon, write, false));
            cluster.tellNode(daemon.slotNode(), node -> node.writePod(command, answered));
        } else if (kind.equals(Kinds.POD)) {
            cluster.tell(
                    PersistenceIds.encode(EntityIds.POD, namespace, name),
                    entity -> ((SimPod) entity).write(new PodCommand.Write(meta, write, false), answered));
        } else {
            cluster.tell(
                    PersistenceIds.encode(EntityIds.RESOURCE, kind.group(), kind.plural(), namespace, name),
                    entity -> ((SimResource) entity).write(meta, write, answered));
        }
    }
}
