package io.everynode.controlplane.runtime;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.CatalogNews;
import io.everynode.controlplane.entity.CatalogAccess;
import io.everynode.controlplane.entity.CaughtUp;
import io.everynode.objects.ApiStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Sees to a {@link Duty}; one in the cluster. Looks at everything once its catalog has all that was committed before it
 * started, and then at what changes concern. Nothing of it is kept: another one starts with a look at everything.
 */
final class DutyActor<K> extends AbstractBehavior<DutyActor.Message> {

    /** How long after the catalog could not be asked it is asked again. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Told to itself. */
    sealed interface Message {}

    private enum Signal implements Message {
        BEGIN,
        LOOK
    }

    private record Done(DutyWork.Batch<?> batch, boolean refused) implements Message {}

    private final ControlPlane controlPlane;
    private final CatalogAccess catalog;
    private final DutyFeed<K> feed;
    private final Clock clock;
    private final TimerScheduler<Message> timers;
    private final DutyWork<K> work;

    private DutyActor(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            ControlPlane controlPlane,
            CatalogAccess catalog,
            DutyFeed<K> feed,
            Clock clock) {
        super(context);
        this.controlPlane = controlPlane;
        this.catalog = catalog;
        this.feed = feed;
        this.work = new DutyWork<>(feed.duty());
        this.clock = clock;
        this.timers = timers;
        CaughtUp.tell(context, catalog, PAUSE, Signal.BEGIN);
    }

    static <K> Behavior<Message> create(
            ControlPlane controlPlane, CatalogAccess catalog, DutyFeed<K> feed, Clock clock) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new DutyActor<>(context, timers, controlPlane, catalog, feed, clock)));
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Signal.BEGIN, this::begin)
                .onMessageEquals(Signal.LOOK, this::work)
                .onMessage(Done.class, this::done)
                .onSignal(PostStop.class, signal -> {
                    feed.subscribe(null);
                    return this;
                })
                .build();
    }

    private Behavior<Message> begin() {
        var self = getContext().getSelf();
        feed.subscribe(() -> self.tell(Signal.LOOK));
        work.begin(catalog.newest().get());
        return work();
    }

    private Behavior<Message> done(Done done) {
        @SuppressWarnings("unchecked")
        DutyWork.Batch<K> batch = (DutyWork.Batch<K>) done.batch();
        work.done(batch, done.refused(), clock.instant());
        return work();
    }

    private Behavior<Message> work() {
        var news = CatalogNews.take(feed::take, catalog.newest());
        work.concerned(news.changed());
        Instant now = clock.instant();
        work.work(news.version(), now).forEach(this::send);
        Instant due = work.nextDue();
        if (due != null) {
            Duration left = Duration.between(now, due);
            timers.startSingleTimer(Signal.LOOK, left.isNegative() ? Duration.ZERO : left);
        }
        return this;
    }

    private void send(DutyWork.Batch<K> batch) {
        List<CompletableFuture<Boolean>> refused = batch.writes().stream()
                .map(write -> controlPlane
                        .write(write)
                        .handle((result, failure) -> DutyWork.isRefused(write, refusal(result, failure)))
                        .toCompletableFuture())
                .toList();
        getContext()
                .pipeToSelf(
                        CompletableFuture.allOf(refused.toArray(CompletableFuture[]::new)),
                        (all, failure) -> new Done(batch, refused.stream().anyMatch(CompletableFuture::join)));
    }

    private static ApiStatus refusal(WriteResult result, Throwable failure) {
        if (failure != null) {
            return ApiStatus.internal(failure.toString());
        }
        return result instanceof WriteResult.Refused refused ? refused.status() : null;
    }
}
