package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** How a cluster is to be, as the command line says; the same for who starts the supervisor and for itself. */
final class UpOptions {

    private static final String USER_VARIABLE = "EVERYNODE_DATABASE_USER";
    private static final String PASSWORD_VARIABLE = "EVERYNODE_DATABASE_PASSWORD";
    private static final int HIGHEST_BASE = 65_000;

    @Parameters(
            paramLabel = "N",
            arity = "0..1",
            defaultValue = "3",
            description = "How many members, 1 to " + Ports.MOST_MEMBERS + " (default: ${DEFAULT-VALUE}).")
    private int members;

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "JDBC URL of a PostgreSQL that runs already; user and password come from " + USER_VARIABLE
                    + " and " + PASSWORD_VARIABLE + " (default: an embedded one).")
    private String database;

    @Option(names = "--haproxy", description = "With HAProxy in front of all members, by config/haproxy.cfg.")
    private boolean haProxy;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "7440",
            description = "HAProxy's port; member N's API is at P+N, the rest below P+80 (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "384m",
            description = "Heap of each member's JVM (default: ${DEFAULT-VALUE}).")
    private String heap;

    @Option(names = "--insecure-http", description = "Plain HTTP, where everybody is the administrator.")
    private boolean insecureHttp;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings for every member.")
    private Path config;

    /** @throws ParameterException with what is wrong */
    ClusterPlan plan(CommandSpec spec, Path directory) throws IOException {
        if (members < 1 || members > Ports.MOST_MEMBERS) {
            throw new ParameterException(
                    spec.commandLine(), "N must be 1 to " + Ports.MOST_MEMBERS + ", not " + members);
        }
        if (port < 1024 || port > HIGHEST_BASE) {
            throw new ParameterException(
                    spec.commandLine(), "--port must be 1024 to " + HIGHEST_BASE + ", not " + port);
        }
        if (!heap.matches("\\d{1,6}[kmgKMG]")) {
            throw new ParameterException(spec.commandLine(), "--heap must be a size such as 384m, not " + heap);
        }
        if (database != null && !database.startsWith("jdbc:postgresql:")) {
            throw new ParameterException(
                    spec.commandLine(), "--database must be a URL such as jdbc:postgresql://HOST/NAME");
        }
        if (config != null && !Files.isReadable(config)) {
            throw new ParameterException(spec.commandLine(), "cannot read " + config);
        }
        if (haProxy && HaProxy.find().isEmpty()) {
            throw new ParameterException(spec.commandLine(), "haproxy is not installed (apt-get install haproxy)");
        }
        ClusterPlan plan = new ClusterPlan(directory)
                .members(members)
                .basePort(port)
                .heap(heap)
                .haProxy(haProxy)
                .insecureHttp(insecureHttp);
        if (config != null) {
            plan.settings(Files.readString(config));
        }
        if (database != null) {
            plan.database(database, variable(USER_VARIABLE), variable(PASSWORD_VARIABLE));
        }
        return plan;
    }

    private static String variable(String name) {
        return System.getenv().getOrDefault(name, "");
    }

    int members() {
        return members;
    }

    int port() {
        return port;
    }

    boolean haProxy() {
        return haProxy;
    }

    /** Of a port of the cluster's. */
    String address(int ofPort) {
        return (insecureHttp ? "http" : "https") + "://127.0.0.1:" + ofPort;
    }

    /** The same again, for another process. */
    List<String> words() {
        List<String> words =
                new ArrayList<>(List.of(Integer.toString(members), "--port", Integer.toString(port), "--heap", heap));
        if (database != null) {
            words.addAll(List.of("--database", database));
        }
        if (haProxy) {
            words.add("--haproxy");
        }
        if (insecureHttp) {
            words.add("--insecure-http");
        }
        if (config != null) {
            words.addAll(List.of("--config", config.toAbsolutePath().toString()));
        }
        return words;
    }
}
