package io.everynode.apiserver.audit;

import io.everynode.objects.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table as a file, one record a line in JSON: written anew as a whole, so that it has the size of the table, and
 * replaced at once. It is not forced to the disk. A failure is logged, and the table stays.
 */
final class AccessFile {

    private static final Logger LOG = LoggerFactory.getLogger(AccessFile.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final AccessTable table;

    AccessFile(Path file, AccessTable table) {
        this.file = file;
        this.table = table;
    }

    /** What cannot be read is passed over. */
    void load() {
        if (!Files.exists(file)) {
            return;
        }
        int broken = 0;
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                try {
                    table.restore(AccessRecord.of(Json.mapper().readTree(line)));
                } catch (IOException | RuntimeException e) {
                    broken++;
                }
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", file, e.toString());
        }
        if (broken > 0) {
            LOG.warn("{} lines of {} cannot be read", broken, file);
        }
    }

    /** Only what has changed. */
    void save(long nowMillis) {
        if (!table.takeChanged()) {
            return;
        }
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(draft);
            Files.createFile(draft, attributes(file.getParent()));
            List<AccessRecord> records = table.records(nowMillis);
            try (BufferedWriter out = Files.newBufferedWriter(draft)) {
                for (AccessRecord record : records) {
                    out.write(new String(Json.encode(record.json()), StandardCharsets.UTF_8));
                    out.write('\n');
                }
            }
            Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            table.stillChanged();
            LOG.warn("{} cannot be written: {}", file, e.toString());
        }
    }

    private static FileAttribute<?>[] attributes(Path directory) throws IOException {
        return Files.getFileStore(directory).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }
}
