package io.everynode.loadtest.run;

/** Reads files of Linux' /proc (proc(5)). Pure. */
final class ProcFiles {

    /** sysconf(_SC_CLK_TCK): 100 on each architecture that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private ProcFiles() {}

    /**
     * @param cpuSeconds of the process, and of those of its children that have ended and were waited for
     * @param parent 0 for none
     */
    record Stat(long parent, double cpuSeconds) {}

    /** @param text of /proc/PID/stat */
    static Stat stat(String text) {
        // The second field, the command in brackets, may hold anything, also spaces and brackets.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int field = 14; field <= 17; field++) {
            ticks += Long.parseLong(fields[field - 3]);
        }
        return new Stat(Long.parseLong(fields[1]), ticks / TICKS_PER_SECOND);
    }

    /**
     * @param text of /proc/PID/status or /proc/PID/smaps_rollup
     * @param name such as "Pss"
     * @return KiB; 0 when there is no such line
     */
    static long kib(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .mapToLong(value -> Long.parseLong(value.split("\\s+")[0]))
                .findFirst()
                .orElse(0);
    }
}
