package io.everynode.faults.chaos.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.faults.chaos.check.Break;
import io.everynode.faults.chaos.load.Load;
import io.everynode.faults.chaos.plan.FaultPlan;
import io.everynode.faults.chaos.record.FaultSpan;
import io.everynode.faults.chaos.record.Op;
import io.everynode.faults.chaos.record.Recorder;
import io.everynode.faults.chaos.record.RunRecord;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The figures of a run, as JSON and as a row of docs/reliability.md. For one thread. */
final class RunReport {

    private final ObjectNode json = Json.object();
    private final ArrayNode faults = json.putArray("faults");
    private final List<Double> calms = new ArrayList<>();
    private final long seed;
    private List<Break> breaks = List.of();

    RunReport(FaultPlan plan) {
        this.seed = plan.seed();
        json.put("seed", seed);
    }

    /** How many were told. */
    int faults() {
        return faults.size();
    }

    /** The line of one fault. */
    String fault(FaultSpan span, OptionalDouble sinceBegin, OptionalDouble sinceHealed) {
        ObjectNode fault = faults.addObject();
        double seconds = (span.end() - span.start()) / 1e9;
        fault.put("kind", span.fault().kind().label());
        span.fault().targets().forEach(fault.putArray("members")::add);
        fault.put("seconds", rounded(seconds));
        sinceBegin.ifPresent(value -> fault.put("allWritableSecondsAfterBegin", rounded(value)));
        sinceHealed.ifPresent(value -> fault.put("allWritableSecondsAfterHealed", rounded(value)));
        return String.format(
                Locale.ROOT,
                "  %s %s for %.1f s: every counter written again %s s after its begin, %s s after its end",
                span.fault().kind().label(),
                span.fault().targets().isEmpty() ? "" : span.fault().targets(),
                seconds,
                text(sinceBegin),
                text(sinceHealed));
    }

    void calm(double seconds) {
        calms.add(seconds);
    }

    void ended(Recorder recorder, Load load, List<Break> found, LocalCluster cluster) {
        RunRecord record = recorder.record();
        breaks = List.copyOf(found);
        json.put("seconds", rounded(recorder.now() / 1e9));
        json.put("requests", record.ops().size());
        json.put("answered", record.ops().stream().filter(Op::isDone).count());
        json.put("writes", record.ops().stream().filter(Op::isDoneWrite).count());
        json.put(
                "watchEvents",
                record.stretches().stream()
                        .mapToInt(each -> each.events().size())
                        .sum());
        json.put("watchConnections", load.watchConnections());
        json.put("relists", load.relists());
        json.put("leaderClaims", record.claims().size());
        json.put(
                "restarts",
                cluster.members().stream()
                        .mapToInt(member -> member.ends().size())
                        .sum());
        json.put(
                "slowestCalmSeconds",
                rounded(calms.stream().mapToDouble(each -> each).max().orElse(0)));
        json.put("breaks", breaks.size());
    }

    List<Break> breaks() {
        return breaks;
    }

    String json() {
        return json.toString();
    }

    static String markdownHead() {
        return "| seed | minutes | faults | requests | writes | watch events | relists | restarts | slowest convergence s "
                + "| breaks |\n|---|---|---|---|---|---|---|---|---|---|";
    }

    String markdown() {
        return String.format(
                Locale.ROOT,
                "| %d | %.1f | %d | %d | %d | %d | %d | %d | %s | %d |",
                seed,
                json.path("seconds").asDouble() / 60,
                faults.size(),
                json.path("requests").asInt(),
                json.path("writes").asInt(),
                json.path("watchEvents").asInt(),
                json.path("relists").asInt(),
                json.path("restarts").asInt(),
                json.path("slowestCalmSeconds").asText(),
                breaks.size());
    }

    private static String text(OptionalDouble seconds) {
        return seconds.isPresent() ? String.format(Locale.ROOT, "%.1f", seconds.getAsDouble()) : "(not yet)";
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
