package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server's JVM under supervision: whenever it ends while it is wanted it is started again after a moment, as
 * systemd does on a host. Thread-safe.
 */
public final class Member {

    private static final Logger log = LoggerFactory.getLogger(Member.class);

    /** The first restart waits so long; each further one twice as long, until it has lived for a while. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LIVED = Duration.ofSeconds(20);
    private static final Duration END_PATIENCE = Duration.ofSeconds(40);

    /** The end of one run. 137 is SIGKILL, 143 SIGTERM, 3 a member that found itself fenced or removed. */
    public record End(Instant at, int code) {}

    private final int number;
    private final Path directory;
    private final List<String> command;
    private final List<End> ends = new ArrayList<>();
    private Process process;
    private Thread supervisor;
    private boolean wanted;
    private boolean paused;

    Member(int number, Path directory, List<String> command) {
        this.number = number;
        this.directory = directory;
        this.command = List.copyOf(command);
    }

    public int number() {
        return number;
    }

    /** Its data directory: everynode.log, output.log, kubeconfig, server.conf. */
    public Path directory() {
        return directory;
    }

    /** Starts it, and keeps it running from now on. Does nothing when that is so already. */
    public synchronized void start() throws IOException {
        if (wanted) {
            return;
        }
        wanted = true;
        launch();
        supervisor = new Thread(this::supervise, "member " + number);
        supervisor.setDaemon(true);
        supervisor.start();
    }

    private void launch() throws IOException {
        paused = false;
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output.log").toFile()))
                .start();
        Files.writeString(directory.resolve("pid"), process.pid() + "\n");
    }

    private void supervise() {
        Duration pause = SHORTEST_PAUSE;
        try {
            while (true) {
                Process now = current();
                Instant started = Instant.now();
                int code = now.waitFor();
                synchronized (this) {
                    ends.add(new End(Instant.now(), code));
                    notifyAll();
                    if (!wanted) {
                        return;
                    }
                }
                pause = Duration.between(started, Instant.now()).compareTo(LIVED) > 0
                        ? SHORTEST_PAUSE
                        : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
                log.info("member {} has ended with code {}, to be started in {} ms", number, code, pause.toMillis());
                synchronized (this) {
                    long end = System.nanoTime() + pause.toNanos();
                    for (long left = pause.toMillis(); wanted && left > 0; left = leftUntil(end)) {
                        wait(left);
                    }
                    if (!wanted) {
                        return;
                    }
                    launch();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.error("member {} cannot be started", number, e);
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static long leftUntil(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime());
    }

    private synchronized Process current() {
        return process;
    }

    /** SIGKILL; the supervisor starts it again. */
    public void kill() {
        Process now = current();
        if (now != null) {
            now.destroyForcibly();
        }
    }

    /** SIGTERM; the supervisor starts it again once it has ended. */
    public void terminate() {
        Process now = current();
        if (now != null) {
            now.destroy();
        }
    }

    /** SIGSTOP. */
    public synchronized void pause() throws IOException {
        if (isRunning() && !paused) {
            Signals.send("STOP", process.pid());
            paused = true;
        }
    }

    /** SIGCONT. */
    public synchronized void resume() throws IOException {
        if (isRunning() && paused) {
            Signals.send("CONT", process.pid());
            paused = false;
        }
    }

    /** SIGKILL, and it stays down until {@link #start}. Returns when it has ended. */
    public void killForGood() throws InterruptedException {
        end(true);
    }

    /** SIGTERM, and it stays down until {@link #start}. Returns when it has ended; what hangs is killed. */
    public void stop() throws InterruptedException {
        end(false);
    }

    private void end(boolean forcibly) throws InterruptedException {
        Process now;
        Thread thread;
        synchronized (this) {
            wanted = false;
            now = process;
            thread = supervisor;
            notifyAll();
        }
        if (now == null) {
            return;
        }
        if (forcibly) {
            now.destroyForcibly();
        } else {
            now.destroy();
        }
        if (!now.waitFor(END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            log.warn("member {} did not end within {}, killed", number, END_PATIENCE);
            now.destroyForcibly();
        }
        thread.join();
    }

    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    public synchronized boolean isPaused() {
        return paused && isRunning();
    }

    /** Whether the supervisor keeps it running. */
    public synchronized boolean isWanted() {
        return wanted;
    }

    /** Of the running process, or the last one. */
    public synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    /** How each run ended, oldest first. */
    public synchronized List<End> ends() {
        return List.copyOf(ends);
    }
}
