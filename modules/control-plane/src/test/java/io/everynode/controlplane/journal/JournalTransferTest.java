package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.controlplane.journal.transfer.BrokenExport;
import io.everynode.controlplane.journal.transfer.DatabaseRecords;
import io.everynode.controlplane.journal.transfer.ExportReader;
import io.everynode.controlplane.journal.transfer.JournalExport;
import io.everynode.controlplane.journal.transfer.JournalImport;
import io.everynode.controlplane.journal.transfer.JournalRecord;
import io.everynode.controlplane.journal.transfer.JournalRecords;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From H2 to PostgreSQL and back; everything broken is refused and changes nothing. */
@Timeout(120)
class JournalTransferTest {
    static {
        TestLogs.quiet();
    }

    private static final int ROWS = 2_500;

    @TempDir
    static Path directory;

    private static DatabaseSettings source;
    private static byte[] export;

    /** Small rows and large ones, gaps between orderings, ids with escapes. */
    @BeforeAll
    static void aJournal() throws Exception {
        source = freshH2();
        Random random = new Random(5);
        JournalDatabase.open(source, "m").close();
        try (Connection connection = Rows.connect(source, "m")) {
            for (int i = 1; i <= ROWS; i += 5) {
                Rows.insert(connection, PersistenceIds.encode("Pod", "n" + i, "ü|" + i % 7), 1, 5);
                if (i % 50 == 1) {
                    connection.rollback();
                    Rows.insert(connection, PersistenceIds.encode("Pod", "n" + i, "ü|" + i % 7), 1, 5);
                }
                connection.commit();
            }
            byte[] large = new byte[1_500_000];
            random.nextBytes(large);
            try (PreparedStatement update = connection.prepareStatement("UPDATE \"event_journal\" SET"
                    + " \"event_payload\" = ?, \"meta_payload\" = ?, \"meta_ser_id\" = 4, \"meta_ser_manifest\" = 'm',"
                    + " \"deleted\" = TRUE WHERE \"sequence_number\" = 3 AND \"persistence_id\" LIKE 'Pod|n1/%'")) {
                update.setBytes(1, large);
                update.setBytes(2, new byte[] {1, 2, 3});
                assertThat(update.executeUpdate()).isEqualTo(1);
            }
            connection.commit();
        }
        export = exported(source);
    }

    private static DatabaseSettings fresh(DatabaseSettings.Kind kind) throws IOException {
        return kind == DatabaseSettings.Kind.H2 ? freshH2() : TestPostgres.freshDatabase();
    }

    private static DatabaseSettings freshH2() throws IOException {
        return DatabaseSettings.h2(Files.createTempDirectory(directory, "h2"));
    }

