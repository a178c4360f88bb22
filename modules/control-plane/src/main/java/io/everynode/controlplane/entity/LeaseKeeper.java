package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.NodeFeed;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.lifecycle.LifecycleSettings;
import io.everynode.core.node.NodeCommand;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * Keeps in memory when the nodes of its share were heard last, and tells those that have been silent for too long that
 * they are lost (invariant I8). There is a fixed number of keepers; a node's follows from its name. Nothing is
 * persisted: after a move or a fail-over it begins anew and gives every node a full grace. What this JVM hears itself
 * is noted in its {@link Heartbeats} without a message; {@link KeepersHere} has them.
 */
public final class LeaseKeeper extends AbstractBehavior<LeaseKeeper.Message> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, "LeaseKeeper");

    /** How many keepers there are; may change from release to release, as nothing of theirs is kept. */
    public static final int COUNT = 16;

    public static final Caller CALLER = Caller.controller("node-controller");

    private static final Duration CATALOG_RETRY = Duration.ofSeconds(1);
    private static final Duration NODE_PATIENCE = Duration.ofSeconds(4);

    /** What a keeper is sent. */
    public sealed interface Message extends WireMessage {}

    /** The node's Lease was renewed; {@link Kept} is the answer. */
    public record Renew(String node, String leaseUid, String renewTime, ActorRef<Kept> replyTo) implements Message {}

    /**
     * The node was heard by another way: a status, or a journaled change of its Lease.
     *
     * @param leaseUid "" when it was not by its Lease
     */
    public record Heard(String node, String leaseUid, String renewTime) implements Message {}

    /** Asks for the newest renewal; {@link Kept} is the answer. */
    public record Newest(String node, ActorRef<Kept> replyTo) implements Message {}

    /** Starts the keeper that it is sent to; does nothing more. */
    public enum Wake implements Message {
        INSTANCE
    }

    /**
     * The newest renewal that is known.
     *
     * @param leaseUid of the Lease that was renewed; "" when none is known
     */
    public record Kept(String leaseUid, String renewTime) implements WireMessage {

        static final Kept NOTHING = new Kept("", "");
    }

    /** @param refusal null when the node did not answer */
    private record Told(String node, String refusal) implements Message {}

    private enum Internal implements Message {
        BEGIN,
        NEWS,
        STEP
    }

    private final CatalogAccess catalog;
    private final NodeFeed feed;
    private final Clock clock;
    private final TimerScheduler<Message> timers;
    private final ClusterSharding sharding;
    private final int number;
    private final long graceMillis;
    private final Heartbeats heartbeats;
    private final KeepersHere here;
    private NodeFeed.Subscription news;

    private LeaseKeeper(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            int number,
            LifecycleSettings settings,
            CatalogAccess catalog,
            NodeFeed feed,
            KeepersHere here,
            Clock clock) {
        super(context);
        this.timers = timers;
        this.number = number;
        this.graceMillis = settings.gracePeriod().toMillis();
        this.heartbeats = new Heartbeats(settings, catalog.newest(), clock);
        this.here = here;
        this.catalog = catalog;
        this.feed = feed;
        this.clock = clock;
        this.sharding = ClusterSharding.get(context.getSystem());
        CaughtUp.tell(context, catalog, CATALOG_RETRY, Internal.BEGIN);
        here.began(number, heartbeats);
    }

    public static Behavior<Message> create(
            String entityId,
            LifecycleSettings settings,
            CatalogAccess catalog,
            NodeFeed feed,
            KeepersHere here,
            Clock clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers ->
                new LeaseKeeper(context, timers, Integer.parseInt(entityId), settings, catalog, feed, here, clock)));
    }

    /** The keeper of a node. */
    public static String of(String node) {
        return Integer.toString(numberOf(node));
    }

    static int numberOf(String node) {
        return Math.floorMod(node.hashCode(), COUNT);
    }

    private boolean mine(String node) {
        return numberOf(node) == number;
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Renew.class, renew -> {
                    Kept kept = new Kept(renew.leaseUid(), renew.renewTime());
                    heartbeats.heard(renew.node(), kept);
                    renew.replyTo().tell(kept);
                    return this;
                })
                .onMessage(Heard.class, heard -> {
                    heartbeats.heard(
                            heard.node(),
                            heard.leaseUid().isEmpty() ? null : new Kept(heard.leaseUid(), heard.renewTime()));
                    return this;
                })
                .onMessage(Newest.class, newest -> {
                    newest.replyTo().tell(heartbeats.newest(newest.node()));
                    return this;
                })
                .onMessage(Told.class, told -> {
                    if (told.refusal() != null && told.refusal().isEmpty()) {
                        heartbeats.confirmed(told.node());
                    } else {
                        getContext().getLog().debug("node {} is not lost yet: {}", told.node(), told.refusal());
                    }
                    return step();
                })
                .onMessageEquals(Internal.BEGIN, this::begin)
                .onMessageEquals(Internal.NEWS, () -> {
                    news.take().forEach(node -> heartbeats.look(catalog.newest().get(), node, true));
                    return step();
                })
                .onMessageEquals(Internal.STEP, this::step)
                .onMessageEquals(Wake.INSTANCE, () -> this)
                .onSignal(PostStop.class, signal -> end())
                .build();
    }

    /** Also of one that fails: what is heard then comes as a message, and sharding starts the next one for it. */
    private Behavior<Message> end() {
        here.ended(number, heartbeats);
        if (news != null) {
            news.end();
        }
        return this;
    }

    private Behavior<Message> begin() {
        ActorRef<Message> self = getContext().getSelf();
        news = feed.subscribe(this::mine, () -> self.tell(Internal.NEWS));
        CatalogVersion version = catalog.newest().get();
        for (String node : version.nodes().keySet()) {
            if (mine(node)) {
                heartbeats.look(version, node, false);
            }
        }
        return step();
    }

    private Behavior<Message> step() {
        if (news == null) {
            return this;
        }
        CatalogVersion version = catalog.newest().get();
        for (String node : heartbeats.step()) {
            tell(version, node);
        }
        long next = heartbeats.nextDeadline();
        if (next == Long.MAX_VALUE) {
            timers.cancel(Internal.STEP);
        } else {
            timers.startSingleTimer(
                    Internal.STEP, Internal.STEP, Duration.ofMillis(Math.max(1, next - clock.millis())));
        }
        return this;
    }

    private void tell(CatalogVersion version, String node) {
        NodeCommand.LostContact command = new NodeCommand.LostContact(
                new CommandMeta(
                        UUID.randomUUID().toString(),
                        CALLER,
                        "lease keeper " + number,
                        clock.millis() + NODE_PATIENCE.toMillis(),
                        version.resourceVersion()),
                version.node(node).objectSequence(),
                graceMillis);
        getContext()
                .ask(
                        NodeEntity.ContactAnswer.class,
                        sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(node)),
                        NODE_PATIENCE,
                        (ActorRef<NodeEntity.ContactAnswer> replyTo) -> new NodeEntity.LostContact(command, replyTo),
                        (answer, failure) -> new Told(node, failure == null ? answer.refusal() : null));
    }
}
