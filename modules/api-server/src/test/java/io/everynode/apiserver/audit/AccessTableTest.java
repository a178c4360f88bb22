package io.everynode.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.audit.AccessRecord.Key;
import io.everynode.apiserver.audit.AccessRecord.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTableTest {

    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long NOW = Instant.parse("2026-11-22T10:00:00Z").toEpochMilli();
    private static final Sample SAMPLE = new Sample("kubectl", "/api/v1/nodes", "");

    private static Key key(String user) {
        return new Key(403, user, "10.0.0.1", "list", "nodes", "", "");
    }

    private static long count(AccessTable table, Key key) {
        return table.records(NOW).stream()
                .filter(record -> record.key().equals(key))
                .mapToLong(AccessRecord::count)
                .sum();
    }

    @Test
    void likeOnesAreCounted() {
        AccessTable table = new AccessTable(10, DAY);
        table.add(key("ann"), NOW - 500, SAMPLE);
        table.add(key("bob"), NOW - 400, SAMPLE);
        table.add(key("ann"), NOW - 300, new Sample("curl", "/api/v1/nodes", "boss"));
        List<AccessRecord> records = table.records(NOW);
        assertThat(records)
                .containsExactly(
                        new AccessRecord(
                                key("ann"), 2, NOW - 500, NOW - 300, new Sample("curl", "/api/v1/nodes", "boss")),
                        new AccessRecord(key("bob"), 1, NOW - 400, NOW - 400, SAMPLE));
    }

    @Test
    void whoMakesEverNewOnesPushesNobodyOut() {
        AccessTable table = new AccessTable(100, DAY);
        table.add(key("ann"), NOW, SAMPLE);
        for (int i = 0; i < 100_000; i++) {
            table.add(new Key(403, "u" + i, "10.0.0.1", "list", "r" + i % 1_000, "", ""), NOW, SAMPLE);
        }
        table.add(key("ann"), NOW, SAMPLE);
        List<AccessRecord> records = table.records(NOW);
        assertThat(records).hasSizeLessThanOrEqualTo(301);
        assertThat(count(table, key("ann"))).isEqualTo(2);
        assertThat(records.stream().mapToLong(AccessRecord::count).sum()).isEqualTo(100_002);
        assertThat(count(table, key("ann").coarsest())).isPositive();
    }

    @Test
    void oldOnesMakeRoom() {
        AccessTable table = new AccessTable(1, DAY);
        table.add(key("ann"), NOW - DAY - 1, SAMPLE);
        assertThat(table.records(NOW)).isEmpty();
        table.add(key("ann"), NOW - DAY - 1, SAMPLE);
        table.add(key("bob"), NOW, SAMPLE);
        assertThat(table.records(NOW)).extracting(AccessRecord::key).containsExactly(key("bob"));
    }

    @Test
    void outlivesTheServer(@TempDir Path directory) throws Exception {
        Path audit = directory.resolve("audit");
        AccessTable table = new AccessTable(10, DAY);
        AccessFiles files =
                new AccessFiles(audit, Map.of("t.jsonl", table), Duration.ofHours(1), () -> Instant.ofEpochMilli(NOW));
        table.add(key("ann\n\"x\""), NOW, SAMPLE);
        table.add(key("ann\n\"x\""), NOW + 7, SAMPLE);
        files.close();
        Path file = audit.resolve("t.jsonl");
        assertThat(Files.readAllLines(file)).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        Files.writeString(file, Files.readString(file) + "{\"broken\":1}\nno json\n");
        AccessTable read = new AccessTable(10, DAY);
        new AccessFiles(audit, Map.of("t.jsonl", read), Duration.ofHours(1), () -> Instant.ofEpochMilli(NOW)).close();
        assertThat(read.records(NOW)).isEqualTo(table.records(NOW)).hasSize(1);
    }
}
