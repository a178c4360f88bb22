package io.everynode.faults.chaos.bars;

import io.everynode.faults.chaos.load.Api;
import io.everynode.faults.chaos.record.Recorder;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.faults.cluster.Member;
import io.everynode.objects.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The bars of a cluster, each measured by itself on a cluster that is whole before. For one thread. */
final class Bars {

    /** Longer than the detection of silent members and the decision about them takes. */
    private static final int PAUSE_SECONDS = 25;

    private static final int WHOLE_SECONDS = 90;
    private static final long LOOK_MILLIS = 50;

    private final LocalCluster cluster;
    private final List<Api> apis;
    private final Consumer<String> told;

    Bars(LocalCluster cluster, Consumer<String> told) {
        this.cluster = cluster;
        this.told = told;
        Recorder recorder = new Recorder();
        this.apis = cluster.members().stream()
                .map(member -> new Api(
                        String.valueOf(member.number()),
                        cluster.api(member.number()).access(),
                        recorder))
                .toList();
    }

    Api first() {
        return apis.get(0);
    }

    private List<Api> others(int number) {
        return apis.stream()
                .filter(api -> !api.endpoint().equals(String.valueOf(number)))
                .toList();
    }

    /** SIGKILL, each member in turn. */
    BarResult kill(String fault, double limit, int runs) throws InterruptedException, IOException, TimeoutException {
        List<Double> seconds = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            awaitWhole();
            int target = 1 + run % apis.size();
            EntityProbe probe = EntityProbe.start(others(target));
            cluster.kill(target);
            probe.awaitRound();
            seconds.add(probe.longestSeconds());
            told.accept(fault + ", run " + (run + 1) + ": " + seconds.get(run));
            probe.end();
        }
        return new BarResult(fault, "entities answer within " + text(limit), limit, seconds, List.of());
    }

    /** SIGTERM, each member in turn, until it has ended and its shards are elsewhere. */
    BarResult terminate(int runs) throws InterruptedException, IOException, TimeoutException {
        List<Double> seconds = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            awaitWhole();
            int target = 1 + run % apis.size();
            Member member = cluster.member(target);
            int ends = member.ends().size();
            EntityProbe probe = EntityProbe.start(others(target));
            cluster.terminate(target);
            await(() -> member.ends().size() > ends, "member " + target + " does not end");
            probe.awaitRound();
            seconds.add(probe.longestSeconds());
            told.accept("SIGTERM, run " + (run + 1) + ": " + seconds.get(run));
            probe.end();
        }
        return new BarResult("SIGTERM of one", "within 2 s", 2, seconds, List.of());
    }

    /** SIGSTOP, long enough to be given up, and SIGCONT. */
    BarResult pause(int runs) throws InterruptedException, IOException, TimeoutException {
        List<Double> seconds = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            awaitWhole();
            int target = 1 + run % apis.size();
            Member member = cluster.member(target);
            int ends = member.ends().size();
            EntityProbe probe = EntityProbe.start(apis);
            cluster.pause(target);
            probe.use(others(target));
            TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
            cluster.resume(target);
            long thawed = System.nanoTime();
            await(() -> member.ends().size() > ends, "the frozen member does not end");
            int code = member.ends().get(ends).code();
            if (code != 3) {
                failures.add("the frozen member ended with " + code);
            }
            awaitWhole();
            seconds.add((System.nanoTime() - thawed) / 1e9);
            told.accept("SIGSTOP and SIGCONT, run " + (run + 1) + ": whole again after " + seconds.get(run));
            probe.end();
        }
        return new BarResult(
                "SIGSTOP of one for " + PAUSE_SECONDS + " s, then SIGCONT",
                "it is fenced, ends with code 3 and is back by itself (seconds: from SIGCONT to three again)",
                60,
                seconds,
                failures);
    }

    /** One member and the others cannot reach each other; all reach the database. */
    BarResult cutOff(int runs) throws InterruptedException, IOException, TimeoutException {
        List<Double> seconds = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            awaitWhole();
            int target = 1 + run % apis.size();
            EntityProbe probe = EntityProbe.start(others(target));
            cluster.cut(target);
            // Shards of the minority are taken over; before that its members are in doubt. So two rounds.
            await(() -> Minority.refuses(cluster.api(target)), "the minority does not answer with 503 and Retry-After");
            probe.awaitRound();
            seconds.add(probe.longestSeconds());
            told.accept("cut off, run " + (run + 1) + ": " + seconds.get(run));
            cluster.healWithLoss();
            try {
                awaitWhole();
            } catch (TimeoutException e) {
                failures.add("not three again after healing");
            }
            probe.end();
        }
        return new BarResult(
                "one JVM cut off",
                "minority 503, majority goes on within 10 s, three again after healing",
                10,
                seconds,
                failures);
    }

    /** SIGKILL of PostgreSQL, away for a while, started again. */
    BarResult database(int runs) throws InterruptedException, IOException, TimeoutException {
        List<Double> seconds = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            awaitWhole();
            int ends = ends();
            EntityProbe probe = EntityProbe.start(apis);
            cluster.database().kill();
            TimeUnit.SECONDS.sleep(2 + 3L * (run % 4));
            failures.addAll(DatabaseAway.look(cluster));
            cluster.database().start();
            long back = System.nanoTime();
            probe.awaitRound();
            seconds.add((System.nanoTime() - back) / 1e9);
            told.accept("PostgreSQL, run " + (run + 1) + ": " + seconds.get(run));
            if (ends() != ends) {
                failures.add("run " + (run + 1) + ": a JVM died");
            }
            probe.end();
        }
        return new BarResult(
                "PostgreSQL killed and restarted",
                "no JVM dies, writes within 5 s of its return, reads at 0 go on, current ones 503",
                5,
                seconds,
                failures);
    }

    private int ends() {
        return cluster.members().stream()
                .mapToInt(member -> member.ends().size())
                .sum();
    }

    /** All ready, and all see all others up. */
    private void awaitWhole() throws InterruptedException, TimeoutException {
        await(this::isWhole, "not whole after " + WHOLE_SECONDS + " s");
    }

    private boolean isWhole() {
        try {
            for (Member member : cluster.members()) {
                if (!cluster.api(member.number()).isReady()) {
                    return false;
                }
                var status = cluster.status(member.number());
                int up = 0;
                for (var each : status.body().path("members")) {
                    up += Json.text(each, "status").equalsIgnoreCase("up") ? 1 : 0;
                }
                if (up != cluster.members().size()) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void await(BooleanSupplier condition, String otherwise)
            throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WHOLE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new TimeoutException(otherwise);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    static String text(double limit) {
        return Math.round(limit) + " s";
    }
}
