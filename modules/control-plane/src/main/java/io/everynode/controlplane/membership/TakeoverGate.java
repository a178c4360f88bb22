package io.everynode.controlplane.membership;

import io.everynode.controlplane.journal.MemberFenced;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every shard and every singleton passes here before it starts in this JVM. Whoever may have run it before is then
 * either still a member, and has handed it over, or is fenced: a member that this JVM's cluster has removed or downed
 * cannot write any more when {@link Pass} is answered.
 *
 * <p>Why this JVM's own view is enough: the coordinator gives a lost member's shard away after the member was removed,
 * which needs that all other members have seen it as Down. The question for the view goes through the same actor that
 * publishes it, so that the answer is not older than the news that led to the start.
 *
 * <p>The database is asked only after the membership has changed, once for all that wait. While it does not answer,
 * nothing starts, and nothing could be written either.
 */
final class TakeoverGate {
    private static final Logger log = LoggerFactory.getLogger(TakeoverGate.class);
    private static final Duration RETRY = Duration.ofMillis(300);

    /** The database's part; blocks. */
    interface Fencing {
        /**
         * Makes this member's own row one that others fence, then fences all others that may write and are not in view.
         *
         * @param inView the ids of the members that may run
         * @throws MemberFenced if this member is fenced itself
         */
        void fenceAllBut(Set<String> inView);
    }

    /** Answered with true once the asker may start. Never fails; unanswered while the database is away. */
    record Pass(CompletableFuture<Boolean> answer) {}

    private enum Retry {
        INSTANCE
    }

    private record Checked(boolean passed) {}

    private final ActorContext<Object> context;
    private final TimerScheduler<Object> timers;
    private final Fencing fencing;
    private final Executor executor;
    private final Consumer<String> fenced;
    private final List<Pass> waiting = new ArrayList<>();
    private List<Pass> round = List.of();
    private boolean changed = true;
    private boolean reported;

    private TakeoverGate(
            ActorContext<Object> context,
            TimerScheduler<Object> timers,
            Fencing fencing,
            Executor executor,
            Consumer<String> fenced) {
        this.context = context;
        this.timers = timers;
        this.fencing = fencing;
        this.executor = executor;
        this.fenced = fenced;
    }

    /**
     * @param executor for the database's part; one thread is enough
     * @param fenced told when this member turns out to be fenced
     */
    static Behavior<Object> create(Fencing fencing, Executor executor, Consumer<String> fenced) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            TakeoverGate gate = new TakeoverGate(context, timers, fencing, executor, fenced);
            Cluster.get(Adapter.toClassic(context.getSystem()))
                    .subscribe(
                            Adapter.toClassic(context.getSelf()),
                            ClusterEvent.initialStateAsEvents(),
                            ClusterEvent.MemberEvent.class);
            return gate.behavior();
        }));
    }

    /** Asks a gate; see {@link Pass}. */
    static CompletionStage<Boolean> pass(ActorRef<Object> gate) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        gate.tell(new Pass(answer));
        return answer;
    }

    private Behavior<Object> behavior() {
        return Behaviors.receive(Object.class)
                .onMessage(ClusterEvent.MemberEvent.class, event -> {
                    changed = true;
                    return Behaviors.same();
                })
                .onMessage(Pass.class, pass -> {
                    waiting.add(pass);
                    return begin();
                })
                .onMessage(ClusterEvent.CurrentClusterState.class, this::check)
                .onMessage(Checked.class, this::checked)
                .onMessageEquals(Retry.INSTANCE, this::look)
                .build();
    }

    /** Those that ask from now on wait for the next round, as this one's view may be too old for them. */
    private Behavior<Object> begin() {
        if (!round.isEmpty() || waiting.isEmpty()) {
            return Behaviors.same();
        }
        round = List.copyOf(waiting);
        waiting.clear();
        return look();
    }

    private Behavior<Object> look() {
        Cluster.get(Adapter.toClassic(context.getSystem()))
                .sendCurrentClusterState(Adapter.toClassic(context.getSelf()));
        return Behaviors.same();
    }

    private Behavior<Object> check(ClusterEvent.CurrentClusterState state) {
        if (!changed) {
            return passed();
        }
        // Events that come during the check belong to the next one.
        changed = false;
        Set<String> inView = inView(state);
        context.pipeToSelf(
                CompletableFuture.runAsync(() -> fencing.fenceAllBut(inView), executor),
                (done, failure) -> new Checked(report(failure)));
        return Behaviors.same();
    }

    private boolean report(Throwable failure) {
        if (failure == null) {
            return true;
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof MemberFenced) {
            fenced.accept(cause.getMessage());
        } else if (!reported) {
            log.warn("Shards wait until the database can be asked whom to fence: {}", cause.toString());
        }
        return false;
    }

    private Behavior<Object> checked(Checked check) {
        if (check.passed) {
            reported = false;
            return passed();
        }
        reported = true;
        changed = true;
        timers.startSingleTimer(Retry.INSTANCE, RETRY);
        return Behaviors.same();
    }

    private Behavior<Object> passed() {
        round.forEach(pass -> pass.answer.complete(true));
        round = List.of();
        return begin();
    }

    private static Set<String> inView(ClusterEvent.CurrentClusterState state) {
        Set<String> ids = new HashSet<>();
        for (Member member : state.getMembers()) {
            if (!member.status().equals(MemberStatus.down()) && !member.status().equals(MemberStatus.removed())) {
                PekkoSettings.member(member.getRoles()).ifPresent(ids::add);
            }
        }
        return ids;
    }
}
