package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.NodeEntity;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.ReserveReply;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.object.WriteReply;
import io.everynode.core.pod.PodCommand;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * Cleans up; one in the cluster. Empties terminating namespaces and finalises them; ends ordinary Pods whose node is
 * gone and Pods whose name is taken; has nodes give up what they hold for Pods that do not claim it. Woken by changes;
 * while a namespace is not empty yet it looks again at intervals, as a delete may have been refused for the moment.
 */
final class HousekeeperActor extends AbstractBehavior<HousekeeperActor.Message> {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration WRITE_LIFE = Duration.ofSeconds(10);

    /** Deletes sent for one namespace at a time. */
    private static final int MAX_DELETES_AT_ONCE = 200;

    private static final Caller NAMESPACES = Caller.controller("namespace-controller");
    private static final Caller POD_COLLECTOR = Caller.controller("pod-garbage-collector");

    /** Told to itself. */
    enum Message {
        NEWS,
        CATALOG_READY,
        CATALOG_AWAY,
        LOOK_AGAIN
    }

    private final ControlPlane controlPlane;
    private final CatalogAccess catalog;
    private final Predicate<String> quiet;
    private final HousekeepingFeed feed;
    private final Clock clock;
    private final TimerScheduler<Message> timers;
    private final Set<String> terminating = new LinkedHashSet<>();
    private boolean ready;