    private static byte[] exported(DatabaseSettings settings) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalRecords records = new DatabaseRecords(JournalConnection.openToRead(settings, "reader"))) {
            JournalExport.write(records, out, count -> {});
        }
        return out.toByteArray();
    }

    private static long imported(byte[] bytes, DatabaseSettings into, long gap) {
        try (JournalRecords records = new ExportReader(new ByteArrayInputStream(bytes))) {
            return JournalImport.into(into, "importer", records, gap, count -> {});
        }
    }

    private static long maxOrdering(DatabaseSettings settings) {
        try (JournalDatabase database = JournalDatabase.open(settings, "m")) {
            return database.reader().maxOrdering();
        }
    }

    private static String unpacked(byte[] bytes) throws IOException {
        return new String(new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes(), StandardCharsets.UTF_8);
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    @Test
    void thereAndBackGivesTheSameBytes() throws Exception {
        DatabaseSettings postgres = TestPostgres.freshDatabase();
        DatabaseSettings again = freshH2();
        assertThat(imported(export, postgres, 0)).isEqualTo(ROWS);
        byte[] fromPostgres = exported(postgres);
        assertThat(imported(fromPostgres, again, 0)).isEqualTo(ROWS);

        assertThat(fromPostgres).isEqualTo(export);
        assertThat(exported(again)).isEqualTo(export);
    }

    @ParameterizedTest
    @EnumSource(DatabaseSettings.Kind.class)
    void newEventsComeBehindTheLast(DatabaseSettings.Kind kind) throws Exception {
        long last = maxOrdering(source);
        assertThat(last).as("there are gaps").isGreaterThan(ROWS);
        for (long gap : new long[] {0, 1_000}) {
            DatabaseSettings into = fresh(kind);
            imported(export, into, gap);
            assertThat(maxOrdering(into)).isEqualTo(last);
            try (Connection connection = Rows.connect(into, "m")) {
                Rows.insert(connection, "Node|new", 1, 1);
                connection.commit();
            }
            assertThat(maxOrdering(into)).isEqualTo(last + gap + 1);
        }
    }

    @Test
    void theTriggerStaysInForce() throws Exception {
        DatabaseSettings into = TestPostgres.freshDatabase();
        imported(export, into, 0);
        try (Connection nobody = java.sql.DriverManager.getConnection(into.url(), into.user(), into.password())) {
            assertThatThrownBy(() -> Rows.insert(nobody, "Node|x", 1, 1))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("without everynode.member");
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseSettings.Kind.class)
    void onlyAnEmptyDatabaseIsTaken(DatabaseSettings.Kind kind) throws Exception {
        DatabaseSettings into = fresh(kind);
        imported(export, into, 7);
        long before = maxOrdering(into);
        assertThatThrownBy(() -> imported(export, into, 0))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessage(into.place() + " already holds a journal; import goes into an empty one only");
        try (Connection connection = Rows.connect(into, "m")) {
            Rows.insert(connection, "Node|new", 1, 1);
            connection.commit();
        }
        assertThat(maxOrdering(into)).as("the identity was left alone").isEqualTo(before + 8);
    }

    @ParameterizedTest
    @EnumSource(DatabaseSettings.Kind.class)
    void aCutFileChangesNothing(DatabaseSettings.Kind kind) throws Exception {
        DatabaseSettings into = fresh(kind);
        for (int length : new int[] {export.length - 1, export.length - 40, export.length / 2}) {
            assertThatThrownBy(() -> imported(Arrays.copyOf(export, length), into, 0))
                    .isInstanceOf(BrokenExport.class)
                    .hasMessageStartingWith("broken at record ")
                    .hasMessageEndingWith("the file is cut off");
            assertThat(maxOrdering(into)).isZero();
        }
        // A whole gzip stream that lacks the last lines.
        String lines = unpacked(export);
        String cut = lines.substring(0, lines.lastIndexOf('\n', lines.length() - 2) + 1);
        assertThatThrownBy(() -> imported(packed(cut), into, 0))
                .hasMessageStartingWith("broken at record " + (ROWS + 1) + " ");
        assertThat(maxOrdering(into)).isZero();
        assertThat(imported(export, into, 0)).as("and it can be used").isEqualTo(ROWS);
        try (Connection connection = Rows.connect(into, "m")) {
            Rows.insert(connection, "Node|new", 1, 1);
            connection.commit();
        }
        assertThat(maxOrdering(into)).isEqualTo(maxOrdering(source) + 1);
    }

    @Test
    void whatWasChangedIsNamed() throws Exception {
        String lines = unpacked(export);
        String[] each = lines.split("\n");
        // each[0] is the header, so each[n] is record n.
        assertBroken(
                lines.replace(each[17], each[17].replaceFirst("Pod", "Cod")), "record 17 ", "its checksum is wrong");
        assertBroken(lines.replace(each[17] + "\n", ""), "record " + ROWS + " ", "the end comes after " + (ROWS - 1));
        assertBroken(lines.replace(each[17] + "\n" + each[18], each[18] + "\n" + each[17]), "record 18 ", "not follow");
        assertBroken(lines.replace(each[17], each[17] + "\n" + each[17]), "record 18 ", "does not follow");
        assertBroken(lines + each[17] + "\n", "record " + (ROWS + 1) + " ", "something follows the end");
        // A row of another journal in its place, right in itself.
        String stranger = each[17].substring(9).replace("\"w\"", "\"v\"");
        String changed = String.format("%08x ", crc(stranger)) + stranger;
        assertBroken(lines.replace(each[17], changed), "record " + (ROWS + 1) + " ", "the checksum of the whole");
        assertThatThrownBy(() -> new ExportReader(new ByteArrayInputStream("no gzip".getBytes(StandardCharsets.UTF_8))))
                .hasMessage("not an export of a journal");
        assertThatThrownBy(() -> new ExportReader(new ByteArrayInputStream(packed("hello\n"))))
                .hasMessageStartingWith("not an export of a journal: ");
        String newer = each[0].substring(9).replace("/1", "/3");
        assertThatThrownBy(() -> new ExportReader(
                        new ByteArrayInputStream(packed(String.format("%08x %s\n", crc(newer), newer)))))
                .hasMessageContaining(
                        "format everynode-journal/3 is neither everynode-journal/1 nor everynode-journal/2");
    }

    private static long crc(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    private static void assertBroken(String lines, String where, String why) {
        assertThatThrownBy(() -> {
                    try (JournalRecords records = new ExportReader(new ByteArrayInputStream(packed(lines)))) {
                        JournalRecord last = records.next();
                        while (last != null) {
                            last = records.next();
                        }
                    }
                })
                .isInstanceOf(BrokenExport.class)
                .hasMessageContaining(where)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @EnumSource(DatabaseSettings.Kind.class)
    void rowsThatTheDatabaseRefusesLeaveItEmpty(DatabaseSettings.Kind kind) throws Exception {
        DatabaseSettings into = fresh(kind);
        assertThatThrownBy(() -> JournalImport.into(into, "importer", new ManyRecords(100, 1), 0, count -> {}))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessageStartingWith("the import into " + into.place() + " failed and was undone: ");
        assertThat(maxOrdering(into)).isZero();
    }

    @Test
    void anEmptyJournalIsOneToo() throws Exception {
        DatabaseSettings empty = freshH2();
        JournalDatabase.open(empty, "m").close();
        byte[] bytes = exported(empty);
        DatabaseSettings into = freshH2();
        assertThat(imported(bytes, into, 0)).isZero();
        assertThat(exported(into)).isEqualTo(bytes);
    }

    @Test
    void whatIsWrittenMeanwhileIsNotExported() throws Exception {
        DatabaseSettings postgres = TestPostgres.freshDatabase();
        imported(export, postgres, 0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JournalRecords records = new DatabaseRecords(JournalConnection.openToRead(postgres, "reader"));
                Connection connection = Rows.connect(postgres, "m")) {
            Rows.insert(connection, "Node|new", 1, 3);
            connection.commit();
            JournalExport.write(records, out, count -> {});
        }
        assertThat(out.toByteArray()).isEqualTo(export);
    }

    @Test
    void whereThereIsNoJournalNoneIsMade() throws Exception {
        Path nothing = Files.createTempDirectory(directory, "nothing");
        assertThatThrownBy(() -> JournalConnection.openToRead(DatabaseSettings.h2(nothing), "reader"))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessage("there is no journal in " + nothing);
        assertThat(nothing).isEmptyDirectory();
        DatabaseSettings postgres = TestPostgres.freshDatabase();
        assertThatThrownBy(() -> JournalConnection.openToRead(postgres, "reader"))
                .isInstanceOf(DatabaseUnavailable.class)
                .hasMessage("there is no journal in " + postgres.place());
    }

    /** An import that was killed in its transaction leaves nothing behind. */
    @ParameterizedTest
    @EnumSource(DatabaseSettings.Kind.class)
    void aKilledImportLeavesTheDatabaseEmpty(DatabaseSettings.Kind kind) throws Exception {
        DatabaseSettings into = fresh(kind);
        Process importer = ImportProcess.start(into);
        assertThat(importer.inputReader().readLine()).isEqualTo("in the middle");
        importer.destroyForcibly().waitFor();
        assertThat(maxOrdering(into)).isZero();
        assertThat(imported(export, into, 0)).isEqualTo(ROWS);
    }

    /** One transaction of H2 with twice as much as the JVM has memory, and out again. */
    @Test
    void memoryIsBounded() throws Exception {
        DatabaseSettings into = freshH2();
        Process process = ImportProcess.java("-Xmx64m", "bounded", into.url(), "" + ImportProcess.BOUNDED_ROWS);
        try {
            String answer = process.inputReader().readLine();
            assertThat(answer).isEqualTo("there and back: " + ImportProcess.BOUNDED_ROWS);
        } finally {
            process.destroyForcibly();
        }
    }
}
