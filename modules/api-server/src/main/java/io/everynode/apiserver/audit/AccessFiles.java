package io.everynode.apiserver.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps tables in files of a directory: reads them at the start, writes what has changed now and then and at the end.
 */
public final class AccessFiles implements AutoCloseable {

    private static final Duration LAST_PATIENCE = Duration.ofSeconds(2);

    private final List<AccessFile> files = new ArrayList<>();
    private final InstantSource clock;
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "everynode-access-records");
        thread.setDaemon(true);
        return thread;
    });

    /** @param tables by the names of their files */
    public AccessFiles(Path directory, Map<String, AccessTable> tables, Duration interval, InstantSource clock) {
        this.clock = clock;
        tables.forEach((name, table) -> files.add(new AccessFile(directory.resolve(name), table)));
        files.forEach(AccessFile::load);
        writer.scheduleWithFixedDelay(this::save, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized void save() {
        files.forEach(file -> file.save(clock.millis()));
    }

    /** Writes what is not written yet. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(LAST_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        save();
    }
}