    private HousekeeperActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            ControlPlane controlPlane,
            CatalogAccess catalog,
            Predicate<String> quiet,
            HousekeepingFeed feed,
            Clock clock) {
        super(context);
        this.controlPlane = controlPlane;
        this.catalog = catalog;
        this.quiet = quiet;
        this.feed = feed;
        this.clock = clock;
        this.timers = timers;
        awaitCatalog();
    }

    /** @param quiet whether no create is on its way into a namespace */
    static Behavior<Message> create(
            ControlPlane controlPlane,
            CatalogAccess catalog,
            Predicate<String> quiet,
            HousekeepingFeed feed,
            Clock clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new HousekeeperActor(context, timers, controlPlane, catalog, quiet, feed, clock)));
    }

    private void awaitCatalog() {
        getContext()
                .pipeToSelf(
                        catalog.caughtUp().get(),
                        (version, failure) -> failure == null ? Message.CATALOG_READY : Message.CATALOG_AWAY);
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Message.CATALOG_READY, this::begin)
                .onMessageEquals(Message.CATALOG_AWAY, () -> {
                    timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, LOOK_AGAIN);
                    return this;
                })
                .onMessageEquals(Message.NEWS, () -> {
                    HousekeepingFeed.News news = feed.take();
                    CatalogVersion version = catalog.newest().get();
                    news.namespaces().forEach(namespace -> lookAt(version, namespace));
                    news.nodesGone().forEach(node -> endPodsOf(version, node));
                    endHiddenPods(version);
                    giveUpUnclaimed(version);
                    return this;
                })
                .onMessageEquals(Message.LOOK_AGAIN, () -> {
                    if (!ready) {
                        awaitCatalog();
                        return this;
                    }
                    CatalogVersion version = catalog.newest().get();
                    Set.copyOf(terminating).forEach(namespace -> lookAt(version, namespace));
                    endHiddenPods(version);
                    giveUpUnclaimed(version);
                    return this;
                })
                .onSignal(PostStop.class, signal -> {
                    feed.subscribe(null);
                    return this;
                })
                .build();
    }

    private Behavior<Message> begin() {
        ready = true;
        var self = getContext().getSelf();
        feed.subscribe(() -> self.tell(Message.NEWS));
        CatalogVersion version = catalog.newest().get();
        for (StoredObject namespace : version.list(Kinds.NAMESPACE, "")) {
            lookAt(version, namespace.name());
        }
        for (String node : version.podsByNode().keySet()) {
            if (!version.node(node).exists()) {
                endPodsOf(version, node);
            }
        }
        endHiddenPods(version);
        giveUpUnclaimed(version);
        return this;
    }

    /** Pods whose name an earlier Pod has; a daemon Pod is made again by its DaemonSet, under another name. */
    private void endHiddenPods(CatalogVersion version) {
        ClusterSharding sharding = ClusterSharding.get(getContext().getSystem());
        ActorRef<WriteReply> ignored = getContext().getSystem().ignoreRef();
        for (CatalogVersion.HiddenPod pod : version.hiddenPods().values()) {
            CommandMeta meta = new CommandMeta(
                    "hidden " + pod.uid(),
                    POD_COLLECTOR,
                    "journal " + version.resourceVersion(),
                    clock.instant().plus(WRITE_LIFE).toEpochMilli(),
                    version.resourceVersion());
            ObjectWrite end =
                    new ObjectWrite.Delete(new Precondition(pod.uid(), 0), 0L, ObjectWrite.Propagation.DEFAULT);
            if (pod.slotNode().isEmpty()) {
                sharding.entityRefFor(PodEntity.KEY, EntityIds.namespaced(pod.namespace(), pod.name()))
                        .tell(new PodEntity.Write(new PodCommand.Write(meta, end, false), ignored));
            } else {
                NodeCommand.WritePod command =
                        new NodeCommand.WritePod(meta, pod.namespace(), pod.name(), end, false, null);
                sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(pod.slotNode()))
                        .tell(new NodeEntity.WritePod(command, ignored));
            }
        }
        if (!version.hiddenPods().isEmpty()) {
            timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, LOOK_AGAIN);
        }
    }

    /** What nodes hold for Pods that do not claim it. */
    private void giveUpUnclaimed(CatalogVersion version) {
        ClusterSharding sharding = ClusterSharding.get(getContext().getSystem());
        ActorRef<ReserveReply> ignored = getContext().getSystem().ignoreRef();
        version.unclaimed()
                .givings(version.resourceVersion(), clock.instant())
                .forEach(giving -> sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(giving.node()))
                        .tell(new NodeEntity.Release(giving.release(), ignored)));
        if (!version.unclaimed().isEmpty()) {
            timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, LOOK_AGAIN);
        }
    }

    private void lookAt(CatalogVersion version, String name) {
        StoredObject namespace = version.get(Kinds.NAMESPACE, "", name).orElse(null);
        ObjectNode tree = namespace == null ? null : namespace.tree();
        if (tree == null || !Json.at(tree, "metadata").has("deletionTimestamp")) {
            terminating.remove(name);
            feed.unfollow(name);
            return;
        }
        terminating.add(name);
        feed.follow(name);
        timers.startSingleTimer(Message.LOOK_AGAIN, Message.LOOK_AGAIN, LOOK_AGAIN);
        int left = 0;
        for (Kind kind : Kinds.all()) {
            if (kind.namespaced()) {
                for (StoredObject object : version.list(kind, name)) {
                    if (!EntityIds.isView(object)) {
                        left++;
                        if (left <= MAX_DELETES_AT_ONCE && !owned(object)) {
                            delete(object, NAMESPACES, null);
                        }
                    }
                }
            }
        }
        if (left == 0 && quiet.test(name)) {
            Json.child(tree, "spec").remove("finalizers");
            Json.child(tree, "metadata").remove("resourceVersion");
            write(
                    namespace,
                    new ObjectWrite.Replace("finalize", tree, new Precondition(namespace.uid(), 0)),
                    NAMESPACES);
        }
    }

    /** Daemon Pods go with their DaemonSet, unless they have none. */
    private static boolean owned(StoredObject object) {
        return object instanceof StoredDaemonPod daemon && !daemon.pod().orphan();
    }

    private void endPodsOf(CatalogVersion version, String node) {
        if (version.node(node).exists()) {
            return;
        }
        for (StoredObject pod : version.podsOnNode(node)) {
            if (!(pod instanceof StoredDaemonPod)) {
                delete(pod, POD_COLLECTOR, 0L);
            }
        }
    }

    private void delete(StoredObject object, Caller caller, Long graceSeconds) {
        write(
                object,
                new ObjectWrite.Delete(
                        new Precondition(object.uid(), 0), graceSeconds, ObjectWrite.Propagation.DEFAULT),
                caller);
    }

    /** Refusals need no answer: the next look sees what is left. */
    private void write(StoredObject object, ObjectWrite write, Caller caller) {
        controlPlane.write(new WriteRequest(
                object.kind(),
                object.namespace(),
                object.name(),
                write,
                0,
                false,
                caller,
                "journal " + object.resourceVersion(),
                clock.instant().plus(WRITE_LIFE)));
    }
}
