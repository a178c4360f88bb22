package io.everynode.app;

import io.everynode.controlplane.journal.DatabaseUnavailable;
import io.everynode.controlplane.journal.JournalConnection;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.journal.transfer.BrokenExport;
import io.everynode.controlplane.journal.transfer.DatabaseRecords;
import io.everynode.controlplane.journal.transfer.ExportReader;
import io.everynode.controlplane.journal.transfer.JournalRecord;
import io.everynode.controlplane.journal.transfer.JournalRecords;
import io.everynode.controlplane.verify.JournalVerifier;
import io.everynode.controlplane.verify.VerifyReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code everynode journal verify}. */
@Command(
        name = "verify",
        description = "Folds a journal and checks every invariant that can be read from it. Exit code 0: all hold, 1:"
                + " some are broken, 2: it could not be read to its end.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class JournalVerifyCommand implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final int NOT_READ = 2;

    /** How the report is written. */
    enum Form {
        text,
        json
    }

    @Mixin
    private JournalPlace place;

    @Option(names = "--file", paramLabel = "FILE", description = "An export instead of a database.")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE}).")
    private Form form;

    @Option(
            names = "--breaks",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many breaks of each check to show; all are counted (default: ${DEFAULT-VALUE}).")
    private int breaks;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        JournalPlace.keepNoLog();
        PrintWriter err = spec.commandLine().getErr();
        try {
            VerifyReport report = file == null ? ofDatabase(err) : ofFile(err);
            PrintWriter out = spec.commandLine().getOut();
            if (form == Form.json) {
                out.println(VerifyOutput.json(report));
            } else {
                VerifyOutput.text(report).forEach(out::println);
            }
            out.flush();
            return report.clean() ? 0 : BROKEN;
        } catch (StartFailure | DatabaseUnavailable | JournalUnavailable e) {
            err.println("everynode: " + StartFailure.firstLine(e));
        } catch (BrokenExport e) {
            err.println("everynode: " + file + ": " + StartFailure.firstLine(e));
        }
        return NOT_READ;
    }

    private VerifyReport ofDatabase(PrintWriter err) throws StartFailure {
        try (JournalPlace.Held database = place.existing();
                JournalRecords records =
                        new DatabaseRecords(JournalConnection.openToRead(database.settings(), JournalPlace.member()))) {
            return verified(records, err);
        }
    }

    private VerifyReport ofFile(PrintWriter err) throws StartFailure {
        try (JournalRecords records = new ExportReader(Files.newInputStream(file))) {
            return verified(records, err);
        } catch (IOException e) {
            throw new StartFailure("cannot read " + file, e);
        }
    }

    private VerifyReport verified(JournalRecords records, PrintWriter err) {
        JournalVerifier verifier = new JournalVerifier(Math.max(breaks, 0));
        TransferProgress progress = new TransferProgress(err, "verified");
        long count = 0;
        for (JournalRecord record = records.next(); record != null; record = records.next()) {
            verifier.add(record);
            progress.accept(++count);
        }
        return verifier.end();
    }
}
