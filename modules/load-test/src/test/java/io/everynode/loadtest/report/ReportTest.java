package io.everynode.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.loadtest.plan.Phase;
import io.everynode.loadtest.times.CallBook;
import io.everynode.loadtest.times.Spread;
import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final PhaseResult MEASURED = new PhaseResult(
            Phase.CREATE,
            200,
            0.5,
            0.75,
            Map.of("start", new Spread(200, 301.5, 402, 1234)),
            Map.of("PATCH pods/status", new CallBook.Figures(new Spread(400, 2.5, 9, 12), 3)),
            new Costs(0.3, 512.0, 0.2, 602L, 600L, 120_000L));

    private static final PhaseResult UNMEASURED =
            new PhaseResult(Phase.DELETE, 200, 0, null, Map.of(), Map.of(), Costs.UNKNOWN);

    @Test
    void aTableHoldsARowForEachPhase() {
        String table = ResultTable.phases(new SizeResult(200, List.of(MEASURED, UNMEASURED)));
        List<String> lines = table.lines().toList();
        assertThat(lines)
                .hasSize(4)
                .allMatch(line -> line.length() == lines.get(0).length());
        assertThat(cells(lines.get(2)))
                .containsExactly(
                        "create, all Ready",
                        "200",
                        "0.500",
                        "400",
                        "start",
                        "302",
                        "402",
                        "1,234",
                        "0.750",
                        "1.50",
                        "512",
                        "3.01",
                        "600");
        assertThat(cells(lines.get(3)))
                .containsExactly("delete", "200", "0", "0", "end", "–", "–", "–", "–", "–", "–", "–", "–");
    }

    @Test
    void anotherTableHoldsTheCalls() {
        List<String> lines = ResultTable.calls(new SizeResult(200, List.of(MEASURED, UNMEASURED)))
                .lines()
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(cells(lines.get(2)))
                .containsExactly("create", "PATCH pods/status", "400", "3", "2.50", "9.00", "12.0");
    }

    @Test
    void theFileHoldsAllFiguresAndLeavesOutWhatWasNotMeasured() {
        RunReport report = new RunReport(Json.object().put("label", "mine"));
        report.add(new SizeResult(200, List.of(MEASURED, UNMEASURED)));
        report.failed("broken");
        JsonNode json = report.toJson();
        assertThat(json.path("format").asText()).isEqualTo("everynode-load-test/1");
        assertThat(json.path("label").asText()).isEqualTo("mine");
        assertThat(json.path("failed").asText()).isEqualTo("broken");
        assertThat(json.at("/sizes/0/phases/0"))
                .hasToString("{\"phase\":\"create\",\"count\":200,\"seconds\":0.5,\"perSecond\":400.0,"
                        + "\"statusSeconds\":0.75,\"serverCpuSeconds\":0.3,\"serverCpuMillisEach\":1.5,"
                        + "\"serverPeakMiB\":512.0,\"driverCpuSeconds\":0.2,\"revisions\":602,\"revisionsEach\":3.01,"
                        + "\"journalRows\":600,\"journalRowsEach\":3.0,\"journalBytes\":120000,"
                        + "\"journalBytesEach\":600.0,"
                        + "\"millis\":{\"start\":{\"count\":200,\"p50\":301.5,\"p99\":402.0,\"max\":1234.0}},"
                        + "\"calls\":{\"PATCH pods/status\":{\"count\":400,\"p50\":2.5,\"p99\":9.0,\"max\":12.0,"
                        + "\"refused\":3}}}");
        assertThat(json.at("/sizes/0/phases/1"))
                .hasToString("{\"phase\":\"delete\",\"count\":200,\"seconds\":0.0,\"perSecond\":0.0,\"millis\":{},"
                        + "\"calls\":{}}");
    }

    private static List<String> cells(String row) {
        return List.of(row.substring(1, row.length() - 1).split("\\|")).stream()
                .map(String::strip)
                .toList();
    }
}
