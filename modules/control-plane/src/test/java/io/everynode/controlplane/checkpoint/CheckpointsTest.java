package io.everynode.controlplane.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogState;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventSerializer;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.controlplane.state.DeepText;
import io.everynode.core.event.Caller;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on disk is used only if it is whole, this program's and this journal's; and only what is needed is kept. */
class CheckpointsTest {

    @TempDir
    private Path dataDir;

    private static Config limits(int changesHeld) {
        return ConfigFactory.parseString(
                "checkpoints { enabled = true, every-events = 5 }, changes-held = " + changesHeld);
    }

    /** A journal of ConfigMaps. */
    private static final class Journal implements JournalReader {
        private final List<JournalRow> rows = new ArrayList<>();
        private final CatalogFold fold = new CatalogFold(CatalogState.EMPTY);

        JournalRow write(String name) {
            long ordering = rows.size() + 1L;
            var tree = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
            tree.putObject("metadata")
                    .put("name", name)
                    .put("namespace", "default")
                    .put("uid", "uid-" + name);
            EventMeta meta = new EventMeta(ordering, new Caller("u", "c"), "c" + ordering, "", "", 0, 0);
            ResourceEvent event = new ResourceEvent.Stored(JsonBytes.of(tree));
            byte[] bytes = EventCodec.encode(new Recorded<>(meta, event));
            String manifest = EventTypes.of(event).manifest();
            String id = PersistenceIds.encode(EntityIds.RESOURCE, "", "configmaps", "default", name);
            rows.add(new JournalRow(ordering, id, 1, 0, EventSerializer.IDENTIFIER, manifest, bytes));
            fold.apply(ordering, id, 1, EventCodec.decode(manifest, bytes));
            return rows.get(rows.size() - 1);
        }

        @Override
        public Page page(long ordering, int maxRows, long maxBytes) {
            List<JournalRow> found = rows.stream()
                    .filter(row -> row.ordering() > ordering)
                    .limit(maxRows)
                    .toList();
            return new Page(found, found.size() < maxRows);
        }

        @Override
        public long maxOrdering() {
            return rows.size();
        }
    }

