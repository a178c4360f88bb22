package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The machine's HAProxy in front of a cluster, by config/haproxy.cfg with this cluster's addresses. */
final class HaProxy implements AutoCloseable {

    /** How members are asked whether they are ready. */
    private static final String TLS_OF_CHECKS = " check-ssl verify none";

    private final Process process;

    private HaProxy(Process process) {
        this.process = process;
    }

    static HaProxy start(Path example, Path directory, int port, List<Integer> apis, boolean tls) throws IOException {
        String program =
                find().orElseThrow(() -> new IOException("haproxy is not installed (apt-get install haproxy)"));
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(file, settings(Files.readAllLines(example), port, apis, tls));
        Process process = new ProcessBuilder(program, "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("haproxy.log").toFile()))
                .start();
        Files.writeString(directory.resolve("haproxy.pid"), process.pid() + "\n");
        return new HaProxy(process);
    }

    /** The example with its addresses replaced: the first server's line is the pattern of all. */
    static String settings(List<String> example, int port, List<Integer> apis, boolean tls) {
        List<String> lines = new ArrayList<>();
        boolean told = false;
        for (String line : example) {
            String words = line.strip();
            if (words.startsWith("bind ")) {
                lines.add("    bind 127.0.0.1:" + port);
            } else if (words.startsWith("server ")) {
                if (!told) {
                    for (int member = 1; member <= apis.size(); member++) {
                        lines.add("    server everynode-" + member + " 127.0.0.1:" + apis.get(member - 1));
                    }
                }
                told = true;
            } else {
                lines.add(tls ? line : line.replace(TLS_OF_CHECKS, ""));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** Its place; on Debian it is not in everyone's path. */
    static Optional<String> find() {
        List<String> places = new ArrayList<>(List.of(System.getenv("PATH").split(":")));
        places.addAll(List.of("/usr/sbin", "/usr/local/sbin"));
        return places.stream()
                .map(place -> Path.of(place, "haproxy"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
