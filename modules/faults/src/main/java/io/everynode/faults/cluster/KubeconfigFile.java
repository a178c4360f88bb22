package io.everynode.faults.cluster;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files for their owner only; and the one by which kubectl finds an address before its server has ever run. */
final class KubeconfigFile {

    private KubeconfigFile() {}

    static Path write(Path directory, URI server) throws IOException {
        Path file = directory.resolve("kubeconfig");
        Files.deleteIfExists(file);
        return create(file, """
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
                """.formatted(server));
    }

    static Path create(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }
}