    private static void write(Checkpoints checkpoints, Journal journal, JournalRow last) {
        checkpoints.write(CheckpointHeader.of(last, last.ordering(), last.ordering()), journal.fold.state());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.list(dataDir.resolve("checkpoints"))) {
            return paths.sorted().toList();
        }
    }

    private Checkpoints.Start start(JournalReader journal) {
        return Checkpoints.of(limits(100), dataDir).start(journal);
    }

    @Test
    void theNewestIsReadAndNobodyElseMayReadIt() throws IOException {
        assertThat(start(new Journal()).isCheckpoint()).isFalse();
        Journal journal = new Journal();
        Checkpoints checkpoints = Checkpoints.of(limits(100), dataDir);
        write(checkpoints, journal, journal.write("a"));
        write(checkpoints, journal, journal.write("b"));
        Checkpoints.Start start = start(journal);
        assertThat(start.header().ordering()).isEqualTo(2);
        assertThat(DeepText.of(start.state())).isEqualTo(DeepText.of(journal.fold.state()));
        assertThat(files())
                .hasSize(2)
                .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
        assertThat(Checkpoints.of(limits(100), null).start(journal).isCheckpoint())
                .isFalse();
    }

    @Test
    void aDamagedOneIsIgnoredWhereverTheDamageIs() throws IOException {
        Journal journal = new Journal();
        Checkpoints checkpoints = Checkpoints.of(limits(100), dataDir);
        write(checkpoints, journal, journal.write("a"));
        String first = DeepText.of(journal.fold.state());
        write(checkpoints, journal, journal.write("b"));
        String second = DeepText.of(journal.fold.state());
        Path newest = files().get(1);
        byte[] whole = Files.readAllBytes(newest);
        Random random = new Random(44);
        for (int at = 0; at < whole.length; at += 1 + random.nextInt(9)) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 + random.nextInt(255));
            Files.write(newest, damaged);
            // A bit of gzip's header that says nothing about the content may change nothing.
            assertThat(DeepText.of(start(journal).state())).isIn(first, second);
        }
        for (int length = 0; length < whole.length; length += 1 + random.nextInt(20)) {
            Files.write(newest, java.util.Arrays.copyOf(whole, length));
            assertThat(DeepText.of(start(journal).state())).isEqualTo(first);
        }
        Files.write(newest, "something else".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.delete(files().get(0));
        assertThat(start(journal).isCheckpoint()).isFalse();
    }

    @Test
    void anotherJournalsIsIgnoredAndAnOlderOneOfThisJournalIsFound() {
        Journal journal = new Journal();
        Checkpoints checkpoints = Checkpoints.of(limits(100), dataDir);
        write(checkpoints, journal, journal.write("a"));
        write(checkpoints, journal, journal.write("b"));
        Journal restored = new Journal();
        restored.write("a");
        assertThat(start(restored).header().ordering())
                .as("a backup from before the newest")
                .isEqualTo(1);
        restored.write("c");
        assertThat(start(restored).header().ordering())
                .as("and another event in its place")
                .isEqualTo(1);
        Journal other = new Journal();
        other.write("x");
        other.write("y");
        assertThat(start(other).isCheckpoint()).isFalse();
        assertThat(start(new Journal()).isCheckpoint()).isFalse();
    }

    @Test
    void anotherProgramsIsIgnoredAndRemovedWithTheNextOne() throws IOException {
        Journal journal = new Journal();
        JournalRow last = journal.write("a");
        Path directory = Files.createDirectories(dataDir.resolve("checkpoints"));
        CheckpointFile.write(directory, "anotherprogram00", CheckpointHeader.of(last, 1, 1), journal.fold.state());
        Files.createFile(directory.resolve("left" + CheckpointFile.UNFINISHED));
        Files.createFile(directory.resolve("notes"));
        assertThat(start(journal).isCheckpoint()).isFalse();
        write(Checkpoints.of(limits(100), dataDir), journal, last);
        assertThat(files()).hasSize(2).anyMatch(file -> file.endsWith("notes"));
        assertThat(start(journal).isCheckpoint()).isTrue();
    }

    @Test
    void twoAreKeptAndThoseThatCoverTheChangesThatAreHeld() throws IOException {
        Journal journal = new Journal();
        Checkpoints checkpoints = Checkpoints.of(limits(20), dataDir);
        JournalRow last = null;
        for (int i = 1; i <= 100; i++) {
            last = journal.write("c" + i % 7);
            if (i % 6 == 0) {
                write(checkpoints, journal, last);
                List<Long> kept = checkpoints.files().stream()
                        .map(file -> file.header().changes())
                        .toList();
                assertThat(kept).hasSizeGreaterThanOrEqualTo(Math.min(2, i / 6)).hasSizeLessThanOrEqualTo(6);
                if (i > 32) {
                    assertThat(kept.get(kept.size() - 1)).isLessThanOrEqualTo(kept.get(1) - 20);
                }
            }
        }
        Checkpoints few = Checkpoints.of(limits(1), dataDir);
        write(few, journal, last);
        assertThat(few.files()).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void anyChangeOfTheProgramIsAnotherProgram() throws IOException {
        Path jar = dataDir.resolve("a.jar");
        jar(jar, "one", "m");
        var before = ProgramFingerprint.contents(jar);
        jar(jar, "one", "another build");
        assertThat(ProgramFingerprint.contents(jar)).isEqualTo(before).hasSize(1);
        jar(jar, "two", "m");
        assertThat(ProgramFingerprint.contents(jar)).isNotEqualTo(before);
        Path classes = Files.createDirectories(dataDir.resolve("classes/io"));
        Files.writeString(classes.resolve("A.class"), "one");
        var one = ProgramFingerprint.contents(dataDir.resolve("classes"));
        Files.writeString(classes.resolve("A.class"), "two");
        assertThat(ProgramFingerprint.contents(dataDir.resolve("classes"))).isNotEqualTo(one);
    }

    private static void jar(Path path, String content, String manifest) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(path))) {
            out.putNextEntry(new ZipEntry("io/A.class"));
            out.write(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            out.write(manifest.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }
}
