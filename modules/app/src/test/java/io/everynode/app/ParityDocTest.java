package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps docs/parity.md true: each row has a verdict, and each test that it names is there. Tests of other modules are
 * not on this class path, so their sources are read.
 */
class ParityDocTest {

    private static final Path ROOT = Path.of("..", "..");
    private static final Path DOCUMENT = ROOT.resolve("docs/parity.md");
    private static final Set<String> VERDICTS = Set.of("same", "stronger", "not applicable", "open");

    /** Fewer rows than upstream has cases would mean that some were lost. */
    private static final int CASES = 134;

    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]*Test)\\.([a-z][A-Za-z0-9]*)`");

    private record Row(String upstream, String ours, String verdict, String why) {}

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(DOCUMENT, StandardCharsets.UTF_8)) {
            if (!line.startsWith("|") || line.startsWith("|---") || line.startsWith("| Upstream")) {
                continue;
            }
            List<String> cells = Arrays.stream(
                            line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                    .map(String::strip)
                    .toList();
            assertThat(cells).as("cells of: %s", line).hasSize(4);
            rows.add(new Row(cells.get(0), cells.get(1), cells.get(2), cells.get(3)));
        }
        return rows;
    }

    @Test
    void everyCaseHasAVerdict() throws IOException {
        List<Row> rows = rows();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(CASES);
        Set<String> seen = new HashSet<>();
        for (Row row : rows) {
            assertThat(VERDICTS).as("verdict of %s", row.upstream).contains(row.verdict);
            assertThat(row.verdict.equals("same") || !row.why.isEmpty())
                    .as("a reason for %s", row.upstream)
                    .isTrue();
            assertThat(seen.add(row.upstream))
                    .as("%s has one row", row.upstream)
                    .isTrue();
            if (row.verdict.equals("same") || row.verdict.equals("stronger")) {
                assertThat(TEST.matcher(row.ours).find())
                        .as("a test for %s", row.upstream)
                        .isTrue();
            }
        }
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Map<String, String> sources = testSources();
        List<String> missing = new ArrayList<>();
        for (Row row : rows()) {
            Matcher matcher = TEST.matcher(row.ours);
            while (matcher.find()) {
                String source = sources.getOrDefault(matcher.group(1), "");
                if (!isTest(source, matcher.group(2))) {
                    missing.add(row.upstream + ": " + matcher.group());
                }
            }
            assertThat(matcher.replaceAll("").replaceAll("[, -]", ""))
                    .as("something else among the tests for %s", row.upstream)
                    .isEmpty();
        }
        assertThat(missing).isEmpty();
    }

    /** Whether the method is there, with an annotation that makes it run, and is not switched off. */
    private static boolean isTest(String source, String method) {
        Matcher declared =
                Pattern.compile("\\n {4}(?:public )?void " + method + "\\(").matcher(source);
        if (!declared.find()) {
            return false;
        }
        String before = source.substring(0, declared.start());
        // A blank line ends what is above a member.
        String annotations = before.substring(before.lastIndexOf("\n\n") + 1);
        return Pattern.compile("@(Test|ParameterizedTest|Property|RepeatedTest)\\b")
                        .matcher(annotations)
                        .find()
                && !annotations.contains("@Disabled");
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT.resolve("modules"))) {
            for (Path module : modules.toList()) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    try (Stream<Path> files = Files.walk(tests)) {
                        for (Path file : files.filter(f -> f.toString().endsWith("Test.java"))
                                .toList()) {
                            String name = file.getFileName().toString();
                            sources.merge(
                                    name.substring(0, name.length() - ".java".length()),
                                    Files.readString(file, StandardCharsets.UTF_8),
                                    String::concat);
                        }
                    }
                }
            }
        }
        return sources;
    }
}
