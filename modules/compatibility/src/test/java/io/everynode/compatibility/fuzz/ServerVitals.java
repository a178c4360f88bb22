package io.everynode.compatibility.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server process holds, seen from outside: /proc and jcmd.
 *
 * @param sockets open file descriptors that are sockets
 * @param watches streams of watches that are still reachable
 * @param heapMegabytes used after a full collection
 */
record ServerVitals(int sockets, int threads, int watches, long heapMegabytes) {

    private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");
    private static final Pattern WATCHES =
            Pattern.compile("\\s(\\d+)\\s+\\d+\\s+io\\.everynode\\.apiserver\\.WatchStream[\\s$]");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /** Collects the server's garbage first: a class histogram counts what is reachable. */
    static ServerVitals of(long pid) throws IOException, InterruptedException {
        String histogram = jcmd(pid, "GC.class_histogram");
        String status = Files.readString(Path.of("/proc/" + pid + "/status"));
        long bytes = number(TOTAL, histogram);
        return new ServerVitals(
                sockets(pid), (int) number(THREADS, status), (int) number(WATCHES, histogram), bytes >> 20);
    }

    private static int sockets(long pid) throws IOException {
        int sockets = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path each : open) {
                try {
                    sockets += Files.readSymbolicLink(each).toString().startsWith("socket:") ? 1 : 0;
                } catch (NoSuchFileException e) {
                    // Closed meanwhile.
                }
            }
        }
        return sockets;
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(pid),
                        command))
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd: " + said);
        }
        return said;
    }
}
