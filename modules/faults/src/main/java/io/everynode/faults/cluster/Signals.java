package io.everynode.faults.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Signals to processes; Java itself can send only two of them. */
final class Signals {

    private static final int PATIENCE_SECONDS = 10;

    private Signals() {}

    /**
     * Returns when it was sent.
     *
     * @param name such as KILL, TERM, STOP, CONT
     * @throws IOException when a process is no longer there, or may not be signalled
     */
    static void send(String name, long... pids) throws IOException {
        if (!sendToThose(name, pids)) {
            throw new IOException("cannot send SIG" + name + " to all of " + Arrays.toString(pids));
        }
    }

    /** The same; those that are no longer there do not matter. */
    static boolean sendToThose(String name, long... pids) throws IOException {
        if (pids.length == 0) {
            return true;
        }
        List<String> command = new ArrayList<>(List.of("kill", "-s", name));
        for (long pid : pids) {
            command.add(Long.toString(pid));
        }
        Process kill = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
                throw new IOException("kill did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return kill.exitValue() == 0;
    }
}
