package io.everynode.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code everynode token list}. */
@Command(
        name = "list",
        description = "Lists tokens by their ids; their secret parts are not shown.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class TokenListCommand implements Callable<Integer> {

    private static final String ROW = "%-12s %-10s %-32s %-22s %s%n";

    @Mixin
    private TokenStore store;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        List<TokenStore.Token> tokens = store.list();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(ROW, "ID", "KIND", "USER", "EXPIRES", "GROUPS");
        for (TokenStore.Token token : tokens) {
            String end = token.end().isEmpty() ? "never" : token.end();
            out.printf(ROW, token.id(), token.kind(), token.user(), end, token.groups());
        }
        out.flush();
        return 0;
    }
}
