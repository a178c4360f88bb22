package io.everynode.nodes.agent;

import io.everynode.nodes.agent.plan.ConfigProblem;
import io.everynode.nodes.agent.plan.Containers;
import io.everynode.nodes.agent.plan.Volumes;
import io.everynode.nodes.agent.plan.Volumes.Content;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Makes and removes volumes on the host's disk. Blocks; one thread for each Pod at a time. */
final class PodVolumes {

    private static final int ALL = 0777;
    /** What is made in such a directory is of its group. */
    private static final int SHARED = 02777;

    private static final int PERMISSIONS = 07777;
    private static final int DIRECTORY = 0755;

    private PodVolumes() {}

    /** @param group of files and empty directories; -1 for none */
    static void make(Volumes.Step step, int group) throws ConfigProblem, IOException {
        if (step instanceof Volumes.HostPath host) {
            check(host);
        } else if (step instanceof Volumes.Directory directory) {
            Files.createDirectories(directory.path());
            open(directory.path(), group < 0 ? ALL : SHARED, group);
        } else if (step instanceof Volumes.Memory memory) {
            memory(memory, group);
        } else if (step instanceof Volumes.Files files) {
            write(files, group);
        }
    }

    /** The host's own, by its type (kubernetes/pkg/volume/hostpath). */
    private static void check(Volumes.HostPath host) throws ConfigProblem, IOException {
        Path path = host.path();
        switch (host.type()) {
            case "DirectoryOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                }
                need(Files.isDirectory(path), host, "is not a directory");
            }
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                }
                need(Files.isRegularFile(path), host, "is not a file");
            }
            case "Directory" -> need(Files.isDirectory(path), host, "is not a directory");
            case "File" -> need(Files.isRegularFile(path), host, "is not a file");
            case "Socket" -> need(format(path) == 0140000, host, "is not a socket file");
            case "CharDevice" -> need(format(path) == 0020000, host, "is not a character device");
            case "BlockDevice" -> need(format(path) == 0060000, host, "is not a block device");
            default -> {
                if (!Files.exists(path)) {
                    // As the Engine did for a kubelet.
                    Files.createDirectories(path);
                }
            }
        }
    }

    private static int format(Path path) throws IOException {
        return Files.exists(path) ? (Integer) Files.getAttribute(path, "unix:mode") & 0170000 : 0;
    }

    private static void need(boolean holds, Volumes.HostPath host, String problem) throws ConfigProblem {
        if (!holds) {
            throw new ConfigProblem("hostPath type check failed: " + host.path() + " " + problem);
        }
    }

    private static void memory(Volumes.Memory memory, int group) throws IOException {
        if (!Files.isDirectory(memory.path()) || !mounted(memory.path())) {
            Files.createDirectories(memory.path());
            String options = memory.size() > 0 ? "size=" + memory.size() : "rw";
            run("mount", "-t", "tmpfs", "-o", options, "tmpfs", memory.path().toString());
        }
        open(memory.path(), group < 0 ? ALL : SHARED, group);
    }

    private static boolean mounted(Path path) throws IOException {
        String text = " " + path.toRealPath() + " ";
        return KernelFile.read("/proc/self/mounts").contains(text);
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readNBytes(1000));
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** All files change at once, by one renamed link, as a kubelet's (kubernetes/pkg/volume/util/atomic_writer.go). */
    private static void write(Volumes.Files volume, int group) throws IOException {
        Path top = volume.path();
        if (holds(top.resolve("..data"), volume.files())) {
            return;
        }
        Files.createDirectories(top);
        open(top, ALL, -1);
        Path data = Files.createTempDirectory(top, "..data-");
        open(data, DIRECTORY, -1);
        Set<String> names = new TreeSet<>();
        for (Map.Entry<String, Content> file : volume.files().entrySet()) {
            Path path = data.resolve(file.getKey());
            for (Path parent = path.getParent(); !parent.equals(data); parent = parent.getParent()) {
                Files.createDirectories(parent);
                open(parent, DIRECTORY, -1);
            }
            Files.write(path, file.getValue().bytes());
            int mode = file.getValue().mode();
            open(path, group < 0 ? mode : mode | 0040, group);
            names.add(file.getKey().split("/", 2)[0]);
        }
        Path link = top.resolve("..data");
        Path fresh = top.resolve("..data_tmp");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, data.getFileName());
        Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
        for (String name : names) {
            Path shown = top.resolve(name);
            if (!Files.exists(shown, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(shown, Path.of("..data", name));
            }
        }
        try (var listed = Files.list(top)) {
            for (Path shown : listed.toList()) {
                String name = shown.getFileName().toString();
                if (!name.startsWith("..") && !names.contains(name)) {
                    Files.delete(shown);
                } else if (name.startsWith("..data-") && !shown.equals(data)) {
                    // The former one, and what an agent has left that ended amid this.
                    delete(shown);
                }
            }
        }
    }

    /** Whether these files stand there, and no others: then nobody must be told that they have changed. */
    private static boolean holds(Path data, Map<String, Content> files) throws IOException {
        if (!Files.isDirectory(data)) {
            return false;
        }
        Path real = data.toRealPath();
        try (Stream<Path> found = Files.walk(real)) {
            for (Path path : found.filter(Files::isRegularFile).toList()) {
                Content content = files.get(real.relativize(path).toString());
                if (content == null || !Arrays.equals(content.bytes(), Files.readAllBytes(path))) {
                    return false;
                }
            }
        }
        return files.keySet().stream().allMatch(name -> Files.isRegularFile(real.resolve(name)));
    }

    private static void open(Path path, int mode, int group) throws IOException {
        if (group >= 0) {
            Files.setAttribute(path, "unix:gid", group);
        }
        // Posix permissions have no place for the bit that hands a group on.
        Files.setAttribute(path, "unix:mode", mode & PERMISSIONS);
    }

    /** Sees to it that a part of a volume is there; a link in it must not lead out of the volume. */
    static void subPath(Containers.SubPath part) throws ConfigProblem, IOException {
        Path place = part.place();
        if (!Files.exists(place)) {
            Files.createDirectories(place);
        }
        if (!place.toRealPath().startsWith(part.volume().toRealPath())) {
            throw new ConfigProblem("subPath \"" + part.path() + "\" leads out of its volume");
        }
    }

    /** Removes a Pod's directory, and unmounts what is mounted there. Links are not followed. */
    static void remove(Path podDirectory) throws IOException {
        if (!Files.isDirectory(podDirectory)) {
            return;
        }
        Path real = podDirectory.toRealPath();
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts"));
        for (int i = mounts.size() - 1; i >= 0; i--) {
            String target = mounts.get(i).split(" ")[1];
            if (target.startsWith(real + "/")) {
                run("umount", target);
            }
        }
        delete(podDirectory);
    }

    static void delete(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
