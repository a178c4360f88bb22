package io.everynode.faults.cluster;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Does to a cluster what the control socket hears. */
final class ControlWords {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final LocalCluster cluster;

    ControlWords(LocalCluster cluster) {
        this.cluster = cluster;
    }

    /** @param told gets lines for people */
    void hear(List<String> words, Consumer<String> told) throws Exception {
        switch (words.get(0)) {
            case "status" -> new StatusReport(cluster).lines().forEach(told);
            case "kill" -> cluster.kill(number(words, 1));
            case "terminate" -> cluster.terminate(number(words, 1));
            case "stop" -> cluster.member(number(words, 1)).stop();
            case "start" -> cluster.member(number(words, 1)).start();
            case "pause" -> cluster.pause(number(words, 1));
            case "resume" -> cluster.resume(number(words, 1));
            case "cut" -> cluster.cut(number(words, 1));
            case "cut-link" -> cluster.cut(number(words, 1), number(words, 2));
            case "cut-database" -> cluster.cutDatabase(number(words, 1));
            case "heal" -> cluster.heal();
            case "heal-with-loss" -> cluster.healWithLoss();
            case "slow" -> cluster.slow(number(words, 1), number(words, 2));
            case "database" -> database(words.get(1));
            case "rolling-restart" -> rollingRestart(told);
            case "await-whole" -> cluster.awaitWhole(PATIENCE);
            default -> throw new IllegalArgumentException("nobody knows what " + words + " means");
        }
    }

    private static int number(List<String> words, int index) {
        return Integer.parseInt(words.get(index));
    }

    private void database(String what) throws Exception {
        switch (what) {
            case "kill" -> cluster.database().kill();
            case "start" -> cluster.database().start();
            case "freeze" -> cluster.database().freeze();
            case "thaw" -> cluster.database().thaw();
            default -> throw new IllegalArgumentException("nobody knows what " + what + " means");
        }
    }

    private void rollingRestart(Consumer<String> told) throws InterruptedException, TimeoutException {
        cluster.awaitWhole(PATIENCE);
        for (Member member : cluster.members()) {
            if (!member.isWanted()) {
                continue;
            }
            long begun = System.nanoTime();
            int ends = member.ends().size();
            long end = begun + PATIENCE.toNanos();
            member.terminate();
            while (member.ends().size() == ends || !member.isRunning()) {
                LocalCluster.pauseUntil(end, "member " + member.number() + " did not end");
            }
            long ended = System.nanoTime();
            cluster.awaitWhole(PATIENCE);
            told.accept("member " + member.number() + " ended and started again after "
                    + seconds(ended - begun) + " s, the cluster is whole after " + seconds(System.nanoTime() - begun)
                    + " s");
        }
    }

    private static String seconds(long nanos) {
        return String.format("%.1f", TimeUnit.NANOSECONDS.toMillis(nanos) / 1000.0);
    }
}
