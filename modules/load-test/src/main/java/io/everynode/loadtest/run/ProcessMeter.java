package io.everynode.loadtest.run;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What processes and all that descend from them use, as Linux counts it: a database's backends come with their parent.
 * Memory is the proportional share (pages that several processes share count once), or the resident size where only
 * that may be read; it is sampled, as a peak of shared pages is not kept by anyone. Thread-safe.
 */
final class ProcessMeter implements AutoCloseable {

    private static final long SAMPLE_MILLIS = 2000;
    private static final double KIB_IN_MIB = 1024;

    private final Path proc;
    private final List<Long> roots;
    private final ScheduledExecutorService sampler;
    private double peakMiB;

    private ProcessMeter(Path proc, List<Long> roots) {
        this.proc = proc;
        this.roots = List.copyOf(roots);
        this.sampler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "memory-sampler");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * @param proc /proc, or what tests have in its place
     * @throws IOException when one of the processes is not there
     */
    static ProcessMeter start(Path proc, List<Long> roots) throws IOException {
        ProcessMeter meter = new ProcessMeter(proc, roots);
        for (long root : roots) {
            if (!Files.isReadable(proc.resolve(root + "/stat"))) {
                throw new IOException("there is no process " + root);
            }
        }
        meter.sampler.scheduleWithFixedDelay(meter::sample, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
        return meter;
    }

    /** Processor time so far. It falls only when a process ends that nobody waits for. */
    double cpuSeconds() {
        double seconds = 0;
        for (ProcFiles.Stat stat : family().values()) {
            seconds += stat.cpuSeconds();
        }
        return seconds;
    }

    /** The most memory since the last call of this; now is included. */
    synchronized double takePeakMiB() {
        sample();
        double peak = peakMiB;
        peakMiB = 0;
        return peak;
    }

    private synchronized void sample() {
        long kib = 0;
        for (long pid : family().keySet()) {
            String rollup = read(pid, "smaps_rollup");
            kib += rollup.isEmpty() ? ProcFiles.kib(read(pid, "status"), "VmRSS") : ProcFiles.kib(rollup, "Pss");
        }
        peakMiB = Math.max(peakMiB, kib / KIB_IN_MIB);
    }

    private Map<Long, ProcFiles.Stat> family() {
        Map<Long, ProcFiles.Stat> all = new HashMap<>();
        Map<Long, List<Long>> children = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                String text = read(pid, "stat");
                if (!text.isEmpty()) {
                    ProcFiles.Stat stat = ProcFiles.stat(text);
                    all.put(pid, stat);
                    children.computeIfAbsent(stat.parent(), parent -> new ArrayList<>())
                            .add(pid);
                }
            }
        } catch (IOException e) {
            return Map.of();
        }
        Set<Long> family = new HashSet<>();
        List<Long> next = new ArrayList<>(roots);
        while (!next.isEmpty()) {
            long pid = next.remove(next.size() - 1);
            if (family.add(pid)) {
                next.addAll(children.getOrDefault(pid, List.of()));
            }
        }
        all.keySet().retainAll(family);
        return all;
    }

    /** "" when it is not there any more, or may not be read. */
    private String read(long pid, String file) {
        try {
            return Files.readString(proc.resolve(pid + "/" + file));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        sampler.shutdownNow();
    }
}
