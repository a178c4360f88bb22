package io.everynode.faults.chaos.run;

import io.everynode.faults.chaos.check.Break;
import io.everynode.faults.chaos.load.Api;
import io.everynode.faults.chaos.load.Load;
import io.everynode.faults.chaos.plan.FaultPlan;
import io.everynode.faults.chaos.record.FaultSpan;
import io.everynode.faults.chaos.record.Recorder;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.faults.cluster.Member;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One run of a plan against a cluster of its own. */
final class ChaosRun implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(120);

    /** The heap may grow with the history, as the catalog does; beyond this much over the first calm it is a leak. */
    private static final double HEAP_GROWTH = 2.0;

    private static final long HEAP_ROOM_KIB = 96 * 1024;

    private final LocalCluster cluster;
    private final HollowProcesses hollow;
    private final Recorder recorder = new Recorder();
    private final List<Api> members = new ArrayList<>();
    private final List<Api> all = new ArrayList<>();
    private final Load load;
    private final Injector injector;
    private final Consumer<String> told;
    private final Duration convergence;
    private final List<Break> breaks = new ArrayList<>();
    private final RunReport report;
    private final Map<Integer, Long> firstHeap = new TreeMap<>();

    /** Starts the processes. */
    ChaosRun(LocalCluster cluster, FaultPlan plan, int nodes, Duration convergence, Consumer<String> told)
            throws IOException {
        this.convergence = convergence;
        this.cluster = cluster;
        this.told = told;
        for (Member member : cluster.members()) {
            members.add(new Api(
                    String.valueOf(member.number()),
                    cluster.api(member.number()).access(),
                    recorder));
        }
        all.addAll(members);
        cluster.balanced().ifPresent(balanced -> all.add(new Api("haproxy", balanced.access(), recorder)));
        this.hollow = new HollowProcesses(
                cluster.directory().resolve("hollow"), cluster.kubeconfig(1), hollowAddresses(), nodes);
        this.load = new Load(members, all, recorder, plan.seed(), true);
        this.injector = new Injector(cluster, hollow);
        this.report = new RunReport(plan);
    }

    /** One process through the load balancer, one at all members; without the one the other twice. */
    private List<List<URI>> hollowAddresses() {
        List<URI> direct = cluster.members().stream()
                .map(member -> cluster.api(member.number()).address())
                .toList();
        return List.of(
                cluster.balanced().map(balanced -> List.of(balanced.address())).orElse(direct), direct);
    }

    /** Blocks through the plan, or until something breaks. */
    RunReport run(FaultPlan plan) throws IOException, InterruptedException, TimeoutException {
        cluster.awaitReady(START);
        hollow.start();
        load.start();
        told.accept("ready: " + all.stream().map(Api::endpoint).toList() + ", logs below " + cluster.directory());
        calm("before");
        FaultDriver driver = new FaultDriver(injector, recorder, told);
        for (int round = 0; round < plan.rounds().size() && breaks.isEmpty(); round++) {
            told.accept("round " + (round + 1) + " of " + plan.rounds().size());
            load.goOn();
            driver.run(plan.rounds().get(round));
            calm("after round " + (round + 1));
        }
        load.end();
        for (Break found : JournalCheck.of(cluster)) {
            told.accept("BROKEN " + found);
            breaks.add(found);
        }
        RecordFiles.write(recorder.record(), cluster.directory().resolve("record"));
        report.ended(recorder, load, breaks, cluster);
        return report;
    }

    private void calm(String when) throws IOException, InterruptedException {
        Calm calm = new Calm(cluster, members, all, load, recorder, hollow.nodes(), convergence);
        Calm.Verdict verdict = calm.keep(recorder.now(), when);
        breaks.addAll(verdict.breaks());
        List<FaultSpan> spans = verdict.record().faults();
        for (FaultSpan span : spans.subList(report.faults(), spans.size())) {
            OptionalDouble begun = Recovery.seconds(verdict.record().ops(), span.start());
            OptionalDouble healed = Recovery.seconds(verdict.record().ops(), span.end());
            told.accept(report.fault(span, begun, healed));
        }
        Map<Integer, Long> heap = heap();
        told.accept(String.format(
                Locale.ROOT,
                "calm %s: converged after %.1f s; %d requests, heap %s MiB, load of the machine %.1f, %d breaks",
                when,
                verdict.seconds(),
                verdict.record().ops().size(),
                heap.values().stream().map(kib -> kib / 1024).toList(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                verdict.breaks().size()));
        if (verdict.seconds() > convergence.toSeconds() / 2.0) {
            verdict.slowest().forEach(one -> told.accept("  last missing after " + one));
        }
        report.calm(verdict.seconds());
        leaks(heap);
        verdict.breaks().forEach(each -> told.accept("BROKEN " + each));
    }

    private Map<Integer, Long> heap() throws IOException, InterruptedException {
        Map<Integer, Long> heap = new TreeMap<>();
        for (Member member : cluster.members()) {
            Memory.heapKiB(member.pid()).ifPresent(kib -> heap.put(member.number(), kib));
        }
        return heap;
    }

    private void leaks(Map<Integer, Long> heap) {
        heap.forEach((member, kib) -> {
            long first = firstHeap.computeIfAbsent(member, none -> kib);
            if (kib > first * HEAP_GROWTH + HEAP_ROOM_KIB) {
                Break leak = new Break(
                        "memory", "member " + member + " holds " + kib + " KiB, and held " + first, List.of());
                told.accept("BROKEN " + leak);
                breaks.add(leak);
            }
        });
    }

    /** Ends the processes; their files stay. */
    @Override
    public void close() throws IOException {
        load.end();
        hollow.end();
        try {
            injector.healAll();
        } catch (IOException e) {
            told.accept("not all could be healed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        hollow.end();
        cluster.close();
    }
}
