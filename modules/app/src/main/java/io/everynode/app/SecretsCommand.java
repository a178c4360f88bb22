package io.everynode.app;

import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.DatabaseUnavailable;
import io.everynode.controlplane.journal.FormatGate;
import io.everynode.controlplane.journal.JournalDatabase;
import io.everynode.controlplane.journal.JournalUnavailable;
import io.everynode.controlplane.secrets.DataKeyTable;
import io.everynode.controlplane.secrets.MasterKeys;
import io.everynode.controlplane.secrets.SecretKeys;
import io.everynode.controlplane.secrets.SecretsUnavailable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code everynode secrets}: the master keys under which the keys of Secrets are kept. */
@Command(
        name = "secrets",
        description = "Makes master keys for Secrets, and puts the keys of all Secrets under the newest.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND")
final class SecretsCommand {

    @Spec
    private CommandSpec spec;

    @Command(
            name = "new-key",
            description =
                    "Prints a line for the file of master keys. The first line of the file encrypts, all decrypt.",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class)
    int newKey() {
        PrintWriter out = spec.commandLine().getOut();
        out.println(MasterKeys.newLine());
        out.flush();
        return 0;
    }

    /**
     * Beside running servers on PostgreSQL; a data directory must not be in use (a server on H2 does it at its start).
     */
    @Command(
            name = "rewrap",
            description = "Puts the keys of all Secrets under the first master key, so that the others can go. All"
                    + " members must have that key before. A server on H2 does so at each start.",
            mixinStandardHelpOptions = true,
            versionProvider = Main.Version.class)
    int rewrap(@Mixin JournalPlace place) throws StartFailure {
        JournalPlace.keepNoLog();
        FormatGate gate = new FormatGate();
        gate.members(List.of(Set.of(FormatGate.role(EventTypes.READABLE_FORMAT))));
        try (JournalPlace.Held held = place.existing();
                JournalDatabase database = JournalDatabase.open(held.settings(), JournalPlace.member());
                SecretKeys keys = SecretKeys.open(
                        new DataKeyTable(database.dataSource(), database.shared()), held.masterKeys(), gate)) {
            int count = keys.rewrap();
            PrintWriter out = spec.commandLine().getOut();
            out.println(count + " keys of Secrets are now under the master key " + keys.master());
            out.flush();
            return 0;
        } catch (DatabaseUnavailable | JournalUnavailable | SecretsUnavailable e) {
            throw new StartFailure(StartFailure.firstLine(e), e);
        }
    }
}
