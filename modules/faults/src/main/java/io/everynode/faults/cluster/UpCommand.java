package io.everynode.faults.cluster;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cluster up}: starts a supervisor in the background, and returns when its cluster is whole. */
@Command(
        name = "up",
        description = "Starts a cluster in the background and returns when it serves.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @ParentCommand
    private ClusterCommand parent;

    @Mixin
    private UpOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        Path directory = parent.directory();
        options.plan(spec, directory);
        PrintWriter out = spec.commandLine().getOut();
        if (ControlSocket.isServed(directory)) {
            throw new IOException("a cluster runs in " + directory + " already");
        }
        if (!Leftovers.find(directory).isEmpty()) {
            throw new IOException(
                    "processes of an earlier cluster still run in " + directory + "; scripts/cluster down ends them");
        }
        makePrivate(directory);
        Process supervisor = supervise(directory);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ControlSocket.isServed(directory)) {
            if (!supervisor.isAlive()) {
                throw new IOException("the cluster did not start: " + lastLine(directory.resolve("cluster.log")));
            }
            LocalCluster.pauseUntil(end, "the supervisor did not start; see " + directory.resolve("cluster.log"));
        }
        int code = ControlSocket.send(
                directory, List.of("await-whole"), out, spec.commandLine().getErr());
        if (code != 0) {
            return code;
        }
        out.println("Cluster of " + options.members() + " ready, in " + directory);
        for (int member = 1; member <= options.members(); member++) {
            out.println("  member " + member + ": " + options.address(options.port() + member) + ", kubeconfig "
                    + shown(directory.resolve(member + "/kubeconfig")));
        }
        if (options.haProxy()) {
            out.println("  HAProxy: " + options.address(options.port()) + ", kubeconfig "
                    + shown(directory.resolve("kubeconfig")));
        }
        return 0;
    }

    /** As short as it can be typed from here. */
    private static Path shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }

    /** Whoever can enter it can command the cluster. */
    private static void makePrivate(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /** In a session of its own, so that Ctrl-C at the terminal does not reach it. */
    private Process supervise(Path directory) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Deverynode.home=" + ServerProgram.ofThisRepository().home(),
                "-cp",
                System.getProperty("java.class.path"),
                io.everynode.faults.Main.class.getName(),
                "cluster",
                "supervise",
                "--directory",
                directory.toString()));
        command.addAll(options.words());
        File log = directory.resolve("cluster.log").toFile();
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
}
