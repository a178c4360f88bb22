package io.everynode.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** The file by which kubectl and every other client finds the server. */
final class Kubeconfig {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private Kubeconfig() {}

    /**
     * How a client knows the server, and the server the client.
     *
     * @param authority PEM
     * @param certificate PEM
     * @param key PEM
     */
    record Credentials(String authority, String certificate, String key) {

        @Override
        public String toString() {
            return "credentials";
        }
    }

    /**
     * @param server such as https://127.0.0.1:6443
     * @param credentials empty for a server that asks for none
     */
    static String text(String server, Optional<Credentials> credentials) {
        String cluster = credentials
                .map(shown -> "\n    certificate-authority-data: " + encoded(shown.authority()))
                .orElse("");
        String user = credentials
                .map(shown -> "\n    client-certificate-data: " + encoded(shown.certificate())
                        + "\n    client-key-data: " + encoded(shown.key()))
                .orElse(" {}");
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: everynode
                  cluster:
                    server: %s%s
                users:
                - name: everynode
                  user:%s
                contexts:
                - name: everynode
                  context:
                    cluster: everynode
                    user: everynode
                current-context: everynode
                """.formatted(server, cluster, user);
    }

    private static String encoded(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }

    /** Readable by its owner only; replaced as a whole, so that no client reads half of it. */
    static Path write(Path directory, String server, Optional<Credentials> credentials) throws StartFailure {
        Path file = directory.resolve("kubeconfig");
        Path draft = directory.resolve("kubeconfig.new");
        try {
            Files.deleteIfExists(draft);
            if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
                Files.createFile(draft, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Files.writeString(draft, text(server, credentials));
            return Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StartFailure("cannot write " + file + ": " + StartFailure.firstLine(e), e);
        }
    }
}
