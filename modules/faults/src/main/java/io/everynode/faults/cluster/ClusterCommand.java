package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code everynode cluster}: what is said to a cluster of this machine that {@link UpCommand} has started. */
@Command(
        name = "cluster",
        description = "A cluster of several servers on this machine, and faults in it.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {UpCommand.class, SuperviseCommand.class})
public final class ClusterCommand implements Callable<Integer> {

    @Option(
            names = "--directory",
            paramLabel = "D",
            defaultValue = "data/cluster",
            scope = ScopeType.INHERIT,
            description = "Where the cluster's files are (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Spec
    private CommandSpec spec;

    Path directory() {
        return directory.toAbsolutePath().normalize();
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: up, status, down ...");
    }

    private int send(Object... words) throws IOException {
        List<String> texts = java.util.Arrays.stream(words).map(String::valueOf).toList();
        return ControlSocket.send(
                directory(),
                texts,
                spec.commandLine().getOut(),
                spec.commandLine().getErr());
    }

    @Command(
            description = "Members and their processes, where shards and singletons are, how far each catalog is.",
            mixinStandardHelpOptions = true)
    int status() throws IOException {
        return send("status");
    }

    @Command(description = "SIGKILL for a member; it is started again.", mixinStandardHelpOptions = true)
    int kill(@Parameters(paramLabel = "N") int member) throws IOException {
        return send("kill", member);
    }

    @Command(description = "SIGTERM for a member; it is started again.", mixinStandardHelpOptions = true)
    int terminate(@Parameters(paramLabel = "N") int member) throws IOException {
        return send("terminate", member);
    }

    @Command(description = "Ends a member in order, to stay down until start.", mixinStandardHelpOptions = true)
    int stop(@Parameters(paramLabel = "N") int member) throws IOException {
        return send("stop", member);
    }

    @Command(description = "Starts a member that was stopped.", mixinStandardHelpOptions = true)
    int start(@Parameters(paramLabel = "N") int member) throws IOException {
        return send("start", member);
    }

    @Command(description = "SIGSTOP for a member: it freezes.", mixinStandardHelpOptions = true)
    int pause(@Parameters(paramLabel = "N") int member) throws IOException {
        return send("pause", member);
    }

    @Command(description = "SIGCONT for a member.", mixinStandardHelpOptions = true)
    int resume(@Parameters(paramLabel = "N") int member) throws IOException {
        return send("resume", member);
    }

    @Command(
            description = "Cuts a member off from all others, or one way from or to one of them, or from the database.",
            mixinStandardHelpOptions = true)
    int cut(
            @Parameters(paramLabel = "N") int member,
            @Option(names = "--to", paramLabel = "M", description = "Only what it sends to this one.") Integer to,
            @Option(names = "--from", paramLabel = "M", description = "Only what it gets from this one.") Integer from,
            @Option(names = "--database", description = "The database, both ways, and no member.") boolean database)
            throws IOException {
        if ((to != null ? 1 : 0) + (from != null ? 1 : 0) + (database ? 1 : 0) > 1) {
            throw new ParameterException(
                    spec.subcommands().get("cut"), "--to, --from and --database exclude each other");
        }
        if (to != null) {
            return send("cut-link", member, to);
        }
        if (from != null) {
            return send("cut-link", from, member);
        }
        return send(database ? "cut-database" : "cut", member);
    }

    @Command(description = "Lets all cut links pass again.", mixinStandardHelpOptions = true)
    int heal(
            @Option(names = "--drop", description = "What was held back is lost and its connections break.")
                    boolean drop)
            throws IOException {
        return send(drop ? "heal-with-loss" : "heal");
    }

    @Command(
            description = "Delays all that a member sends and receives by so many milliseconds; 0 ends it.",
            mixinStandardHelpOptions = true)
    int slow(@Parameters(paramLabel = "N") int member, @Parameters(paramLabel = "MS") int millis) throws IOException {
        if (millis < 0) {
            throw new ParameterException(spec.subcommands().get("slow"), "MS must not be negative");
        }
        return send("slow", member, millis);
    }

    /** What can be done to the embedded database. */
    enum DatabaseFault {
        kill,
        start,
        freeze,
        thaw
    }

    @Command(
            description = "What to do to the embedded PostgreSQL: ${COMPLETION-CANDIDATES}.",
            mixinStandardHelpOptions = true)
    int database(@Parameters(paramLabel = "FAULT", description = "${COMPLETION-CANDIDATES}") DatabaseFault fault)
            throws IOException {
        return send("database", fault);
    }

    @Command(
            name = "rolling-restart",
            description = "Restarts one member after the other, each time until the cluster is whole again.",
            mixinStandardHelpOptions = true)
    int rollingRestart() throws IOException {
        return send("rolling-restart");
    }

    @Command(
            name = "await-whole",
            description = "Returns when every member is ready and sees all others.",
            mixinStandardHelpOptions = true)
    int awaitWhole() throws IOException {
        return send("await-whole");
    }

    @Command(description = "Ends everything; data stays.", mixinStandardHelpOptions = true)
    int down() throws IOException {
        if (ControlSocket.isServed(directory())) {
            return send("down");
        }
        int ended = Leftovers.end(directory());
        spec.commandLine()
                .getOut()
                .println(ended == 0 ? "no cluster runs in " + directory() : "ended " + ended + " processes left over");
        return 0;
    }
}
