package io.everynode.loadtest;

import io.everynode.controlplane.runtime.AsyncPool;
import io.everynode.controlplane.runtime.Cryptography;
import io.everynode.loadtest.run.RunCommand;
import io.everynode.loadtest.watches.WatchesCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The load harness's command line. It is a client like any other: it sees the server only over HTTP. */
@Command(
        name = "everynode load-test",
        description = "Measures a server from outside, over HTTP.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            CurvesCommand.class,
            ConvergeCommand.class,
            ReadsCommand.class,
            WatchesCommand.class,
            FloodCommand.class,
            ServingCommand.class,
            BarsCommand.class,
            EmbeddedPostgresCommand.class
        })
public final class Main {

    public static void main(String[] args) {
        AsyncPool.prepare();
        Cryptography.prepare();
        System.exit(run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true)));
    }

    /** The exit code. Results go to {@code out}, everything else to {@code err}. */
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, given) -> {
                    if (args.length == 0) {
                        wrong.getCommandLine().usage(err);
                    } else {
                        err.println("load-test: " + wrong.getMessage());
                    }
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    err.println("load-test: " + (failure.getMessage() == null ? failure : failure.getMessage()));
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args);
    }
}
