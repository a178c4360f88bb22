package io.everynode.controlplane.checkpoint;

import com.typesafe.config.Config;
import io.everynode.controlplane.catalog.CatalogState;
import io.everynode.controlplane.catalog.SecretBodies;
import io.everynode.controlplane.journal.JournalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one data directory. They only save time: each may be missing, damaged, of another program or of
 * another journal, and is ignored then. Thread-safe.
 */
public final class Checkpoints {

    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

    /** A catalog to begin with: of a checkpoint, or nothing. */
    public record Start(CheckpointHeader header, CatalogState state) {

        static final Start NOTHING = new Start(CheckpointHeader.NOTHING, CatalogState.EMPTY);

        public boolean isCheckpoint() {
            return header.ordering() > 0;
        }
    }

    /** A file whose state could be read. */
    private record Found(CheckpointFile file, CatalogState state) {}

    /** Null when there are to be none. */
    private final Path directory;

    private final int everyEvents;
    private final int changesHeld;
    private final CompletableFuture<Optional<Found>> newest;

    /** Guarded by this object: "" until it is known. */
    private String program = "";

    private Checkpoints(Path directory, int everyEvents, int changesHeld) {
        this.directory = directory;
        this.everyEvents = everyEvents;
        this.changesHeld = changesHeld;
        this.newest = directory == null
                ? CompletableFuture.completedFuture(Optional.empty())
                : CompletableFuture.supplyAsync(this::readNewest, task -> daemon(task, "checkpoint-reader"));
    }

    static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Begins to read the newest one in the background.
     *
     * @param limits everynode.control-plane
     * @param dataDir they are in its directory {@code checkpoints}; null for none
     */
    public static Checkpoints of(Config limits, Path dataDir) {
        Config settings = limits.getConfig("checkpoints");
        boolean any = dataDir != null && settings.getBoolean("enabled");
        return new Checkpoints(
                any ? dataDir.resolve("checkpoints") : null,
                settings.getInt("every-events"),
                limits.getInt("changes-held"));
    }

    boolean enabled() {
        return directory != null;
    }

    int everyEvents() {
        return everyEvents;
    }

    int changesHeld() {
        return changesHeld;
    }

    /**
     * The newest checkpoint that can be read and is of this journal; else the beginning. Blocks.
     *
     * @throws io.everynode.controlplane.journal.JournalUnavailable if the journal cannot be asked now
     */
    public Start start(JournalReader journal) {
        Optional<Found> first = newest.join();
        if (first.isEmpty()) {
            return Start.NOTHING;
        }
        Found found = first.get();
        if (isOf(found.file(), journal)) {
            Optional<CatalogState> whole = whole(found.file(), found.state(), journal);
            if (whole.isPresent()) {
                return new Start(found.file().header(), whole.get());
            }
        }
        for (CheckpointFile file : files()) {
            if (file.header().ordering() < found.file().header().ordering() && isOf(file, journal)) {
                Optional<CatalogState> state = state(file, journal);
                if (state.isPresent()) {
                    return new Start(file.header(), state.get());
                }
            }
        }
        return Start.NOTHING;
    }

    static boolean isOf(CheckpointFile file, JournalReader journal) {
        if (file.header().isOf(journal)) {
            return true;
        }
        log.warn(
                "Checkpoint {} is ignored: this journal has another event {}, or none",
                file.path().getFileName(),
                file.header().ordering());
        return false;
    }

    private Optional<Found> readNewest() {
        try {
            for (CheckpointFile file : files()) {
                long began = System.nanoTime();
                Optional<CatalogState> state = state(file);
                if (state.isPresent()) {
                    log.info(
                            "Checkpoint at {} read, {} objects in {} ms",
                            file.header().ordering(),
                            state.get().version().size(),
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                    return Optional.of(new Found(file, state.get()));
                }
            }
        } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
            log.warn("No checkpoint can be read, the whole journal will be", e);
        }
        return Optional.empty();
    }

