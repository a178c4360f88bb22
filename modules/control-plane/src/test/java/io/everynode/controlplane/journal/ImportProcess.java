package io.everynode.controlplane.journal;

import io.everynode.controlplane.journal.transfer.DatabaseRecords;
import io.everynode.controlplane.journal.transfer.JournalExport;
import io.everynode.controlplane.journal.transfer.JournalImport;
import io.everynode.controlplane.journal.transfer.JournalRecords;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A JVM of its own that imports: until it is killed in the middle, or with little memory. */
final class ImportProcess {
    private static final int MIDDLE = 5_000;

    /** With their payloads twice the memory that the JVM has. */
    static final int BOUNDED_ROWS = 60_000;

    private ImportProcess() {}

    static Process start(DatabaseSettings into) throws IOException {
        return java("-Xmx128m", "middle", into.kind().name(), into.url(), into.user(), into.password());
    }

    static Process java(String heap, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                heap,
                "-cp",
                System.getProperty("java.class.path"),
                ImportProcess.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] args) throws Exception {
        TestLogs.quiet();
        if (args[0].equals("bounded")) {
            bounded(new DatabaseSettings(DatabaseSettings.Kind.H2, args[1], "everynode", ""), Long.parseLong(args[2]));
            return;
        }
        DatabaseSettings into = new DatabaseSettings(DatabaseSettings.Kind.valueOf(args[1]), args[2], args[3], args[4]);
        JournalImport.into(into, "importer", new ManyRecords(2 * MIDDLE, 2 * MIDDLE), 0, count -> {
            if (count == MIDDLE) {
                System.out.println("in the middle");
                LockSupport.park();
            }
        });
    }

    private static void bounded(DatabaseSettings h2, long rows) throws IOException {
        JournalImport.into(h2, "importer", new ManyRecords(rows, rows), 0, count -> {});
        try (JournalRecords records = new DatabaseRecords(JournalConnection.openToRead(h2, "reader"))) {
            long count = JournalExport.write(records, OutputStream.nullOutputStream(), written -> {});
            System.out.println("there and back: " + count);
        }
    }
}
