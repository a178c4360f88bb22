package io.everynode.app;

import picocli.CommandLine.Command;

/** {@code everynode token}. */
@Command(
        name = "token",
        description = "Makes, lists and revokes bearer tokens of a running server.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokenCreateCommand.class, TokenListCommand.class, TokenRevokeCommand.class})
final class TokenCommand {}
