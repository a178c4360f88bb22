package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.entity.DaemonSetEntity;
import io.everynode.controlplane.entity.LeaseKeeper;
import io.everynode.controlplane.entity.PodEntity;
import io.everynode.controlplane.entity.WireMessage;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * This JVM as a member of the cluster: joining, leaving, hints to the other members, the event-format gate, singletons.
 */
final class ClusterLife {

    /** Told to the other members after persists, so that their tails read at once. May be lost. */
    enum JournalGrew implements WireMessage {
        INSTANCE
    }

    private static final Duration WAKE_INTERVAL = Duration.ofSeconds(10);

    private static final Duration VIEW_LAG = Duration.ofMillis(5);

    /** By then the entities of a member that left or was lost have a new place. */
    private static final Duration AFTER_A_MOVE = Duration.ofMillis(500);

    private final ActorSystem<Void> system;
    private final Cluster cluster;
    private final FormatGate gate;
    private final Runnable hint;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final AtomicBoolean hintPending = new AtomicBoolean();
    private final ActorRef<Topic.Command<JournalGrew>> topic;
    private volatile boolean alone = true;
    private volatile Set<String> commonRoles = Set.of();
    private volatile Runnable memberRemoved = () -> {};
    private volatile Instant lastGone = Instant.EPOCH;

    ClusterLife(ActorSystem<Void> system, FormatGate gate, Runnable hint) {
        this.system = system;
        this.cluster = Cluster.get(system);
        this.gate = gate;
        this.hint = hint;
        this.topic =
                system.systemActorOf(Topic.create(JournalGrew.class, "journal-grew"), "journal-grew", Props.empty());
        system.systemActorOf(listener(), "cluster-life", Props.empty());
    }

    /**
     * Has the entities that must be awake woken now and at intervals: they sleep after a move, a fail-over or a defect.
     *
     * @param askAgain to be run when the entities of a lost member have another place
     */
    void keepAwake(Supplier<CatalogVersion> catalog, Runnable askAgain) {
        Runnable moved = () -> {
            askAgain.run();
            wake(catalog.get());
        };
        memberRemoved = () -> system.scheduler().scheduleOnce(AFTER_A_MOVE, moved, system.executionContext());
        system.scheduler()
                .scheduleWithFixedDelay(
                        Duration.ZERO, WAKE_INTERVAL, () -> wake(catalog.get()), system.executionContext());
    }

    private Behavior<Object> listener() {
        return Behaviors.setup((ActorContext<Object> context) -> {
            ActorRef<JournalGrew> grew = context.messageAdapter(JournalGrew.class, m -> m);
            topic.tell(Topic.subscribe(grew));
            ActorRef<SelfUp> up = context.messageAdapter(SelfUp.class, m -> m);
            cluster.subscriptions().tell(Subscribe.create(up, SelfUp.class));
            ActorRef<ClusterEvent.MemberEvent> events = context.messageAdapter(ClusterEvent.MemberEvent.class, m -> m);
            cluster.subscriptions().tell(Subscribe.create(events, ClusterEvent.MemberEvent.class));
            Map<UniqueAddress, Set<String>> rolesOfMembers = new HashMap<>();
            return Behaviors.receive(Object.class)
                    .onMessage(JournalGrew.class, m -> {
                        hint.run();
                        return Behaviors.same();
                    })
                    .onMessage(ClusterEvent.MemberEvent.class, event -> {
                        memberChanged(rolesOfMembers, event);
                        return Behaviors.same();
                    })
                    .onMessage(SelfUp.class, m -> {
                        // The members that were there before may have sent no event yet.
                        m.currentClusterState()
                                .getMembers()
                                .forEach(member -> rolesOfMembers.put(member.uniqueAddress(), member.getRoles()));
                        membersAre(rolesOfMembers);
                        if (cluster.selfMember().status().equals(MemberStatus.removed())) {
                            // What refusal() looks at hears the same news by itself, and may be later by a moment.
                            context.scheduleOnce(VIEW_LAG, context.getSelf(), m);
                        } else {
                            joined.complete(null);
                        }
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private void memberChanged(Map<UniqueAddress, Set<String>> rolesOfMembers, ClusterEvent.MemberEvent event) {
        Member member = event.member();
        if (event instanceof ClusterEvent.MemberRemoved) {
            rolesOfMembers.remove(member.uniqueAddress());
            lastGone = Instant.now();
            memberRemoved.run();
        } else {
            rolesOfMembers.put(member.uniqueAddress(), member.getRoles());
        }
        membersAre(rolesOfMembers);
    }

    private void membersAre(Map<UniqueAddress, Set<String>> rolesOfMembers) {
        gate.members(rolesOfMembers.values());
        alone = rolesOfMembers.size() < 2;
        Set<String> common = new HashSet<>();
        rolesOfMembers.values().stream().limit(1).forEach(common::addAll);
        rolesOfMembers.values().forEach(common::retainAll);
        commonRoles = Set.copyOf(common);
    }

    /** Whether every member has the role, also those that join or cannot be reached now. */
    boolean allHave(String role) {
        return commonRoles.contains(role);
    }

    /** When a member was removed last, for whatever reason. */
    Instant lastGone() {
        return lastGone;
    }

    CompletionStage<Void> joined() {
        return joined;
    }

    /** Why entities cannot be expected to answer this JVM; empty when they can. */
    Optional<String> refusal() {
        return Standing.refusal(cluster.selfMember().status(), cluster.state());
    }

    Optional<String> notReady() {
        Optional<String> refusal = refusal();
        if (refusal.isPresent()) {
            return refusal.map(why -> "cluster: " + why);
        }
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
        ClusterSingleton.get(system).init(SingletonActor.of(ClusterStatusActor.tracked(name, behavior), name));
    }

    /**
     * DaemonSets, Pods with something unsettled and lease keepers are awake always; others wake when they are written
     * to.
     */
    private void wake(CatalogVersion version) {
        ClusterSharding sharding = ClusterSharding.get(system);
        for (int keeper = 0; keeper < LeaseKeeper.COUNT; keeper++) {
            sharding.entityRefFor(LeaseKeeper.KEY, Integer.toString(keeper)).tell(LeaseKeeper.Wake.INSTANCE);
        }
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
