package io.everynode.loadtest.report;

import static io.everynode.loadtest.report.Figure.ofAnyPhase;
import static io.everynode.loadtest.report.Figure.ofField;
import static io.everynode.loadtest.report.Figure.ofPhase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.everynode.loadtest.report.Bar.Side;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** All bars of docs/performance.md beside what scripts/measure-bars has measured. Pure. */
public final class Bars {

    private static final double NO_LIMIT = 0;

    private final List<Bar> bars = new ArrayList<>();

    private Bars() {
        for (int nodes : new int[] {1000, 5000, 15_000}) {
            outside("outside-" + nodes, ", " + nodes + " nodes outside");
        }
        most(
                "CPU for each Pod created, 15,000 nodes in relation to 1,000",
                ofPhase("outside-15000", "create", "serverCpuMillisEach")
                        .over(ofPhase("outside-1000", "create", "serverCpuMillisEach")),
                1.3,
                "times");
        most("memory of server and database, 5,000 nodes", ofAnyPhase("outside-5000", "serverPeakMiB"), 614, "MiB");
        most("`event_payload` for each Pod", ofPhase("outside-5000", "create", "journalBytesEach"), 700, "bytes");
        inside();
        most("eligibility and status, one pass", ofField("passes", "plain"), 50, "ns a node");
        most("the same with six NotIn terms", ofField("passes", "notIn"), 200, "ns a node");
        most(
                "first Pod bound on a node that joins, p99",
                ofPhase("outside-5000", "join-one", "millis", "bound", "p99"),
                50,
                "ms");
        watches();
        most(
                "5,000 nodes at rest",
                ofPhase("outside-5000", "rest", "serverCpuSeconds")
                        .over(ofPhase("outside-5000", "rest", "seconds"))
                        .inPercent(),
                15,
                "% of a core");
        most("5,000 nodes at rest, journal", ofPhase("outside-5000", "rest", "journalRows"), 0, "rows");
        most("restart, 5,000 nodes and 10,000 Pods", ofField("restart-5000", "seconds"), 8, "s");
        most("restart, 100,000 nodes", ofField("restart-100000", "seconds"), 45, "s");
        most("list of 10,000 Pods, p50", ofField("lists", "medianMillis"), 150, "ms");
        most("list of 10,000 Pods, p99", ofField("lists", "p99Millis"), 150, "ms");
        cluster();
        doors();
    }

    private void outside(String part, String at) {
        least("create" + at, ofPhase(part, "create", "perSecond"), 1000, "Pods/s");
        least("rolling update, maxUnavailable 100 %" + at, ofPhase(part, "update-100", "perSecond"), 600, "Pods/s");
        least("delete" + at, ofPhase(part, "delete", "perSecond"), 1500, "Pods/s");
        least("join" + at, ofPhase(part, "join", "perSecond"), 1000, "nodes/s");
        most("CPU for each Pod created" + at, ofPhase(part, "create", "serverCpuMillisEach"), 1.5, "ms");
        // A machine that is slower today is slower for both.
        none(
                "the same in relation to the driver's CPU",
                ofPhase(part, "create", "serverCpuSeconds").over(ofPhase(part, "create", "driverCpuSeconds")),
                "times");
    }

    private void inside() {
        none("create, 1000 nodes in the server", ofPhase("inside-1000", "create", "perSecond"), "Pods/s");
        none("create, 5000 nodes in the server", ofPhase("inside-5000", "create", "perSecond"), "Pods/s");
        least("create, 15000 nodes in the server", ofPhase("inside-15000", "create", "perSecond"), 3000, "Pods/s");
        most("create, 100000 nodes in the server, heap 4 GiB", ofPhase("inside-100000", "create", "seconds"), 60, "s");
        none("the same, server and database", ofAnyPhase("inside-100000", "serverPeakMiB"), "MiB");
    }

    private void watches() {
        most(
                "commit to a watching client, 500 changes/s, p99",
                ofField("watches", "millis", "committedToSeen", "p99"),
                10,
                "ms");
        none("the same, p50", ofField("watches", "millis", "committedToSeen", "p50"), "ms");
        most(
                "the same beside 5,000 watches of one node each, p99",
                ofField("node-watches", "millis", "committedToSeen", "p99"),
                25,
                "ms");
        most(
                "commit to the watch of the Pod's own node, one of 5,000, p99",
                ofField("node-watches", "millis", "committedToSeenByNode", "p99"),
                25,
                "ms");
        none("the same, p50", ofField("node-watches", "millis", "committedToSeenByNode", "p50"), "ms");
    }

    private void cluster() {
        for (int nodes : new int[] {1000, 5000}) {
            least(
                    "create on three JVMs, " + nodes + " nodes, in relation to one JVM",
                    ofPhase("cluster-" + nodes, "create", "perSecond")
                            .over(ofPhase("outside-" + nodes, "create", "perSecond"))
                            .inPercent(),
                    60,
                    "%");
            none(
                    "three JVMs' CPU for each Pod created, " + nodes + " nodes",
                    ofPhase("cluster-" + nodes, "create", "serverCpuMillisEach"),
                    "ms");
        }
        most(
                "three JVMs' CPU for each Pod, 5,000 nodes in relation to 1,000",
                ofPhase("cluster-5000", "create", "serverCpuMillisEach")
                        .over(ofPhase("cluster-1000", "create", "serverCpuMillisEach")),
                1,
                "times");
    }

    private void doors() {
        least(
                "create with TLS and roles, in relation to without",
                ofField("doors", "create").inPercent(),
                75,
                "%");
        least("rolling update, likewise", ofField("doors", "update-100").inPercent(), 75, "%");
    }

    private void least(String what, Figure figure, double limit, String unit) {
        bars.add(new Bar(what, figure, Side.LEAST, limit, unit));
    }

    private void most(String what, Figure figure, double limit, String unit) {
        bars.add(new Bar(what, figure, Side.MOST, limit, unit));
    }

    private void none(String what, Figure figure, String unit) {
        bars.add(new Bar(what, figure, Side.NONE, NO_LIMIT, unit));
    }

    /** @param parts what was written, by the names of the parts */
    public static String table(Map<String, JsonNode> parts) {
        StringBuilder text = new StringBuilder("| | bar | measured | |\n|---|---|---|---|\n");
        for (Bar bar : new Bars().bars) {
            OptionalDouble found = bar.figure().in(parts);
            text.append("| ")
                    .append(bar.what())
                    .append(" | ")
                    .append(bar.goal())
                    .append(" | ")
                    .append(found.isEmpty() ? "–" : Numbers.shown(found.getAsDouble()) + " " + bar.unit())
                    .append(" | ")
                    .append(bar.verdict(parts).words())
                    .append(" |\n");
        }
        return text.toString();
    }

    public static ArrayNode json(Map<String, JsonNode> parts) {
        ArrayNode all = Json.mapper().createArrayNode();
        for (Bar bar : new Bars().bars) {
            OptionalDouble found = bar.figure().in(parts);
            Double figure = found.isEmpty() ? null : found.getAsDouble();
            all.addObject()
                    .put("bar", bar.what())
                    .put("side", bar.side().name())
                    .put("limit", bar.side() == Side.NONE ? null : bar.limit())
                    .put("figure", figure)
                    .put("unit", bar.unit())
                    .put("verdict", bar.verdict(parts).name());
        }
        return all;
    }
}
