package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Processes of a cluster whose supervisor has died without ending them; found by the files that name them. */
final class Leftovers {

    private Leftovers() {}

    /** @return how many were killed */
    static int end(Path directory) throws IOException {
        List<ProcessHandle> found = find(directory);
        found.forEach(ProcessHandle::destroyForcibly);
        return found.size();
    }

    static List<ProcessHandle> find(Path directory) throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (DirectoryStream<Path> members = Files.newDirectoryStream(directory, "[1-9]")) {
            for (Path member : members) {
                process(member.resolve("pid"), member.toString()).ifPresent(found::add);
            }
        }
        process(directory.resolve("haproxy.pid"), directory.toString()).ifPresent(found::add);
        EmbeddedDatabase.postmaster(directory.resolve("database")).ifPresent(postmaster -> {
            postmaster.descendants().forEach(found::add);
            found.add(postmaster);
        });
        return found;
    }

    /** The process that a file names, if it is still the one: numbers are given again. */
    private static Optional<ProcessHandle> process(Path file, String mentioned) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String text = Files.readString(file).strip();
        if (!text.matches("\\d{1,10}")) {
            return Optional.empty();
        }
        Path words = Path.of("/proc", text, "cmdline");
        return Files.isReadable(words) && Files.readString(words).contains(mentioned)
                ? ProcessHandle.of(Long.parseLong(text))
                : Optional.empty();
    }
}
