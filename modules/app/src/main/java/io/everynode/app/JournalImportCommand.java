package io.everynode.app;

import io.everynode.controlplane.journal.DatabaseUnavailable;
import io.everynode.controlplane.journal.transfer.BrokenExport;
import io.everynode.controlplane.journal.transfer.ExportReader;
import io.everynode.controlplane.journal.transfer.JournalImport;
import io.everynode.controlplane.journal.transfer.JournalRecords;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code everynode journal import}: all of an export, or nothing. */
@Command(
        name = "import",
        description = "Brings an export into an empty database, with its resourceVersions.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class JournalImportCommand implements Callable<Integer> {

    @Mixin
    private JournalPlace place;

    @Option(names = "--file", paramLabel = "FILE", description = "The export (default: standard input).")
    private Path file;

    @Option(
            names = "--ordering-gap",
            paramLabel = "N",
            defaultValue = "0",
            description = "Let the next resourceVersion be so many further on. For a backup that is older than what its"
                    + " clients have seen, so that no version comes twice (default: ${DEFAULT-VALUE}).")
    private long gap;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure {
        JournalPlace.keepNoLog();
        // Far more than a journal will ever have, and far from the end of the numbers.
        if (gap < 0 || gap > Long.MAX_VALUE / 4) {
            throw new ParameterException(spec.commandLine(), "--ordering-gap must be 0 to " + Long.MAX_VALUE / 4);
        }
        PrintWriter err = spec.commandLine().getErr();
        String name = file == null ? "standard input" : file.toString();
        try (JournalRecords records = new ExportReader(input());
                JournalPlace.Held database = place.existingOrNew()) {
            long count = JournalImport.into(
                    database.settings(), JournalPlace.member(), records, gap, new TransferProgress(err, "imported"));
            err.println("imported " + count + " events, orderings " + records.first() + " to " + records.last()
                    + ", into " + database.settings().place() + "; the next is " + (records.last() + gap + 1));
            return 0;
        } catch (BrokenExport e) {
            throw new StartFailure(name + ": " + StartFailure.firstLine(e) + "; nothing was imported", e);
        } catch (DatabaseUnavailable e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        }
    }

    private InputStream input() throws StartFailure {
        try {
            return file == null ? System.in : Files.newInputStream(file);
        } catch (IOException e) {
            throw new StartFailure("cannot read " + file, e);
        }
    }
}
