package io.everynode.app;

import picocli.CommandLine.Command;

/** {@code everynode journal}: what can be done with a journal beside running a server on it. */
@Command(
        name = "journal",
        description =
                "Takes a journal from one database to another, and checks it. No server may use the database of"
                        + " an import, nor an H2 data directory at all; a PostgreSQL that is in use can be exported and verified.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {JournalExportCommand.class, JournalImportCommand.class, JournalVerifyCommand.class})
final class JournalCommand {}
