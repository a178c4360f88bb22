package io.everynode.loadtest.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Growth over the number of nodes, from the files of several runs. Pure. */
public final class Curves {

    private Curves() {}

    /** @param y what was measured with so many nodes */
    public record Point(int nodes, double y) {}

    /** One line. */
    public record Series(String name, List<Point> points) {}

    /** One diagram. */
    public record Panel(String title, List<Series> series) {}

    /** A figure of a phase, and what the diagram of it is called. */
    private record Figure(String field, String title) {}

    private static final List<Figure> FIGURES = List.of(
            new Figure("perSecond", "Pods (or nodes) per second"),
            new Figure("serverCpuMillisEach", "server CPU, ms for each Pod (or node)"));

    /**
     * One panel for each figure that was measured; in it a line for each run's label and phase. Of several measurements
     * with the same label, phase and number of nodes the median counts.
     *
     * @param runs what {@link RunReport#toJson} has made
     * @param phases keys of the phases to draw
     * @throws IllegalArgumentException with a message for people when a run has another form
     */
    public static List<Panel> of(List<JsonNode> runs, Collection<String> phases) {
        List<Panel> panels = new ArrayList<>();
        for (Figure figure : FIGURES) {
            Map<String, TreeMap<Integer, List<Double>>> lines = new LinkedHashMap<>();
            runs.forEach(run -> collect(run, phases, figure.field(), lines));
            if (!lines.isEmpty()) {
                panels.add(new Panel(figure.title(), series(lines)));
            }
        }
        return panels;
    }

    private static void collect(
            JsonNode run, Collection<String> phases, String field, Map<String, TreeMap<Integer, List<Double>>> lines) {
        if (!Json.text(run, "format").equals(RunReport.FORMAT)) {
            throw new IllegalArgumentException("is not of the form " + RunReport.FORMAT);
        }
        String label = Json.text(run, "label");
        for (JsonNode size : run.path("sizes")) {
            for (JsonNode phase : size.path("phases")) {
                String key = Json.text(phase, "phase");
                if (phases.contains(key) && phase.path(field).isNumber()) {
                    lines.computeIfAbsent(label.isEmpty() ? key : label + ": " + key, name -> new TreeMap<>())
                            .computeIfAbsent(size.path("nodes").asInt(), nodes -> new ArrayList<>())
                            .add(phase.path(field).asDouble());
                }
            }
        }
    }

    private static List<Series> series(Map<String, TreeMap<Integer, List<Double>>> lines) {
        List<Series> all = new ArrayList<>();
        lines.forEach((name, values) -> {
            List<Point> points = new ArrayList<>();
            values.forEach((nodes, measured) -> points.add(new Point(nodes, median(measured))));
            all.add(new Series(name, List.copyOf(points)));
        });
        return all;
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
