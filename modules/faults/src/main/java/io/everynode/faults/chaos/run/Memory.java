package io.everynode.faults.chaos.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much a JVM holds after a collection. */
final class Memory {

    private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

    private Memory() {}

    /** KiB of its heap; empty when it cannot be asked now. */
    static OptionalLong heapKiB(long pid) throws IOException, InterruptedException {
        ask(pid, "GC.run");
        Matcher used = USED.matcher(ask(pid, "GC.heap_info"));
        return used.find() ? OptionalLong.of(Long.parseLong(used.group(1))) : OptionalLong.empty();
    }

    private static String ask(long pid, String what) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), what)
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader()) {
            StringBuilder text = new StringBuilder();
            out.lines().forEach(line -> text.append(line).append('\n'));
            process.waitFor();
            return text.toString();
        }
    }
}
