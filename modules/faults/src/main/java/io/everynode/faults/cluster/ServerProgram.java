package io.everynode.faults.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A built Everynode, of this version or another.
 *
 * @param home the repository that it was built in
 * @param classPath of the server
 */
public record ServerProgram(Path home, String classPath) {

    private static final String MAIN = "io.everynode.app.Main";

    /** What the launcher or Maven has built in a repository. */
    public static ServerProgram in(Path home) throws IOException {
        Path root = home.toRealPath();
        Path target = root.resolve("modules/app/target");
        Path launchers = target.resolve("classpath");
        Path mavens = target.resolve("server-classpath");
        if (!Files.isDirectory(target.resolve("classes")) || !Files.exists(mavens) && !Files.exists(launchers)) {
            throw new IOException("nothing was built in " + root + "; scripts/everynode --version builds it");
        }
        boolean launched = Files.exists(launchers)
                && (!Files.exists(mavens) || !anyClassIsNewer(root, target.resolve("everynode.built")));
        Path classes = launched ? jar(target) : target.resolve("classes");
        return new ServerProgram(
                root,
                classes
                        + File.pathSeparator
                        + Files.readString(launched ? launchers : mavens).strip());
    }

    /** Whether Maven has compiled something since the launcher has built, which it notes at its end. */
    private static boolean anyClassIsNewer(Path root, Path note) throws IOException {
        if (!Files.exists(note)) {
            return true;
        }
        FileTime built = Files.getLastModifiedTime(note);
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(root.resolve("modules"))) {
            for (Path module : modules) {
                Path classes = module.resolve("target/classes");
                if (Files.isDirectory(classes) && newest(classes).compareTo(built) > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private static FileTime newest(Path directory) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                FileTime time = Files.getLastModifiedTime(file);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return newest;
    }

    /** What the launcher runs; a version whose launcher made no jars has classes only. */
    private static Path jar(Path target) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "everynode-app-*.jar")) {
            Iterator<Path> found = jars.iterator();
            return found.hasNext() ? found.next() : target.resolve("classes");
        }
    }

    /** The repository that this class was built in. */
    public static ServerProgram ofThisRepository() throws IOException {
        String home = System.getProperty("everynode.home");
        if (home == null) {
            Path here = Path.of("").toAbsolutePath();
            while (here != null && !Files.isDirectory(here.resolve("modules/app"))) {
                here = here.getParent();
            }
            if (here == null) {
                throw new IOException("not inside Everynode's repository");
            }
            home = here.toString();
        }
        return in(Path.of(home));
    }

    /**
     * @param jvmOptions after those that the program always has; the last of two wins
     * @param arguments of {@code everynode}
     */
    public List<String> command(List<String> jvmOptions, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        Path java = Path.of(System.getProperty("java.home")).toRealPath();
        command.add(java.resolve("bin/java").toString());
        for (String flag :
                Files.readString(home.resolve(".mvn/jvm.config")).strip().split("\\s+")) {
            // Those for Maven's own plugins are of no use here.
            if (!flag.startsWith("--add-exports=jdk.compiler/")) {
                command.add(flag);
            }
        }
        // As the launcher does; an archive that is missing or does not fit is ignored.
        Path archive = home.resolve("modules/app/target/everynode-" + java.getFileName() + ".jsa");
        command.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-Deverynode.home=" + home, "-cp", classPath, MAIN));
        command.addAll(arguments);
        return command;
    }
}
