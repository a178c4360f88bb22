package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.controlplane.journal.transfer.DatabaseRecords;
import io.everynode.controlplane.journal.transfer.ExportReader;
import io.everynode.controlplane.journal.transfer.JournalExport;
import io.everynode.controlplane.journal.transfer.JournalImport;
import io.everynode.controlplane.journal.transfer.JournalRecords;
import io.everynode.controlplane.secrets.DataKeyTable;
import io.everynode.controlplane.secrets.MasterKeys;
import io.everynode.controlplane.secrets.SecretKeys;
import io.everynode.controlplane.secrets.SecretsUnavailable;
import io.everynode.controlplane.secrets.TestSecrets;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SecretKeysTest shows on H2 and depends on the database. */
class SecretKeysOnPostgresTest {

    @TempDir
    Path directory;

    private Path masters(String name) throws IOException {
        return Files.writeString(directory.resolve(name), MasterKeys.newLine() + "\n");
    }

    private static SecretKeys open(JournalDatabase database, Path masters) {
        return SecretKeys.open(
                new DataKeyTable(database.dataSource(), true), TestSecrets.source(masters), new FormatGate());
    }

    @Test
    void keysAreStoredFoundRewrappedExportedAndDestroyed() throws IOException {
        DatabaseSettings settings = TestPostgres.freshDatabase();
        Path masters = masters("a");
        Path others = masters("b");
        try (JournalDatabase database = JournalDatabase.open(settings, "m");
                SecretKeys keys = open(database, masters)) {
            keys.make("Resource|a", "uid-a").toCompletableFuture().join();
            keys.make("Resource|b", "uid-b").toCompletableFuture().join();
            assertThatThrownBy(() -> open(database, others)).isInstanceOf(SecretsUnavailable.class);
            assertThat(keys.stored(true)).as("none is old").isEmpty();
            keys.destroyAllBut(Set.of("uid-b"), keys.stored(false));
            assertThat(keys.stored(false)).hasSize(1);
            Files.writeString(masters, Files.readString(others) + Files.readString(masters));
            try (SecretKeys rotated = open(database, masters)) {
                assertThat(rotated.rewrap()).isEqualTo(1);
            }
            open(database, others).close();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalRecords records = new DatabaseRecords(JournalConnection.openToRead(settings, "reader"))) {
            JournalExport.write(records, out, count -> {});
        }
        DatabaseSettings copy = TestPostgres.freshDatabase();
        try (JournalRecords records = new ExportReader(new ByteArrayInputStream(out.toByteArray()))) {
            JournalImport.into(copy, "importer", records, 0, count -> {});
        }
        try (JournalDatabase database = JournalDatabase.open(copy, "m");
                SecretKeys keys = open(database, others)) {
            assertThat(keys.stored(false)).hasSize(1);
        }
    }
}
