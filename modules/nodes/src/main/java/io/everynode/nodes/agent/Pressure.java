package io.everynode.nodes.agent;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a machine runs short of, by a kubelet's default thresholds (kubernetes/pkg/kubelet/eviction/defaults_linux.go:
 * memory 100Mi, 10 % of the file system with its own directory, 15 % of that with the images, PIDs none; here 10 % of
 * those).
 */
record Pressure(boolean memory, boolean disk, boolean pids) {

    static final long LEAST_MEMORY_KIB = 100 * 1024;
    static final int LEAST_DISK_PERCENT = 10;
    private static final int LEAST_IMAGES_PERCENT = 15;
    private static final int LEAST_PIDS_PERCENT = 10;

    /**
     * Reads a few small files of the kernel. What cannot be read is no pressure.
     *
     * @param images where the Engine keeps them; passed over if it is on another machine
     */
    static Pressure now(Path rootDirectory, Path images) {
        return new Pressure(
                holds(() -> lowMemory(KernelFile.read("/proc/meminfo"))),
                holds(() -> full(rootDirectory, LEAST_DISK_PERCENT))
                        || holds(() -> Files.isDirectory(images) && full(images, LEAST_IMAGES_PERCENT)),
                holds(Pressure::fewPids));
    }

    private interface Reading {
        boolean holds() throws IOException;
    }

    private static boolean holds(Reading reading) {
        try {
            return reading.holds();
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    private static boolean full(Path directory, int leastPercent) throws IOException {
        FileStore disk = Files.getFileStore(directory);
        return disk.getUsableSpace() < disk.getTotalSpace() / 100 * leastPercent;
    }

    static boolean lowMemory(String meminfo) {
        return meminfo.lines()
                .filter(line -> line.startsWith("MemAvailable:"))
                .anyMatch(line -> Long.parseLong(line.replaceAll("\\D", "")) < LEAST_MEMORY_KIB);
    }

    private static boolean fewPids() throws IOException {
        long pids = number("/proc/sys/kernel/pid_max");
        return fewPids(KernelFile.read("/proc/loadavg"), Math.min(pids, number("/proc/sys/kernel/threads-max")));
    }

    /** @param most that there can be, of processes and threads together */
    static boolean fewPids(String loadavg, long most) {
        String running = loadavg.split(" ")[3];
        long threads = Long.parseLong(running.substring(running.indexOf('/') + 1));
        return threads > most - most * LEAST_PIDS_PERCENT / 100;
    }

    private static long number(String file) throws IOException {
        return Long.parseLong(KernelFile.read(file).strip());
    }
}
