package io.everynode.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code everynode certificate list}. */
@Command(
        name = "list",
        description = "Lists which certificates were revoked.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class CertificateListCommand implements Callable<Integer> {

    private static final String ROW = "%-34s %-32s %s%n";

    @Mixin
    private RevocationStore store;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        List<RevocationStore.Revocation> all = store.list();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(ROW, "SERIAL", "USER", "REVOKED");
        for (RevocationStore.Revocation each : all) {
            out.printf(
                    ROW,
                    each.serial().isEmpty() ? "all until " + each.before() : each.serial(),
                    each.user(),
                    each.at());
        }
        out.flush();
        return 0;
    }
}
