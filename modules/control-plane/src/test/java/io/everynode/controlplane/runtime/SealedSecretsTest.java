package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.JournalConnection;
import io.everynode.controlplane.journal.transfer.DatabaseRecords;
import io.everynode.controlplane.journal.transfer.ExportReader;
import io.everynode.controlplane.journal.transfer.JournalExport;
import io.everynode.controlplane.journal.transfer.JournalImport;
import io.everynode.controlplane.journal.transfer.JournalRecord;
import io.everynode.controlplane.journal.transfer.JournalRecords;
import io.everynode.controlplane.secrets.SecretsUnavailable;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Secret from its creation over restarts, an export and an import to its end, and what the files tell of it. */
class SealedSecretsTest {

    private static final String FIRST = "cGxhbnRlZC1maXJzdC12YWx1ZQ==";
    private static final String SECOND = "cGxhbnRlZC1zZWNvbmQtdmFsdWU=";

    @TempDir
    Path directory;

    private Path data(String name) {
        return directory.resolve(name);
    }

    private static String token(TestServer cp, String name) {
        return Json.text(
                cp.server
                        .catalog()
                        .get(Kinds.SECRET, "default", name)
                        .orElseThrow()
                        .tree(),
                "data",
                "token");
    }

    private static void create(TestServer cp, String name) {
        cp.create(
                Kinds.SECRET,
                ("{'apiVersion':'v1','kind':'Secret','type':'Opaque','metadata':{'name':'%s','namespace':'default',"
                                + "'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'%s'}},"
                                + "'data':{'token':'%s'}}")
                        .formatted(name, FIRST, FIRST));
    }

    /** Rows as they are, and the same unpacked. */
    private static List<String> payloads(JournalRecords records) {
        List<String> texts = new ArrayList<>();
        for (JournalRecord row = records.next(); row != null; row = records.next()) {
            texts.add(new String(row.payload(), StandardCharsets.ISO_8859_1));
            texts.add(EventCodec.decode(row.manifest(), row.payload()).toString());
        }
        return texts;
    }

    private static JournalRecords records(Path data) {
        return new DatabaseRecords(JournalConnection.openToRead(DatabaseSettings.h2(data), "reader"));
    }

    private static byte[] export(Path data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalRecords records = records(data)) {
            JournalExport.write(records, out, count -> {});
        }
        return out.toByteArray();
    }

    @Test
    void aSecretIsReadableToClientsAndNowhereElse() throws IOException {
        Path data = data("one");
        try (TestServer cp = TestServer.start(data, "")) {
            create(cp, "kept");
            create(cp, "gone");
            assertThat(cp.patch(Kinds.SECRET, "default", "kept", "", "{'data':{'token':'" + SECOND + "'}}"))
                    .isInstanceOf(WriteResult.Stored.class);
            assertThat(token(cp, "kept")).isEqualTo(SECOND);
            assertThat(cp.server.secrets().held()).isEqualTo(2);
            cp.delete(Kinds.SECRET, "default", "gone", 0L);
            TestServer.until(() -> cp.server.secrets().destroyedCount() == 1);
        }
        try (JournalRecords records = records(data)) {
            assertThat(records.keys()).as("of the one that is there").hasSize(1);
            List<String> rows = payloads(records);
            assertThat(rows).noneMatch(row -> row.contains(FIRST) || row.contains(SECOND));
            assertThat(rows.stream().filter(row -> row.contains(ResourceEvent.Sealed.MARK) && row.contains("gone")))
                    .as("the fact")
                    .isNotEmpty();
        }
        byte[] file = export(data);
        JournalImport.into(
                DatabaseSettings.h2(data("two")),
                "importer",
                new ExportReader(new ByteArrayInputStream(file)),
                0,
                count -> {});
        assertThat(export(data("two"))).as("the same journal, the same bytes").isEqualTo(file);
        assertThatThrownBy(() -> TestServer.start(data("two"), ""))
                .isInstanceOf(SecretsUnavailable.class)
                .hasMessageContaining("master keys");
        Files.createDirectories(data("two").resolve("keys"));
        Files.copy(
                data.resolve("keys").resolve("secrets.keys"),
                data("two").resolve("keys").resolve("secrets.keys"));
        try (TestServer cp = TestServer.start(data("two"), "everynode.control-plane.checkpoints.every-events = 5")) {
            assertThat(token(cp, "kept")).isEqualTo(SECOND);
            // A checkpoint is written for these, and the next start begins with it.
            for (int i = 0; i < 400; i++) {
                cp.sendConfigMap("default", "filler-" + i, "v");
            }
            cp.configMap("last");
        }
        try (TestServer cp = TestServer.start(data("two"), "")) {
            assertThat(token(cp, "kept")).isEqualTo(SECOND);
            create(cp, "gone");
            assertThat(token(cp, "gone")).as("a new one of the same name").isEqualTo(FIRST);
        }
    }
}
