package io.everynode.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The bill of materials that the build of app has just written holds what is on the server's class path, and nothing
 * else. Maven leaves it out when it is offline: then there is none, or an old one, and nothing is tested.
 */
class BillOfMaterialsTest {

    private static final Path APP = Path.of("../app/target");
    private static final Pattern PURL = Pattern.compile("pkg:maven/([^/]+)/([^@]+)@([^?]+)(?:\\?(.*))?");
    private static final Pattern CLASSIFIER = Pattern.compile("(?:^|&)classifier=([^&]+)");

    private static JsonNode bill;

    @BeforeAll
    static void read() throws IOException {
        Path file = APP.resolve("bom.json");
        Path classpath = APP.resolve("server-classpath");
        assumeTrue(
                Files.exists(file)
                        && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(classpath)) >= 0,
                "mvn verify, not offline, writes it");
        bill = new ObjectMapper().readTree(file.toFile());
    }

    /** As jars are named in a repository of Maven. */
    private static String file(String purl) {
        Matcher parts = PURL.matcher(purl);
        assertThat(parts.matches()).as(purl).isTrue();
        String rest = parts.group(4) == null ? "" : parts.group(4);
        Matcher classifier = CLASSIFIER.matcher(rest);
        return parts.group(1).replace('.', '/') + "/" + parts.group(2) + "/" + parts.group(3) + "/" + parts.group(2)
                + "-" + parts.group(3) + (classifier.find() ? "-" + classifier.group(1) : "") + ".jar";
    }

    private static List<String> purls() {
        return bill.at("/components").findValuesAsText("purl");
    }

    @Test
    void itHoldsTheLibrariesOfTheClassPathAndNoOthers() throws IOException {
        Set<String> listed = new TreeSet<>();
        purls().stream()
                .filter(purl -> !purl.contains("/io.everynode/"))
                .map(BillOfMaterialsTest::file)
                .forEach(listed::add);
        Set<String> shipped = new TreeSet<>();
        Arrays.stream(Files.readString(APP.resolve("server-classpath")).strip().split(File.pathSeparator))
                .filter(entry -> !entry.contains("/everynode-") && entry.endsWith(".jar"))
                .map(BillOfMaterialsTest::withoutRepository)
                .forEach(shipped::add);
        assertThat(shipped).hasSizeGreaterThan(50);
        assertThat(listed.stream().map(BillOfMaterialsTest::withoutRepository))
                .containsExactlyInAnyOrderElementsOf(shipped);
    }

    /** Artifact, version and file: wherever the repository is, and so without the group. */
    private static String withoutRepository(String jar) {
        Path path = Path.of(jar);
        return path.subpath(path.getNameCount() - 3, path.getNameCount()).toString();
    }

    @Test
    void itIsOfTheProgramAndItsModulesWithHashesAndLicences() {
        assertThat(bill.at("/bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bill.at("/metadata/component/name").asText()).isEqualTo("everynode-app");
        assertThat(purls().stream().filter(purl -> purl.contains("/io.everynode/")))
                .extracting(purl -> purl.replaceAll(".*/(.*)@.*", "$1"))
                .containsExactlyInAnyOrder(
                        "everynode-objects",
                        "everynode-core",
                        "everynode-control-plane",
                        "everynode-api-server",
                        "everynode-nodes");
        assertThat(bill.at("/components")).allSatisfy(component -> {
            assertThat(component.at("/hashes")).as("%s", component.at("/purl")).isNotEmpty();
            assertThat(component.at("/licenses"))
                    .as("%s", component.at("/purl"))
                    .isNotEmpty();
        });
    }
}
