package io.everynode.controlplane.simulation;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.invariants.BrokenInvariant;
import io.everynode.controlplane.runtime.Duty;
import io.everynode.controlplane.runtime.DutyWork;
import io.everynode.core.object.WriteReply;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One kind of cleaning up, driven as DutyActor drives it; one start on one JVM. */
final class SimDuty<K> {

    private final Cluster cluster;
    private final SimGateway gateway;
    private final int jvm;
    private final Duty<K> duty;
    private final DutyWork<K> work;
    private final Set<K> news = new LinkedHashSet<>();
    private boolean ready;
    private boolean ended;
    private boolean woken;
    private long timer;

    SimDuty(Cluster cluster, SimGateway gateway, int jvm, Duty<K> duty) {
        this.cluster = cluster;
        this.gateway = gateway;
        this.jvm = jvm;
        this.duty = duty;
        this.work = new DutyWork<>(duty);
        cluster.jvm(jvm).caughtUp(this::begin);
    }

    void end() {
        ended = true;
    }

    private void begin() {
        if (!ended) {
            ready = true;
            work.begin(cluster.jvm(jvm).current());
            work();
        }
    }

    void published(int where, List<Change> changes) {
        if (where != jvm || ended || !ready) {
            return;
        }
        changes.forEach(change -> duty.concerned(cluster.jvm(jvm).current(), change, news::add));
        if (!news.isEmpty() && !woken) {
            woken = true;
            cluster.queue.in(cluster.chance.between(0, 3), () -> {
                woken = false;
                work();
            });
        }
    }

    private void work() {
        if (ended) {
            return;
        }
        work.concerned(news);
        news.clear();
        work.work(cluster.jvm(jvm).current(), cluster.queue.now()).forEach(this::send);
        BrokenInvariant.require(work.underWay() < MAX_UNDER_WAY, "I10", "%d writes of %s", work.underWay(), duty);
        Instant due = work.nextDue();
        if (due != null) {
            long mine = ++timer;
            cluster.queue.in(due.toEpochMilli() - cluster.queue.millis(), () -> {
                if (mine == timer) {
                    work();
                }
            });
        }
    }

    /** Twice what one round may add. */
    private static final int MAX_UNDER_WAY = 400;

    private void send(DutyWork.Batch<K> batch) {
        int[] open = {batch.writes().size()};
        boolean[] refused = {false};
        for (WriteRequest write : batch.writes()) {
            gateway.write(jvm, write, reply -> {
                refused[0] |= DutyWork.isRefused(
                        write, reply instanceof WriteReply.Rejected rejected ? rejected.status() : null);
                if (--open[0] == 0 && !ended) {
                    work.done(batch, refused[0], cluster.queue.now());
                    work();
                }
            });
        }
    }
}
