package io.everynode.app;

import io.everynode.controlplane.runtime.AsyncPool;
import io.everynode.controlplane.runtime.Cryptography;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/**
 * The command line. Without arguments it is {@code server} with all defaults. Exit codes: 0 done, 1 the server could
 * not start or broke down, 2 wrong usage, 3 the cluster went on without this server, which is to be started again;
 * failures are told in one line on standard error.
 */
@Command(
        name = "everynode",
        description = "Keeps exactly one Pod of every DaemonSet on every eligible node, and speaks the Kubernetes API.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServerCommand.class,
            HollowNodesCommand.class,
            AgentCommand.class,
            SimulateCommand.class,
            AuditCommand.class,
            JournalCommand.class,
            KubeconfigCommand.class,
            TokenCommand.class,
            CertificateCommand.class,
            SecretsCommand.class
        })
public final class Main {

    /** Entered first by everything that runs; the time to readiness counts from here. */
    public static void main(String[] args) {
        AsyncPool.prepare();
        Cryptography.prepare();
        int code = run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true));
        System.exit(code);
    }

    static int run(String[] args, PrintWriter out, PrintWriter err) {
        String[] effective = args.length == 0 ? new String[] {"server"} : args;
        CommandLine line = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((wrong, given) -> {
                    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
                    err.println("everynode: " + StartFailure.firstLine(wrong) + " (see " + command + " --help)");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println("everynode: " + StartFailure.firstLine(failure));
                    return CommandLine.ExitCode.SOFTWARE;
                });
        return line.execute(effective);
    }

    /** Prints the version of the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("/everynode-version.properties")) {
                properties.load(in);
            }
            return new String[] {"Everynode " + properties.getProperty("version") + " (Java " + Runtime.version() + ")"
            };
        }
    }
}
