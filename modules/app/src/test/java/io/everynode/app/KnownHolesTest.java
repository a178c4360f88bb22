package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.app.KnownHoles.Library;
import io.everynode.app.KnownHoles.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the server ships has no hole that is known to config/known-holes.tsv, and all of it was looked at. */
class KnownHolesTest {

    private static KnownHoles holes;
    private static List<Library> shipped;

    @BeforeAll
    static void read() throws IOException {
        holes = KnownHoles.read(Path.of("../../config/known-holes.tsv"));
        shipped = KnownHoles.shipped(
                Files.readString(Path.of("target/server-classpath")),
                Path.of(System.getProperty(
                        "everynode.test.repository", System.getProperty("user.home") + "/.m2/repository")));
        assertThat(shipped)
                .extracting(Library::name)
                .contains("org.apache.pekko:pekko-actor_2.13", "org.postgresql:postgresql", "com.h2database:h2");
    }

    @Test
    void nothingThatIsShippedHasAKnownHole() {
        assertThat(holes.found(shipped)).isEmpty();
    }

    @Test
    void whateverIsShippedWasLookedAt() {
        assertThat(shipped)
                .allSatisfy(library ->
                        assertThat(holes.rows()).as("rows for %s", library).anyMatch(row -> row.concerns(library)));
    }

    /** When the version changes, somebody looks again. What is not shipped on this machine may be on others. */
    @Test
    void whatIsAcceptedIsShipped() {
        assertThat(holes.rows().stream().filter(row -> !row.accepted().equals("-")))
                .allSatisfy(row -> assertThat(shipped.stream().filter(row::concerns))
                        .as("%s", row)
                        .allMatch(library ->
                                row.affects(library) && library.version().equals(row.accepted())))
                .as("a wildcard would accept more than was looked at")
                .noneMatch(row -> row.artifact().contains("*"));
    }

    /** By what the rows say, and not by luck. */
    @Test
    void aPlantedRowIsFound() {
        Library shippedOne = shipped.get(0);
        Row planted = Row.of("CVE-2026-0001\t" + shippedOne.name() + "\t(,9999999)\t-\t-\tplanted\t-");
        assertThat(new KnownHoles(List.of(planted)).found(shipped))
                .singleElement()
                .satisfies(words -> assertThat(words)
                        .contains(shippedOne.name(), shippedOne.version(), "CVE-2026-0001", "planted"));
        assertThat(holes.found(List.of(new Library("ch.qos.logback:logback-core", "1.5.18"))))
                .anyMatch(words -> words.contains("CVE-2025-11226"));
        assertThat(holes.found(List.of(new Library("com.fasterxml.jackson.core:jackson-databind", "2.21.0-rc1"))))
                .as("versions are compared as Maven does, not as text")
                .anyMatch(words -> words.contains("CVE-2026-54512"));
        assertThat(holes.found(List.of(new Library("com.fasterxml.jackson.core:jackson-core", "2.9.10"))))
                .anyMatch(words -> words.contains("CVE-2025-49128"));
    }

    @Test
    void everyRowCanBeRead() {
        assertThat(holes.rows()).allSatisfy(row -> {
            if (!row.id().equals("none")) {
                assertThat(row.range().hasRestrictions()).as("%s", row).isTrue();
                assertThat(row.source()).startsWith("https://");
            }
        });
        assertThatThrownBy(() -> Row.of("CVE-1\ta:b\t(,1)\t1\t-\tx\t-")).isInstanceOf(IllegalArgumentException.class);
    }
}
