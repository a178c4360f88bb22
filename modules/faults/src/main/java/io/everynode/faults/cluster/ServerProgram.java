package io.everynode.faults.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
        Path classes = target.resolve("classes");
        Path newest = null;
        for (String name : List.of("classpath", "server-classpath")) {
            Path file = target.resolve(name);
            if (Files.exists(file)
                    && (newest == null
                            || Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(newest)) > 0)) {
                newest = file;
            }
        }
        if (newest == null || !Files.isDirectory(classes)) {
            throw new IOException("nothing was built in " + root + "; scripts/everynode --version builds it");
        }
        return new ServerProgram(
                root, classes + File.pathSeparator + Files.readString(newest).strip());
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
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag :
                Files.readString(home.resolve(".mvn/jvm.config")).strip().split("\\s+")) {
            // Those for Maven's own plugins are of no use here.
            if (!flag.startsWith("--add-exports=jdk.compiler/")) {
                command.add(flag);
            }
        }
        command.addAll(jvmOptions);
        command.addAll(List.of("-Deverynode.home=" + home, "-cp", classPath, MAIN));
        command.addAll(arguments);
        return command;
    }
}
