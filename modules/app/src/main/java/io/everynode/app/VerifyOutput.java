package io.everynode.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.verify.JournalBreak;
import io.everynode.controlplane.verify.VerifyReport;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report of {@code journal verify}, for people and for programs. */
final class VerifyOutput {

    private VerifyOutput() {}

    /** A line for each check, below it one for each break that is shown, and the sum. */
    static List<String> text(VerifyReport report) {
        List<String> lines = new ArrayList<>();
        for (VerifyReport.Result result : report.results()) {
            String name = result.check().name().toLowerCase(Locale.ROOT).replace('_', '-');
            lines.add(String.format(
                    "%-6s %-2s %-11s %s: %s",
                    result.broken() == 0 ? "ok" : "BROKEN",
                    result.check().invariant(),
                    name,
                    result.check().text(),
                    result.broken() == 0 ? "" + result.looked() : result.broken() + " of " + result.looked()));
            for (JournalBreak found : result.breaks()) {
                lines.add("         ordering " + found.ordering() + ", " + found.persistenceId() + " event "
                        + found.sequenceNumber() + ", " + found.manifest() + ": " + found.why());
            }
            if (result.broken() > result.breaks().size()) {
                lines.add("         and " + (result.broken() - result.breaks().size()) + " more");
            }
        }
        if (report.notFolded() > 0) {
            lines.add(report.notFolded() + " events were not folded, as one of their entity before them could not be");
        }
        lines.add((report.clean() ? "clean: " : "BROKEN: ") + report.events() + " events of " + report.entities()
                + " entities, orderings " + report.first() + " to " + report.last() + ", " + report.objects()
                + " objects in the end");
        return lines;
    }

    /** One JSON object. */
    static String json(VerifyReport report) {
        ObjectNode root = Json.object();
        root.put("clean", report.clean())
                .put("events", report.events())
                .put("entities", report.entities())
                .put("first", report.first())
                .put("last", report.last())
                .put("objects", report.objects())
                .put("notFolded", report.notFolded());
        for (VerifyReport.Result result : report.results()) {
            ObjectNode check = root.withArray("checks").addObject();
            check.put("check", result.check().name())
                    .put("invariant", result.check().invariant())
                    .put("text", result.check().text())
                    .put("looked", result.looked())
                    .put("broken", result.broken());
            for (JournalBreak found : result.breaks()) {
                check.withArray("breaks")
                        .addObject()
                        .put("ordering", found.ordering())
                        .put("persistenceId", found.persistenceId())
                        .put("sequenceNumber", found.sequenceNumber())
                        .put("manifest", found.manifest())
                        .put("why", found.why());
            }
        }
        return root.toString();
    }
}
