package io.everynode.faults.chaos.run;

import io.everynode.faults.cluster.ServerProgram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Processes that play nodes, each a few of its own ({@code everynode hollow-nodes}). Thread-safe. */
final class HollowProcesses {

    /** Deleted Nodes join again after so long. */
    private static final String REJOIN = "2s";

    private final Map<Integer, List<String>> commands = new TreeMap<>();
    private final Map<Integer, Process> running = new TreeMap<>();
    private final Set<String> nodes = new TreeSet<>();
    private final Path directory;

    /**
     * None is started yet.
     *
     * @param kubeconfig of the cluster
     * @param addresses of each process, where it reaches the API
     * @param total how many nodes in all
     */
    HollowProcesses(Path directory, Path kubeconfig, List<List<URI>> addresses, int total) throws IOException {
        this.directory = Files.createDirectories(directory);
        ServerProgram program = ServerProgram.ofThisRepository();
        int processes = addresses.size();
        for (int number = 1; number <= processes; number++) {
            int count = total / processes + (number <= total % processes ? 1 : 0);
            String prefix = "hollow-" + number + "-";
            for (int node = 1; node <= count; node++) {
                nodes.add(String.format("%s%05d", prefix, node));
            }
            Path logs = Files.createDirectories(directory.resolve(String.valueOf(number)));
            List<String> arguments = new ArrayList<>(List.of("hollow-nodes", "--kubeconfig", kubeconfig.toString()));
            for (URI address : addresses.get(number - 1)) {
                arguments.addAll(List.of("--server", address.toString()));
            }
            arguments.addAll(List.of("--count", String.valueOf(count), "--name-prefix", prefix));
            arguments.addAll(List.of("--lease-interval", "2s", "--rejoin-after", REJOIN));
            arguments.addAll(
                    List.of("--log-dir", logs.toString(), "--config", settings().toString()));
            commands.put(number, program.command(List.of("-Xmx128m"), arguments));
        }
    }

    /** Its retries are short, as the time to converge is. */
    private Path settings() throws IOException {
        return Files.writeString(
                directory.resolve("hollow.conf"),
                "everynode.hollow-nodes { retry-after = 100ms, max-retry-after = 1s }\n");
    }

    /** The names of all Nodes that are played. */
    Set<String> nodes() {
        return Set.copyOf(nodes);
    }

    int count() {
        return commands.size();
    }

    /** Starts each that does not run. */
    synchronized void start() throws IOException {
        for (int number : commands.keySet()) {
            Process process = running.get(number);
            if (process == null || !process.isAlive()) {
                running.put(
                        number,
                        new ProcessBuilder(commands.get(number))
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory
                                        .resolve(number + "/output.log")
                                        .toFile()))
                                .start());
            }
        }
    }

    /** SIGKILL. */
    synchronized void kill(int number) {
        Process process = running.get(number);
        if (process != null) {
            process.destroyForcibly();
        }
    }

    synchronized void end() {
        new ArrayList<>(running.values()).forEach(Process::destroyForcibly);
    }
}
