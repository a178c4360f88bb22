package io.everynode.compatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * What a judge found, as lines {@code area, call, client and version, pass or the reason why not} between tabs, for the
 * table in docs/compatibility.md. Written to {@code -Deverynode.compatibility.dir}, by default target/compatibility at
 * the repository's root. Not thread-safe.
 */
public final class CompatibilityLines {

    private static final String PASS = "pass";

    private final String area;
    private final String client;
    private final TreeMap<String, String> results = new TreeMap<>();

    public CompatibilityLines(String area, String client) {
        this.area = area;
        this.client = client;
    }

    public void pass(String call) {
        results.putIfAbsent(call, PASS);
    }

    /** A failure wins over a pass of the same call. */
    public void fail(String call, String why) {
        results.put(call, why);
    }

    /** @param file such as "judge-golden", without its ending */
    public void write(String file) throws IOException {
        Path directory = Path.of(System.getProperty("everynode.compatibility.dir", "../../target/compatibility"));
        Files.createDirectories(directory);
        List<String> lines = results.entrySet().stream()
                .map(each ->
                        String.join("\t", plain(area), plain(each.getKey()), plain(client), plain(each.getValue())))
                .toList();
        Files.write(directory.resolve(file + ".tsv"), lines);
    }

    private static String plain(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
