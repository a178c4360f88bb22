package io.everynode.loadtest;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code embedded-postgres}: a PostgreSQL of its own for one measurement; ends when its standard input ends. */
@Command(
        name = "embedded-postgres",
        description =
                "Runs an empty PostgreSQL and prints its JDBC URL and user, and in a second line its process; ends "
                        + "with its standard input.",
        mixinStandardHelpOptions = true)
final class EmbeddedPostgresCommand implements Callable<Integer> {

    @Option(names = "--port", defaultValue = "0", paramLabel = "N", description = "Its port (default: any free one).")
    private int port;

    @Option(names = "--directory", paramLabel = "DIR", description = "Where its data is (default: a temporary one).")
    private Path directory;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A setting of PostgreSQL; repeatable.")
    private Map<String, String> settings = Map.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        // It starts the server with -F and with synchronous_commit off: figures would be those of commits that do not
        // wait for the disk. A later -c wins over -F.
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on");
        settings.forEach(builder::setServerConfig);
        if (port != 0) {
            builder.setPort(port);
        }
        if (directory != null) {
            builder.setDataDirectory(directory);
        }
        try (EmbeddedPostgres postgres = builder.start()) {
            out.println("jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres postgres");
            out.println("process " + process(postgres));
            out.flush();
            while (System.in.read() >= 0) {
                // Only the end of the stream matters.
            }
        }
        return 0;
    }

    /** The first of its processes, which is no child of this one. */
    private static String process(EmbeddedPostgres postgres) throws IOException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SHOW data_directory")) {
            found.next();
            return Files.readAllLines(Path.of(found.getString(1), "postmaster.pid"))
                    .get(0)
                    .strip();
        } catch (SQLException e) {
            throw new IOException("PostgreSQL does not tell where its data is: " + e.getMessage(), e);
        }
    }
}
