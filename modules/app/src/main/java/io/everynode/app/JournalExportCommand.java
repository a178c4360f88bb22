package io.everynode.app;

import io.everynode.controlplane.journal.DatabaseUnavailable;
import io.everynode.controlplane.journal.JournalConnection;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.journal.transfer.DatabaseRecords;
import io.everynode.controlplane.journal.transfer.JournalExport;
import io.everynode.controlplane.journal.transfer.JournalRecords;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code everynode journal export}: the file appears only when it is whole. */
@Command(
        name = "export",
        description = "Writes a whole journal to a file or to standard output, in its order.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class JournalExportCommand implements Callable<Integer> {

    @Mixin
    private JournalPlace place;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Where to; it must not be there yet (default: standard output).")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure {
        JournalPlace.keepNoLog();
        PrintWriter err = spec.commandLine().getErr();
        if (file == null && Screen.isTerminal()) {
            throw new StartFailure("an export is not for a terminal; give --file or redirect standard output");
        }
        if (file != null && Files.exists(file)) {
            throw new StartFailure(file + " is there already; an export replaces nothing");
        }
        try (JournalPlace.Held database = place.existing();
                JournalRecords records =
                        new DatabaseRecords(JournalConnection.openToRead(database.settings(), JournalPlace.member()))) {
            long count = file == null ? toStandardOutput(records, err) : toFile(records, err);
            err.println("exported " + count + " events, orderings " + records.first() + " to " + records.last()
                    + ", from " + database.settings().place());
            return 0;
        } catch (DatabaseUnavailable | JournalUnavailable e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        }
    }

    private static long toStandardOutput(JournalRecords records, PrintWriter err) throws StartFailure {
        // Not System.out, which would tell nobody that its reader is gone.
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            return JournalExport.write(records, out, new TransferProgress(err, "exported"));
        } catch (IOException e) {
            throw new StartFailure("standard output cannot be written: " + StartFailure.firstLine(e), e);
        }
    }

    private long toFile(JournalRecords records, PrintWriter err) throws StartFailure {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            long count;
            try (FileOutputStream out = new FileOutputStream(part.toFile())) {
                count = JournalExport.write(records, out, new TransferProgress(err, "exported"));
                out.getFD().sync();
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return count;
        } catch (IOException e) {
            throw new StartFailure("cannot write " + file + ": " + StartFailure.firstLine(e), e);
        } finally {
            deleteQuietly(part);
        }
    }

    private static void deleteQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException ignored) {
            // Its name tells that it is nothing whole.
        }
    }
}
