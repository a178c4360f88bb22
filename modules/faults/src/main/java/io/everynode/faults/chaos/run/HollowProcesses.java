package io.everynode.faults.chaos.run;

import io.everynode.faults.cluster.ServerProgram;
import java.io.IOException;
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

    private final Map<Integer, List<String>> commands = new TreeMap<>();
    private final Map<Integer, Process> running = new TreeMap<>();
    private final Set<String> nodes = new TreeSet<>();
    private final Path directory;

    /**
     * None is started yet.
     *
     * @param kubeconfigs of the addresses; each process takes the next one
     * @param total how many nodes in all
     */
    HollowProcesses(Path directory, List<Path> kubeconfigs, int processes, int total) throws IOException {
        this.directory = Files.createDirectories(directory);
        ServerProgram program = ServerProgram.ofThisRepository();
        for (int number = 1; number <= processes; number++) {
            int count = total / processes + (number <= total % processes ? 1 : 0);
            String prefix = "hollow-" + number + "-";
            Path topology = directory.resolve(number + ".yaml");
            Files.writeString(topology, "nodes:\n  - count: " + count + "\n    namePrefix: " + prefix + "\n");
            for (int node = 1; node <= count; node++) {
                nodes.add(String.format("%s%05d", prefix, node));
            }
            Path config = directory.resolve("hollow.conf");
            Files.writeString(
                    config,
                    "everynode.hollow-nodes { lease-interval = 2s, retry-after = 100ms, max-retry-after = 1s }\n");
            commands.put(
                    number,
                    program.command(
                            List.of("-Xmx128m"),
                            List.of(
                                    "hollow-nodes",
                                    "--kubeconfig",
                                    kubeconfigs
                                            .get((number - 1) % kubeconfigs.size())
                                            .toString(),
                                    "--topology",
                                    topology.toString(),
                                    "--config",
                                    config.toString())));
        }
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
                                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                        directory.resolve(number + ".log").toFile()))
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
