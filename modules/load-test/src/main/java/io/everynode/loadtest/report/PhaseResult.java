package io.everynode.loadtest.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.loadtest.plan.Phase;
import io.everynode.loadtest.times.CallBook;
import io.everynode.loadtest.times.Spread;
import io.everynode.objects.Json;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was measured of one phase.
 *
 * @param count Pods (or nodes, where nodes join) that it was about
 * @param seconds from its first request to the last event on the watch of Pods (or Nodes) that made it whole
 * @param statusSeconds the same on the watch of the DaemonSet; null where there is none
 * @param times of each Pod (or node) by what was measured
 * @param calls of the API, by method and resource
 */
public record PhaseResult(
        Phase phase,
        int count,
        double seconds,
        Double statusSeconds,
        Map<String, Spread> times,
        Map<String, CallBook.Figures> calls,
        Costs costs) {

    public PhaseResult {
        times = Map.copyOf(times);
        calls = Map.copyOf(calls);
    }

    /** Pods (or nodes) in a second. */
    public double rate() {
        return seconds == 0 ? 0 : count / seconds;
    }

    /** Milliseconds of processor time for each Pod; null when it was not measured. */
    public Double cpuMillisEach() {
        return costs.serverCpuSeconds() == null || count == 0 ? null : costs.serverCpuSeconds() * 1000 / count;
    }

    /** The spread that says most about this phase; null when nothing of the kind happened. */
    public Spread main() {
        return times.get(phase.mainTime());
    }

    Double each(Long total) {
        return total == null || count == 0 ? null : (double) total / count;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("phase", phase.key())
                .put("count", count)
                .put("seconds", Numbers.rounded(seconds))
                .put("perSecond", Numbers.rounded(rate()));
        put(json, "statusSeconds", statusSeconds);
        put(json, "serverCpuSeconds", costs.serverCpuSeconds());
        put(json, "serverCpuMillisEach", cpuMillisEach());
        put(json, "serverPeakMiB", costs.serverPeakMiB());
        put(json, "driverCpuSeconds", costs.driverCpuSeconds());
        put(json, "revisions", costs.revisions());
        put(json, "revisionsEach", each(costs.revisions()));
        put(json, "journalRows", costs.journalRows());
        put(json, "journalRowsEach", each(costs.journalRows()));
        put(json, "journalBytes", costs.journalBytes());
        put(json, "journalBytesEach", each(costs.journalBytes()));
        ObjectNode millis = json.putObject("millis");
        sorted(times).forEach((name, spread) -> millis.set(name, json(spread)));
        ObjectNode called = json.putObject("calls");
        sorted(calls)
                .forEach((name, call) -> called.set(name, json(call.spread()).put("refused", call.refused())));
        return json;
    }

    private static <T> Map<String, T> sorted(Map<String, T> map) {
        return new TreeMap<>(map);
    }

    private static void put(ObjectNode json, String name, Number value) {
        if (value instanceof Long whole) {
            json.put(name, whole);
        } else if (value != null) {
            json.put(name, Numbers.rounded(value.doubleValue()));
        }
    }

    private static ObjectNode json(Spread spread) {
        return Json.object()
                .put("count", spread.count())
                .put("p50", Numbers.rounded(spread.p50()))
                .put("p99", Numbers.rounded(spread.p99()))
                .put("max", Numbers.rounded(spread.max()));
    }
}
