package io.everynode.controlplane.entity;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Waits until the catalog has everything that was committed before, and asks again after a pause when the journal is
 * away. A child of the actor that waits, so that it ends with it.
 */
public final class CaughtUp {

    private enum Message {
        ASK,
        CATALOG_READY,
        CATALOG_AWAY
    }

    private CaughtUp() {}

    /** Sends {@code begin} to the actor of this context once. */
    public static <T> void tell(ActorContext<T> context, CatalogAccess catalog, Duration pause, T begin) {
        ActorRef<T> self = context.getSelf();
        Behavior<Message> waiting = Behaviors.setup(child -> Behaviors.withTimers(timers -> {
            ask(child, catalog);
            return waiting(child, timers, catalog, pause, () -> self.tell(begin));
        }));
        context.spawnAnonymous(waiting);
    }

    private static Behavior<Message> waiting(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            CatalogAccess catalog,
            Duration pause,
            Runnable begin) {
        return Behaviors.receive(Message.class)
                .onMessageEquals(Message.ASK, () -> {
                    ask(context, catalog);
                    return Behaviors.same();
                })
                .onMessageEquals(Message.CATALOG_AWAY, () -> {
                    timers.startSingleTimer(Message.ASK, pause);
                    return Behaviors.same();
                })
                .onMessageEquals(Message.CATALOG_READY, () -> {
                    begin.run();
                    return Behaviors.stopped();
                })
                .build();
    }

    private static void ask(ActorContext<Message> context, CatalogAccess catalog) {
        context.pipeToSelf(
                catalog.caughtUp().get(),
                (version, failure) -> failure == null ? Message.CATALOG_READY : Message.CATALOG_AWAY);
    }
}
