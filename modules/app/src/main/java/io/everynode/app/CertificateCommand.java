package io.everynode.app;

import picocli.CommandLine.Command;

/** {@code everynode certificate}. */
@Command(
        name = "certificate",
        description = "Revokes certificates of clients of a running server, and lists what was revoked.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CertificateRevokeCommand.class, CertificateListCommand.class})
final class CertificateCommand {}