    /** With the contents of Secrets; empty, and told in the log, when it is damaged or the journal lacks those. */
    static Optional<CatalogState> state(CheckpointFile file, JournalReader journal) {
        return state(file).flatMap(state -> whole(file, state, journal));
    }

    private static Optional<CatalogState> whole(CheckpointFile file, CatalogState state, JournalReader journal) {
        try {
            return Optional.of(SecretBodies.filled(state, journal));
        } catch (IllegalStateException | IllegalArgumentException e) {
            log.warn("Checkpoint {} is ignored: {}", file.path(), e.toString());
            return Optional.empty();
        }
    }

    private static Optional<CatalogState> state(CheckpointFile file) {
        try {
            return Optional.of(file.state());
        } catch (IOException e) {
            log.warn("Checkpoint {} is ignored: {}", file.path(), e.toString());
            return Optional.empty();
        }
    }

    /** Those of this program, the newest first. */
    List<CheckpointFile> files() {
        return all().stream()
                .filter(file -> file.program().equals(program()))
                .sorted(Comparator.comparing(
                        (CheckpointFile file) -> -file.header().ordering()))
                .toList();
    }

    private List<CheckpointFile> all() {
        List<CheckpointFile> found = new ArrayList<>();
        for (Path path : paths()) {
            if (path.toString().endsWith(CheckpointFile.SUFFIX)) {
                try {
                    found.add(CheckpointFile.read(path));
                } catch (IOException e) {
                    log.warn("Checkpoint {} is ignored: {}", path, e.toString());
                }
            }
        }
        return found;
    }

    private List<Path> paths() {
        if (!enabled() || !Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.toList();
        } catch (IOException e) {
            log.warn("The checkpoints in {} cannot be listed: {}", directory, e.toString());
            return List.of();
        }
    }

    /** "" when it cannot be told: then none is read and none is written. */
    private synchronized String program() {
        if (program.isEmpty()) {
            try {
                program = ProgramFingerprint.ofThisProgram();
            } catch (IOException e) {
                log.warn("No checkpoints: {}", e.toString());
            }
        }
        return program;
    }

    /** Writes one and removes those that are not needed any more. A failure is logged and changes nothing else. */
    void write(CheckpointHeader header, CatalogState state) {
        String own = program();
        if (own.isEmpty()) {
            return;
        }
        long began = System.nanoTime();
        try {
            Files.createDirectories(directory);
            CheckpointFile file = CheckpointFile.write(directory, own, header, state);
            log.info(
                    "Checkpoint at {} written, {} objects, {} bytes in {} ms",
                    header.ordering(),
                    state.version().size(),
                    Files.size(file.path()),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            prune(file);
        } catch (NoSuchFileException e) {
            log.warn("No checkpoint was written, as the directory is gone: {}", e.getMessage());
        } catch (IOException | RuntimeException | LinkageError e) {
            log.warn("No checkpoint was written at {}", header.ordering(), e);
        }
    }

    /**
     * Keeps the newest two, in case one is damaged, and those from which the changes that watches may resume from can
     * be told. Those of other programs go, and so do those of a future that was undone by a restore.
     */
    private void prune(CheckpointFile written) throws IOException {
        List<Path> kept = new ArrayList<>();
        long needed = 0;
        boolean covered = false;
        for (CheckpointFile file : files()) {
            long changes = file.header().changes();
            if (file.header().ordering() > written.header().ordering() || covered && kept.size() >= 2) {
                continue;
            }
            kept.add(file.path());
            if (kept.size() == 2) {
                needed = changes - changesHeld;
            }
            covered = kept.size() >= 2 && changes <= needed;
        }
        for (Path path : paths()) {
            boolean ours = path.toString().endsWith(CheckpointFile.SUFFIX)
                    || path.toString().endsWith(CheckpointFile.UNFINISHED);
            if (ours && !kept.contains(path)) {
                Files.deleteIfExists(path);
            }
        }
    }
}
