package io.everynode.controlplane.runtime;

import io.everynode.controlplane.ClusterView.ShardCount;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.entity.WireMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.ClusterSharding;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.pattern.Patterns;
import scala.jdk.javaapi.CollectionConverters;

/** Tells what is on this member; each has one, at the same path, so that any member can ask all others. */
final class ClusterStatusActor {

    static final String NAME = "cluster-status";

    private static final Duration SHARDS_PATIENCE = Duration.ofSeconds(1);

    sealed interface Message extends WireMessage {}

    /** Is answered with {@link Facts}. */
    record Ask(ActorRef<Facts> replyTo) implements Message {}

    /** Has the one at a member asked. Never leaves the JVM. */
    record AskAt(Address member, ActorRef<Facts> replyTo) implements Message {}

    /** A singleton's actor runs on this member from now on. Never leaves the JVM. */
    private record Started(String name, ActorRef<?> singleton) implements Message {}

    private record Stopped(String name) implements Message {}

    /** The fields are those of {@link io.everynode.controlplane.ClusterView.MemberView}. */
    record Facts(
            String api, String notReady, long resourceVersion, List<String> singletons, Map<String, ShardCount> shards)
            implements WireMessage {}

    private ClusterStatusActor() {}

    /**
     * @param api where this JVM's API listens
     * @param notReady why it should get no requests
     */
    static Behavior<Message> create(String api, Supplier<CatalogVersion> catalog, Supplier<Optional<String>> notReady) {
        return Behaviors.setup(context -> {
            TreeSet<String> singletons = new TreeSet<>();
            ActorSystem<Void> system = context.getSystem();
            return Behaviors.receive(Message.class)
                    .onMessage(Started.class, started -> {
                        singletons.add(started.name());
                        context.watchWith(started.singleton(), new Stopped(started.name()));
                        return Behaviors.same();
                    })
                    .onMessage(Stopped.class, stopped -> {
                        singletons.remove(stopped.name());
                        return Behaviors.same();
                    })
                    .onMessage(AskAt.class, ask -> {
                        at(system, ask.member())
                                .tell(new Ask(ask.replyTo()), org.apache.pekko.actor.ActorRef.noSender());
                        return Behaviors.same();
                    })
                    .onMessage(Ask.class, ask -> {
                        List<String> here = List.copyOf(singletons);
                        shards(system)
                                .thenAccept(shards -> ask.replyTo()
                                        .tell(new Facts(
                                                api,
                                                notReady.get().orElse(""),
                                                catalog.get().resourceVersion(),
                                                here,
                                                shards)));
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    /**
     * The one at a member. Looked up with every message: a reference by path alone that a member has met once before
     * its actor was there may be compressed by Artery to one that leads nowhere, for as long as both live.
     */
    private static ActorSelection at(ActorSystem<?> system, Address member) {
        return Adapter.toClassic(system).actorSelection(member + "/system/" + NAME);
    }

    /** The same behaviour, of which the actor here knows while it runs. */
    static <M> Behavior<M> tracked(String name, Behavior<M> singleton) {
        return Behaviors.setup(context -> {
            Address here = Cluster.get(context.getSystem()).selfMember().address();
            at(context.getSystem(), here)
                    .tell(new Started(name, context.getSelf()), org.apache.pekko.actor.ActorRef.noSender());
            return singleton;
        });
    }

    /** Counted by each region; one that does not answer in time is left out. */
    private static CompletionStage<Map<String, ShardCount>> shards(ActorSystem<?> system) {
        ClusterSharding sharding = ClusterSharding.get(system);
        CompletionStage<Map<String, ShardCount>> all = CompletableFuture.completedFuture(new TreeMap<>());
        for (String type : CollectionConverters.asJava(sharding.shardTypeNames())) {
            CompletionStage<Optional<ShardCount>> one = Patterns.ask(
                            sharding.shardRegion(type), ShardRegion.getRegionStatsInstance(), SHARDS_PATIENCE)
                    .handle((stats, failure) -> failure == null
                            ? Optional.of(count((ShardRegion.ShardRegionStats) stats))
                            : Optional.empty());
            all = all.thenCombine(one, (counts, count) -> {
                count.ifPresent(known -> counts.put(type, known));
                return counts;
            });
        }
        return all;
    }

    private static ShardCount count(ShardRegion.ShardRegionStats stats) {
        int entities = 0;
        for (Object each : stats.getStats().values()) {
            entities += (Integer) each;
        }
        return new ShardCount(stats.getStats().size(), entities);
    }
}
