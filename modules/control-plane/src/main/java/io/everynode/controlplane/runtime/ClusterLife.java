package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.entity.DaemonSetEntity;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.controlplane.entity.WireMessage;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.pod.PodState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/** This JVM as a member of the cluster: joining, leaving, hints to the other members, the event-format gate, singletons. */
final class ClusterLife {

    /** Told to the other members after persists, so that their tails read at once. May be lost. */
    enum JournalGrew implements WireMessage {
        INSTANCE
    }

    private final ActorSystem<Void> system;
    private final Cluster cluster;
    private final FormatGate gate;
    private final Runnable hint;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final AtomicBoolean hintPending = new AtomicBoolean();
    private final ActorRef<Topic.Command<JournalGrew>> topic;
    private volatile boolean alone = true;

    /** Of the listener's actor alone. */
    private final Map<UniqueAddress, Member> members = new HashMap<>();

    ClusterLife(ActorSystem<Void> system, FormatGate gate, Runnable hint) {
        this.system = system;
        this.cluster = Cluster.get(system);
        this.gate = gate;
        this.hint = hint;
        this.topic =
                system.systemActorOf(Topic.create(JournalGrew.class, "journal-grew"), "journal-grew", Props.empty());
        system.systemActorOf(listener(), "cluster-life", Props.empty());
    }

    private Behavior<Object> listener() {
        return Behaviors.setup((ActorContext<Object> context) -> {
            ActorRef<JournalGrew> grew = context.messageAdapter(JournalGrew.class, m -> m);
            topic.tell(Topic.subscribe(grew));
            ActorRef<ClusterEvent.ClusterDomainEvent> events =
                    context.messageAdapter(ClusterEvent.ClusterDomainEvent.class, m -> m);
            cluster.subscriptions().tell(Subscribe.create(events, ClusterEvent.ClusterDomainEvent.class));
            return Behaviors.receive(Object.class)
                    .onMessage(JournalGrew.class, m -> {
                        hint.run();
                        return Behaviors.same();
                    })
                    .onMessage(ClusterEvent.ClusterDomainEvent.class, m -> {
                        if (m instanceof ClusterEvent.MemberEvent change) {
                            memberChanged(change);
                        }
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    /** Goes by the events alone: the state that {@link Cluster} holds for reading may be older than an event. */
    private void memberChanged(ClusterEvent.MemberEvent event) {
        Member changed = event.member();
        if (event instanceof ClusterEvent.MemberRemoved) {
            members.remove(changed.uniqueAddress());
        } else {
            members.put(changed.uniqueAddress(), changed);
        }
        UniqueAddress self = cluster.selfMember().uniqueAddress();
        List<Set<String>> roles = new ArrayList<>();
        int others = 0;
        for (Member member : members.values()) {
            roles.add(member.getRoles());
            others += member.uniqueAddress().equals(self) ? 0 : 1;
        }
        gate.members(roles);
        alone = others == 0;
        if (members.containsKey(self) && members.get(self).status().equals(MemberStatus.up())) {
            joined.complete(null);
        }
    }

    /** Joins the seed nodes of the configuration, or founds a cluster of one. */
    void join() {
        if (system.settings().config().getStringList("pekko.cluster.seed-nodes").isEmpty()) {
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
        }
    }

    CompletionStage<Void> joined() {
        return joined;
    }

    Optional<String> notReady() {
        return cluster.selfMember().status().equals(MemberStatus.up())
                ? Optional.empty()
                : Optional.of("cluster: this member is " + cluster.selfMember().status());
    }

    /** Called after each persist: reads soon, and has the others read soon. */
    void journalGrew() {
        hint.run();
        if (!alone && hintPending.compareAndSet(false, true)) {
            system.executionContext().execute(() -> {
                hintPending.set(false);
                topic.tell(Topic.publish(JournalGrew.INSTANCE));
            });
        }
    }

    /** Runs one actor of this name in the whole cluster. */
    <M> void singleton(String name, Behavior<M> behavior) {
        ClusterSingleton.get(system).init(SingletonActor.of(behavior, name));
    }

    /** DaemonSets and Pods with something unsettled are awake always; others wake when they are written to. */
    void wakeDaemonSets(CatalogVersion version) {
        ClusterSharding sharding = ClusterSharding.get(system);
        for (DaemonSetState state : version.daemonSets().values()) {
            sharding.entityRefFor(DaemonSetEntity.KEY, EntityIds.namespaced(state.namespace(), state.name()))
                    .tell(DaemonSetEntity.Wake.INSTANCE);
        }
        for (Map.Entry<String, PodState> pod : version.pods().entrySet()) {
            if (!pod.getValue().unsettled().isEmpty()) {
                List<String> parts = PersistenceIds.decode(pod.getKey()).parts();
                sharding.entityRefFor(PodEntity.KEY, PersistenceIds.entityId(parts))
                        .tell(PodEntity.Settle.INSTANCE);
            }
        }
    }

    /** Hands shards and singletons over, leaves, and ends the actor system. */
    void leave() {
        CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.clusterLeavingReason());
    }
}
