package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.ServiceAddresses;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.admission.NamespaceQuotas;
import io.everynode.core.admission.QuotaBook;
import io.everynode.core.admission.QuotaCharge;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * Lets creations into one namespace pass as far as its ResourceQuotas go: one in the cluster for each namespace that
 * has any, asked before what is created is sent to its entity. It decides by the catalog's sums and by what it has let
 * pass that the catalog may not show yet ({@link QuotaBook}). It refuses only by a catalog that has all that was
 * committed before the question. Nothing is persisted: a new one begins with the catalog.
 *
 * <p>One more keeps the addresses of Services apart ({@link #ADDRESSES}): of each there is one to be had.
 */
public final class QuotaKeeper extends AbstractBehavior<QuotaKeeper.Message> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, "QuotaKeeper");

    /**
     * No namespace has such a name: the keeper of Services' addresses, which are what a charge to it names. Members of
     * versions that do not know of it let everything pass.
     */
    public static final String ADDRESSES = "ServiceAddresses";

    /**
     * So long after its deadline a command may still become durable: its entity has taken it in time, and the journal
     * is slow.
     */
    private static final Duration AFTER_DEADLINE = Duration.ofSeconds(15);

    private static final Duration CATALOG_RETRY = Duration.ofSeconds(1);

    /** What a keeper is sent. */
    public sealed interface Message extends WireMessage {}

    /**
     * Asks to create objects that are alike; {@link Claimed} is the answer.
     *
     * @param ids one for each; the same again is the same object
     * @param deadlineMillis of the commands that create them, epoch milliseconds
     * @param patient waits for what others have claimed to be settled, instead of being refused for it
     */
    public record Claim(
            List<String> ids, QuotaCharge charge, long deadlineMillis, boolean patient, ActorRef<Claimed> replyTo)
            implements Message {}

    /** Of these nothing more will come than is committed by now. */
    public record Settled(List<String> ids) implements Message {}

    /**
     * @param granted the first ones of those that were asked for
     * @param refusal why not all of them are, in Kubernetes' words; else ""
     */
    public record Claimed(List<String> granted, String refusal) implements WireMessage {}

    /** @param number of the look; what was settled before it began is visible then */
    private record Caught(long number, boolean up) implements Message {}

    private enum Internal implements Message {
        LOOK,
        TICK
    }

    private static final class Waiting {
        private final Claim claim;
        private final List<String> granted = new ArrayList<>();

        /** The first look that began after the question. */
        private final long sinceLook;

        Waiting(Claim claim, long sinceLook) {
            this.claim = claim;
            this.sinceLook = sinceLook;
        }
    }

    private final String namespace;
    private final CatalogAccess catalog;
    private final Clock clock;
    private final TimerScheduler<Message> timers;
    private final QuotaBook book = new QuotaBook();
    private final ServiceAddresses addresses = new ServiceAddresses();
    private final List<Waiting> waiting = new ArrayList<>();

    /** Settled since the look that is under way began, or since none is. */
    private List<String> settled = new ArrayList<>();

    private List<String> settledBeforeLook = List.of();
    private long looks;
    private long completedLook;
    private boolean looking;
    private boolean lookAgain;

    private QuotaKeeper(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            String namespace,
            CatalogAccess catalog,
            Clock clock) {
        super(context);
        this.timers = timers;
        this.namespace = namespace;
        this.catalog = catalog;
        this.clock = clock;
    }

    public static Behavior<Message> create(String entityId, CatalogAccess catalog, Clock clock) {
        String namespace = PersistenceIds.decodeEntityId(entityId).get(0);
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new QuotaKeeper(context, timers, namespace, catalog, clock)));
    }

    /** The keeper of a namespace. */
    public static EntityRef<Message> of(ClusterSharding sharding, String namespace) {
        return sharding.entityRefFor(KEY, PersistenceIds.entityId(namespace));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Claim.class, this::claim)
                .onMessage(Settled.class, this::settled)
                .onMessage(Caught.class, this::caught)
                .onMessageEquals(Internal.LOOK, () -> {
                    look();
                    return this;
                })
                .onMessageEquals(Internal.TICK, () -> {
                    answerWaiting();
                    return this;
                })
                .build();
    }

    private NamespaceQuotas used(QuotaCharge charge) {
        CatalogVersion version = catalog.newest().get();
        return namespace.equals(ADDRESSES)
                ? addresses.used(version, charge.amounts().keySet())
                : version.quotas().in(namespace);
    }

    private Behavior<Message> claim(Claim claim) {
        Waiting asked = new Waiting(claim, looks + 1);
        book.expire(clock.millis());
        if (!answer(asked)) {
            waiting.add(asked);
            look();
            tickWhenDue();
        }
        return this;
    }

    private Behavior<Message> settled(Settled message) {
        settled.addAll(message.ids());
        look();
        return this;
    }

    /** One at a time; a look that is under way when it is needed is followed by another. */
    private void look() {
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        lookAgain = false;
        settledBeforeLook = settled;
        settled = new ArrayList<>();
        long number = ++looks;
        getContext().pipeToSelf(catalog.caughtUp().get(), (version, failure) -> new Caught(number, failure == null));
    }

    private Behavior<Message> caught(Caught caught) {
        looking = false;
        if (!caught.up()) {
            settled.addAll(settledBeforeLook);
            timers.startSingleTimer(Internal.LOOK, Internal.LOOK, CATALOG_RETRY);
            return this;
        }
        completedLook = caught.number();
        book.release(settledBeforeLook);
        answerWaiting();
        if (lookAgain || !settled.isEmpty()) {
            look();
        }
        return this;
    }

    private void answerWaiting() {
        book.expire(clock.millis());
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext(); ) {
            if (answer(each.next())) {
                each.remove();
            }
        }
        tickWhenDue();
    }

    /** Whether it is answered. */
    private boolean answer(Waiting asked) {
        Claim claim = asked.claim;
        NamespaceQuotas used = used(claim.charge());
        long end = claim.deadlineMillis() + AFTER_DEADLINE.toMillis();
        while (asked.granted.size() < claim.ids().size()
                && book.take(claim.ids().get(asked.granted.size()), claim.charge(), end, used)) {
            asked.granted.add(claim.ids().get(asked.granted.size()));
        }
        String refusal = "";
        if (asked.granted.size() < claim.ids().size()) {
            boolean late = clock.millis() >= claim.deadlineMillis();
            boolean current = completedLook >= asked.sinceLook;
            refusal = QuotaBook.certainRefusal(claim.charge(), used);
            if (!late && !(current && (!claim.patient() || !refusal.isEmpty()))) {
                return false;
            }
            if (refusal.isEmpty()) {
                refusal = book.refusal(claim.charge(), used);
            }
        }
        claim.replyTo().tell(new Claimed(List.copyOf(asked.granted), refusal));
        return true;
    }

    /** Only while somebody waits: what is held ends, or the question is late. */
    private void tickWhenDue() {
        OptionalLong due =
                waiting.stream().mapToLong(one -> one.claim.deadlineMillis()).min();
        OptionalLong expiry = book.nextExpiry();
        if (due.isPresent()) {
            long at = expiry.isPresent() ? Math.min(due.getAsLong(), expiry.getAsLong()) : due.getAsLong();
            timers.startSingleTimer(Internal.TICK, Internal.TICK, Duration.ofMillis(Math.max(10, at - clock.millis())));
        }
    }
}
