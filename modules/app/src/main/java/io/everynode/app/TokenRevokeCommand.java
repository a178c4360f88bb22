package io.everynode.app;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code everynode token revoke}: counts for new requests on this server at once, on others when they hear of it. */
@Command(
        name = "revoke",
        description = "Revokes tokens.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class TokenRevokeCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "ID", description = "As token list shows it.")
    private List<String> ids;

    @Mixin
    private TokenStore store;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        for (String id : ids) {
            if (!id.matches("[a-z0-9]{6}|[a-z0-9]{10}")) {
                throw new ParameterException(spec.commandLine(), "no id of a token; its first part is one");
            }
        }
        for (String id : ids) {
            store.revoke(id);
            spec.commandLine().getOut().println("revoked " + id);
        }
        return 0;
    }
}
