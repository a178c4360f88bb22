package io.everynode.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BarsTest {

    private static final String RUN = """
            {"sizes": [
              {"nodes": 300, "phases": [{"phase": "create", "perSecond": 10, "serverPeakMiB": 9000}]},
              {"nodes": 5000, "phases": [
                {"phase": "join", "perSecond": 999.9, "serverPeakMiB": 700},
                {"phase": "create", "perSecond": 1000, "serverPeakMiB": 600, "serverCpuMillisEach": 1.6,
                 "serverCpuSeconds": 8, "driverCpuSeconds": 3.2},
                {"phase": "rest", "seconds": 60, "serverCpuSeconds": 6, "journalRows": 0},
                {"phase": "join-one", "millis": {"bound": {"p99": 49.5}}}]}]}
            """;

    private final Map<String, JsonNode> parts = new HashMap<>();

    @Test
    void theLargestNumberOfNodesIsJudgedByEachPhase() throws IOException {
        parts.put("outside-5000", Json.mapper().readTree(RUN));
        assertRow("create, 5000 nodes outside", 1000.0, "MET");
        assertRow("join, 5000 nodes outside", 999.9, "MISSED");
        assertRow("delete, 5000 nodes outside", null, "NOT_MEASURED");
        assertRow("CPU for each Pod created, 5000 nodes outside", 1.6, "MISSED");
        assertRow("memory of server and database, 5,000 nodes", 700.0, "MISSED");
        assertRow("5,000 nodes at rest", 10.0, "MET");
        assertRow("5,000 nodes at rest, journal", 0.0, "MET");
        assertRow("first Pod bound on a node that joins, p99", 49.5, "MET");
        assertThat(Bars.table(parts))
                .contains("| create, 5000 nodes outside | at least 1000 Pods/s | 1,000 Pods/s | met |")
                .contains("| the same in relation to the driver's CPU | – | 2.50 times |  |")
                .contains("| join, 1000 nodes outside | at least 1000 nodes/s | – | not measured |");
    }

    @Test
    void partsAreComparedWithEachOther() throws IOException {
        parts.put("outside-5000", Json.mapper().readTree(RUN));
        parts.put("cluster-5000", Json.mapper().readTree("""
                {"sizes": [{"phases": [{"phase": "create", "perSecond": 590, "serverCpuMillisEach": 4}]}]}"""));
        parts.put("cluster-1000", Json.mapper().readTree("""
                {"sizes": [{"phases": [{"phase": "create", "perSecond": 700, "serverCpuMillisEach": 5}]}]}"""));
        assertRow("create on three JVMs, 5000 nodes, in relation to one JVM", 59.0, "MISSED");
        assertRow("create on three JVMs, 1000 nodes, in relation to one JVM", null, "NOT_MEASURED");
        assertRow("three JVMs' CPU for each Pod, 5,000 nodes in relation to 1,000", 0.8, "MET");
        assertRow("three JVMs' CPU for each Pod created, 1000 nodes", 5.0, "NO_BAR");
    }

    private void assertRow(String bar, Double figure, String verdict) {
        for (JsonNode row : Bars.json(parts)) {
            if (row.path("bar").asText().equals(bar)) {
                assertThat(row.path("verdict").asText()).as(bar).isEqualTo(verdict);
                if (figure == null) {
                    assertThat(row.path("figure").isNull()).as(bar).isTrue();
                } else {
                    assertThat(row.path("figure").asDouble()).as(bar).isEqualTo(figure);
                }
                return;
            }
        }
        throw new AssertionError("no bar " + bar);
    }
}
