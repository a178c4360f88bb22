package io.everynode.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.loadtest.report.Bars;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bars}: the table of scripts/measure-bars, from the file of each of its parts. */
@Command(
        name = "bars",
        description = "Prints what scripts/measure-bars has measured beside the bars, as a table in Markdown.",
        mixinStandardHelpOptions = true)
final class BarsCommand implements Callable<Integer> {

    private static final String END = ".json";

    @Parameters(paramLabel = "DIR", description = "Where the files of the parts are, each PART.json.")
    private Path directory;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the same there as JSON; not into DIR.")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Map<String, JsonNode> parts = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + END)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                parts.put(
                        name.substring(0, name.length() - END.length()),
                        Json.mapper().readTree(Files.readAllBytes(file)));
            }
        }
        spec.commandLine().getOut().print(Bars.table(parts));
        spec.commandLine().getOut().flush();
        if (json != null) {
            Files.writeString(json, Bars.json(parts).toPrettyString() + "\n");
        }
        return 0;
    }
}
