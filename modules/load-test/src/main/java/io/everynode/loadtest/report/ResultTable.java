package io.everynode.loadtest.report;

import io.everynode.loadtest.times.CallBook;
import io.everynode.loadtest.times.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Results as tables in Markdown. Pure. */
public final class ResultTable {

    private static final List<String> PHASES = List.of(
            "phase",
            "Pods or nodes",
            "seconds",
            "per second",
            "each: what",
            "p50 ms",
            "p99 ms",
            "max ms",
            "status s",
            "server CPU ms each",
            "server peak MiB",
            "revisions each",
            "journal bytes each");

    private static final List<String> CALLS =
            List.of("phase", "call", "number", "refused", "p50 ms", "p99 ms", "max ms");

    private ResultTable() {}

    public static String phases(SizeResult size) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(PHASES);
        for (PhaseResult phase : size.phases()) {
            Spread main = phase.main();
            rows.add(List.of(
                    phase.phase().title(),
                    String.valueOf(phase.count()),
                    Numbers.shown(phase.seconds()),
                    Numbers.shown(phase.rate()),
                    phase.phase().mainTime(),
                    Numbers.shown(main == null ? null : main.p50()),
                    Numbers.shown(main == null ? null : main.p99()),
                    Numbers.shown(main == null ? null : main.max()),
                    Numbers.shown(phase.statusSeconds()),
                    Numbers.shown(phase.cpuMillisEach()),
                    Numbers.shown(phase.costs().serverPeakMiB()),
                    Numbers.shown(phase.each(phase.costs().revisions())),
                    Numbers.shown(phase.each(phase.costs().journalBytes()))));
        }
        return table(rows);
    }

    public static String calls(SizeResult size) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(CALLS);
        for (PhaseResult phase : size.phases()) {
            for (Map.Entry<String, CallBook.Figures> entry : new TreeMap<>(phase.calls()).entrySet()) {
                Spread spread = entry.getValue().spread();
                rows.add(List.of(
                        phase.phase().key(),
                        entry.getKey(),
                        String.valueOf(spread.count()),
                        String.valueOf(entry.getValue().refused()),
                        Numbers.shown(spread.p50()),
                        Numbers.shown(spread.p99()),
                        Numbers.shown(spread.max())));
            }
        }
        return table(rows);
    }

    /** The first row is the head. Columns are aligned, so that it can be read as it is. */
    private static String table(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < rows.size(); number++) {
            text.append('|');
            for (int i = 0; i < columns; i++) {
                String cell = rows.get(number).get(i);
                text.append(' ')
                        .append(cell)
                        .append(" ".repeat(widths[i] - cell.length()))
                        .append(" |");
            }
            text.append('\n');
            if (number == 0) {
                text.append('|');
                for (int width : widths) {
                    text.append("-".repeat(width + 2)).append('|');
                }
                text.append('\n');
            }
        }
        return text.toString();
    }
}
