package io.everynode.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.loadtest.plan.Phase;
import io.everynode.loadtest.report.Curves;
import io.everynode.loadtest.report.CurvesSvg;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code curves}: draws what {@code run} has written. */
@Command(
        name = "curves",
        description = "Draws growth curves from the files of one or several runs.",
        mixinStandardHelpOptions = true)
final class CurvesCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "What run --json has written.")
    private List<Path> files;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The SVG to write.")
    private Path out;

    @Option(
            names = "--phases",
            split = ",",
            defaultValue = "create,update-100,delete",
            paramLabel = "PHASE",
            description = "What is drawn (default: ${DEFAULT-VALUE}).")
    private List<String> phases;

    @Option(names = "--logarithmic", description = "Equal factors in equal steps, also from below to above.")
    private boolean logarithmic;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<JsonNode> runs = new ArrayList<>();
        for (Path file : files) {
            JsonNode run = Json.mapper().readTree(Files.readAllBytes(file));
            try {
                Curves.of(List.of(run), phases);
            } catch (IllegalArgumentException e) {
                throw new IOException(file + " " + e.getMessage(), e);
            }
            runs.add(run);
        }
        List<Curves.Panel> panels;
        try {
            phases.forEach(Phase::of);
            panels = Curves.of(runs, phases);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (panels.isEmpty()) {
            throw new IOException("these files hold none of the phases " + String.join(", ", phases));
        }
        Files.writeString(out, CurvesSvg.draw(panels, logarithmic));
        return 0;
    }
}
