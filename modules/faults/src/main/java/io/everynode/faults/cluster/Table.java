package io.everynode.faults.cluster;

import java.util.ArrayList;
import java.util.List;

/** Columns as kubectl prints them. */
final class Table {

    private static final int GAP = 3;

    private Table() {}

    /** @param rows of the same length, the heading first */
    static List<String> lines(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                line.append(cell).append(" ".repeat(width - cell.length() + GAP));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
