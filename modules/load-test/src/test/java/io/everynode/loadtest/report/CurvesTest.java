package io.everynode.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.loadtest.plan.Phase;
import io.everynode.loadtest.report.Curves.Panel;
import io.everynode.loadtest.report.Curves.Point;
import io.everynode.loadtest.report.Curves.Series;
import io.everynode.objects.Json;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

class CurvesTest {

    @Test
    void aLineForEachLabelAndPhaseWithTheMedianOfEachSize() {
        List<Panel> panels = Curves.of(
                List.of(run("A & B", 200, 100, 1.0), run("A & B", 200, 300, 3.0), run("A & B", 1000, 150, null)),
                List.of("create"));
        assertThat(panels)
                .containsExactly(
                        new Panel(
                                "Pods (or nodes) per second",
                                List.of(new Series(
                                        "A & B: create", List.of(new Point(200, 200), new Point(1000, 150))))),
                        new Panel(
                                "server CPU, ms for each Pod (or node)",
                                List.of(new Series("A & B: create", List.of(new Point(200, 2))))));
    }

    @Test
    void otherFilesAreRefused() {
        JsonNode other = Json.object().put("format", "something/1");
        assertThatThrownBy(() -> Curves.of(List.of(other), List.of("create")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDrawingIsXmlWithALineForEachSeries(boolean logarithmic) throws Exception {
        List<Panel> panels = Curves.of(
                List.of(run("A & <B>", 200, 100, 1.0), run("A & <B>", 5000, 0, 30.0), run("", 1000, 25, 72.5)),
                List.of("create"));
        String svg = CurvesSvg.draw(panels, logarithmic);
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("polyline").getLength()).isEqualTo(4);
        assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(6);
        assertThat(svg)
                .contains("A &amp; &lt;B&gt;: create")
                .contains(">5,000<")
                .doesNotContain("NaN", "Infinity");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.5", "0.9, 1", "3, 3", "7, 8", "101, 150", "1000, 1000"})
    void linearAxesEndAtARoundNumber(double highest, double end) {
        Axis axis = Axis.linear(highest);
        assertThat(axis.high()).isCloseTo(end, within(1e-9));
        assertThat(axis.ticks().get(0)).isZero();
        assertThat(axis.ticks()).hasSizeBetween(2, 6);
        assertThat(axis.place(axis.high(), 100)).isEqualTo(100);
    }

    @Test
    void logarithmicAxesGoFromPowerToPower() {
        Axis axis = Axis.logarithmic(25, 1000);
        assertThat(axis.ticks()).containsExactly(10.0, 100.0, 1000.0);
        assertThat(axis.place(100, 200)).isCloseTo(100, within(1e-9));
        Axis single = Axis.ofNodes(new TreeSet<>(List.of(1000)));
        assertThat(single.place(1000, 500)).isCloseTo(250, within(1e-9));
    }

    private static JsonNode run(String label, int nodes, int perSecond, Double cpuMillis) {
        Costs costs = new Costs(cpuMillis == null ? null : cpuMillis * 100 / 1000, null, null, null, null, null);
        RunReport report = new RunReport(Json.object().put("label", label));
        double seconds = perSecond == 0 ? 0 : 100.0 / perSecond;
        report.add(new SizeResult(
                nodes, List.of(new PhaseResult(Phase.CREATE, 100, seconds, null, Map.of(), Map.of(), costs))));
        return report.toJson();
    }
}
