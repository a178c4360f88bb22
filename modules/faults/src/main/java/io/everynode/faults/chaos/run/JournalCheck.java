package io.everynode.faults.chaos.run;

import io.everynode.faults.chaos.check.Break;
import io.everynode.faults.cluster.LocalCluster;
import io.everynode.faults.cluster.LocalDatabase;
import io.everynode.faults.cluster.ServerProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What the journal itself tells at the end of a run. */
final class JournalCheck {

    private static final int SHOWN = 10;

    /** A writer is one life of an entity in one JVM. Whoever has been followed by another one must not come back. */
    private static final String WRITERS_THAT_CAME_BACK = """
            SELECT persistence_id, writer, sum(begins) AS lives, min(sequence_number), max(sequence_number) FROM (
              SELECT persistence_id, writer, sequence_number,
                CASE WHEN writer = lag(writer) OVER (PARTITION BY persistence_id ORDER BY sequence_number)
                  THEN 0 ELSE 1 END AS begins
              FROM event_journal) rows
            GROUP BY persistence_id, writer HAVING sum(begins) > 1
            """;

    private JournalCheck() {}

    static List<Break> of(LocalCluster cluster) throws IOException, InterruptedException {
        List<Break> breaks = new ArrayList<>(writers(cluster.database()));
        breaks.addAll(verified(cluster));
        return breaks;
    }

    private static List<Break> writers(LocalDatabase database) {
        List<String> back = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(WRITERS_THAT_CAME_BACK)) {
            while (rows.next()) {
                back.add(rows.getString(1) + " by " + rows.getString(2) + ", " + rows.getLong(3) + " times, between "
                        + rows.getLong(4) + " and " + rows.getLong(5));
            }
        } catch (SQLException e) {
            return List.of(new Break("journal", "the journal cannot be read", List.of(e.getMessage())));
        }
        return back.isEmpty()
                ? List.of()
                : List.of(new Break("writers", "an entity was written by a life of it that had been replaced", back));
    }

    /** {@code everynode journal verify}. */
    private static List<Break> verified(LocalCluster cluster) throws IOException, InterruptedException {
        List<String> command = ServerProgram.ofThisRepository()
                .command(
                        List.of("-Xmx512m"),
                        List.of(
                                "journal",
                                "verify",
                                "--config",
                                cluster.member(1)
                                        .directory()
                                        .resolve("server.conf")
                                        .toString(),
                                "--data-dir",
                                cluster.directory().resolve("verify").toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines;
        try (BufferedReader out = process.inputReader()) {
            lines = out.lines().toList();
        }
        return process.waitFor() == 0
                ? List.of()
                : List.of(new Break(
                        "journal",
                        "everynode journal verify ended with " + process.exitValue(),
                        lines.subList(Math.max(0, lines.size() - SHOWN), lines.size())));
    }
}
