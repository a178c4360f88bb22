package io.everynode.loadtest;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code embedded-postgres}: a PostgreSQL of its own for one measurement; ends when its standard input ends. */
@Command(
        name = "embedded-postgres",
        description = "Runs an empty PostgreSQL and prints its JDBC URL and user; ends with its standard input.",
        mixinStandardHelpOptions = true)
final class EmbeddedPostgresCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        // It starts the server with -F and with synchronous_commit off: figures would be those of commits that do not
        // wait for the disk. A later -c wins over -F.
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .start()) {
            out.println("jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres postgres");
            out.flush();
            while (System.in.read() >= 0) {
                // Only the end of the stream matters.
            }
        }
        return 0;
    }
}
