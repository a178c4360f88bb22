package io.everynode.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The file by which kubectl and every other client finds the server. */
final class Kubeconfig {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private Kubeconfig() {}

    /** @param server such as http://127.0.0.1:6443 */
    static String text(String server) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: everynode
                  cluster:
                    server: %s
                users:
                - name: everynode
                  user: {}
                contexts:
                - name: everynode
                  context:
                    cluster: everynode
                    user: everynode
                current-context: everynode
                """.formatted(server);
    }

    /** Readable by its owner only; replaced as a whole, so that no client reads half of it. */
    static Path write(Path directory, String server) throws StartFailure {
        Path file = directory.resolve("kubeconfig");
        Path draft = directory.resolve("kubeconfig.new");
        try {
            Files.deleteIfExists(draft);
            if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
                Files.createFile(draft, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Files.writeString(draft, text(server));
            return Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StartFailure("cannot write " + file + ": " + StartFailure.firstLine(e), e);
        }
    }
}
