package io.everynode.faults.chaos.run;

import io.everynode.faults.chaos.check.Break;
import io.everynode.faults.chaos.check.Checker;
import io.everynode.faults.chaos.check.Convergence;
import io.everynode.faults.chaos.load.Answer;
import io.everynode.faults.chaos.load.Api;
import io.everynode.faults.chaos.load.Load;
import io.everynode.faults.chaos.record.Recorder;
import io.everynode.faults.chaos.record.RunRecord;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.faults.cluster.Member;
import io.everynode.objects.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** After faults: everything must be whole and converged in time, and what was seen until then must hold. */
final class Calm {

    /** For watches that end and are opened anew. */
    private static final Duration WATCHES = Duration.ofSeconds(20);

    private static final long LOOK_MILLIS = 300;
    private static final int SLOWEST = 8;
    private static final String NAMESPACE = "chaos";

    private final LocalCluster cluster;
    private final List<Api> members;
    private final List<Api> all;
    private final Load load;
    private final Recorder recorder;
    private final Set<String> nodes;
    private final Duration convergence;

    /** @param convergence so long after the last fault healed all must have converged */
    Calm(
            LocalCluster cluster,
            List<Api> members,
            List<Api> all,
            Load load,
            Recorder recorder,
            Set<String> nodes,
            Duration convergence) {
        this.cluster = cluster;
        this.members = members;
        this.all = all;
        this.load = load;
        this.recorder = recorder;
        this.nodes = nodes;
        this.convergence = convergence;
    }

    /**
     * @param seconds from the last fault healed to all converged
     * @param slowest what was missing longest, each with its seconds, as "13.2 member 2 is not ready"
     */
    record Verdict(double seconds, List<String> slowest, RunRecord record, List<Break> breaks) {}

    /**
     * Blocks until all has converged and is checked, or a bar is missed.
     *
     * @param healed when the last fault was healed, in nanoseconds of the run
     */
    Verdict keep(long healed, String mark) throws IOException, InterruptedException {
        load.calm();
        // In the order in which they were last seen missing.
        Map<String, Double> lastMissing = new LinkedHashMap<>();
        List<String> missing = missing();
        while (!missing.isEmpty() && recorder.now() - healed < convergence.toNanos()) {
            double now = (recorder.now() - healed) / 1e9;
            missing.forEach(lastMissing::remove);
            missing.forEach(one -> lastMissing.put(one, now));
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            missing = missing();
        }
        double seconds = (recorder.now() - healed) / 1e9;
        List<String> slowest = lastMissing.entrySet().stream()
                .skip(Math.max(0, lastMissing.size() - SLOWEST))
                .map(one -> String.format(Locale.ROOT, "%.1f %s", one.getValue(), one.getKey()))
                .toList();
        List<Break> breaks = new ArrayList<>();
        if (!missing.isEmpty()) {
            breaks.add(new Break(
                    "I2", "not converged " + convergence.toSeconds() + " s after the last fault healed", missing));
        }
        for (Api api : all) {
            for (String resource : List.of("pods", "daemonsets", "configmaps", "leases")) {
                api.list("calm", resource, NAMESPACE);
            }
            api.list("calm", "nodes", "");
        }
        List<String> behind = awaitWatchers(mark);
        if (!behind.isEmpty()) {
            breaks.add(new Break("I4", "watches stand still", behind));
        }
        RunRecord record = recorder.record();
        breaks.addAll(Checker.check(record));
        return new Verdict(seconds, slowest, record, breaks);
    }

    private List<String> missing() throws InterruptedException {
        List<String> missing = new ArrayList<>();
        for (Member member : cluster.members()) {
            if (!member.isRunning()) {
                missing.add("member " + member.number() + " does not run");
            } else if (!cluster.api(member.number()).isReady()) {
                missing.add("member " + member.number() + " is not ready");
            } else {
                missing.addAll(apart(member.number()));
            }
        }
        if (!load.cleanNodes()) {
            missing.add("taints could not be taken away");
        }
        Api api = members.get(0);
        Answer daemonSets = api.list("calm", "daemonsets", NAMESPACE);
        Answer pods = api.list("calm", "pods", NAMESPACE);
        Answer nodeList = api.list("calm", "nodes", "");
        if (daemonSets.isDone() && pods.isDone() && nodeList.isDone()) {
            missing.addAll(Convergence.missing(nodes, nodeList.body(), daemonSets.body(), pods.body()));
        } else {
            missing.add("lists are answered " + daemonSets.status() + ", " + pods.status() + ", " + nodeList.status());
        }
        return missing;
    }

    /** What a member says of the cluster, if that is not that all are up. */
    private List<String> apart(int number) throws InterruptedException {
        try {
            var answer = cluster.status(number);
            int up = 0;
            for (var member : answer.body().path("members")) {
                up += Json.text(member, "status").equalsIgnoreCase("up") ? 1 : 0;
            }
            int wanted = cluster.members().size();
            return answer.code() != 200 || up == wanted
                    ? List.of()
                    : List.of("member " + number + " sees " + up + " of " + wanted + " members up");
        } catch (IOException e) {
            return List.of("member " + number + " does not tell of the cluster");
        }
    }

    /** Those that do not come to see what is changed now. */
    private List<String> awaitWatchers(String mark) throws InterruptedException {
        Map<String, Long> versions = load.mark(members.get(0), mark);
        long end = recorder.now() + WATCHES.toNanos();
        List<String> behind = load.behind(versions);
        while (!behind.isEmpty() && recorder.now() < end) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            behind = load.behind(versions);
        }
        return behind;
    }
}
