package io.everynode.nodes.agent;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a machine runs short of, by a kubelet's default thresholds (kubernetes/pkg/kubelet/apis/config/v1beta1: memory
 * 100Mi, disk 10 % of a file system, PIDs none; here 10 % of those).
 */
record Pressure(boolean memory, boolean disk, boolean pids) {

    private static final long LEAST_MEMORY_KIB = 100 * 1024;
    private static final int LEAST_PERCENT = 10;

    /** Reads a few small files of the kernel. What cannot be read is no pressure. */
    static Pressure now(Path rootDirectory) {
        try {
            FileStore disk = Files.getFileStore(rootDirectory);
            boolean full = disk.getUsableSpace() < disk.getTotalSpace() / 100 * LEAST_PERCENT;
            return new Pressure(lowMemory(Files.readString(Path.of("/proc/meminfo"))), full, manyProcesses());
        } catch (IOException e) {
            return new Pressure(false, false, false);
        }
    }

    static boolean lowMemory(String meminfo) {
        return meminfo.lines()
                .filter(line -> line.startsWith("MemAvailable:"))
                .anyMatch(line -> Long.parseLong(line.replaceAll("\\D", "")) < LEAST_MEMORY_KIB);
    }

    private static boolean manyProcesses() throws IOException {
        long most = Long.parseLong(
                Files.readString(Path.of("/proc/sys/kernel/pid_max")).strip());
        String running = Files.readString(Path.of("/proc/loadavg")).split(" ")[3];
        long threads = Long.parseLong(running.substring(running.indexOf('/') + 1));
        return threads > most / 100 * (100 - LEAST_PERCENT);
    }
}
