package io.everynode.controlplane.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;

/** A JVM of its own that writes to an H2 file and prints what it has committed, until it is killed. */
final class H2Process implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private long acknowledged;

    private H2Process(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** What the other JVM runs: the settings' URL, and the last sequence number that is already there. */
    public static void main(String[] args) throws Exception {
        TestLogs.quiet();
        DatabaseSettings settings = new DatabaseSettings(DatabaseSettings.Kind.H2, args[0], "everynode", "");
        try (JournalDatabase database = JournalDatabase.open(settings, "child");
                Connection connection = Rows.connect(settings, "child")) {
            long last = database.reader().after(0, Integer.MAX_VALUE).size();
            for (int size = 1; ; size = size % 5 + 1) {
                Rows.insert(connection, "Child|1", last + 1, size);
                connection.commit();
                last += size;
                System.out.println(last);
            }
        }
    }

    static H2Process start(DatabaseSettings settings) throws IOException {
        return new H2Process(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        H2Process.class.getName(),
                        settings.url())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until the process has committed so many rows, counted from the journal's first. */
    void awaitAcknowledged(long rows) throws IOException {
        while (acknowledged < rows) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("the writing process ended after " + acknowledged + " rows");
            }
            acknowledged = Long.parseLong(line);
        }
    }

    /** Kills it with SIGKILL; returns how many rows it had acknowledged. */
    long kill() throws IOException {
        // Through its handle: Process.destroyForcibly would close the output as well.
        process.toHandle().destroyForcibly();
        process.onExit().join();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            // The last line may be cut; one without its end was not acknowledged, but its number could be misread.
            if (line.length() >= Long.toString(acknowledged).length()) {
                acknowledged = Math.max(acknowledged, Long.parseLong(line));
            }
        }
        return acknowledged;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
