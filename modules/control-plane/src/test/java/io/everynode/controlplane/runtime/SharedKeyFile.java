package io.everynode.controlplane.runtime;

import io.everynode.controlplane.secrets.MasterKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Master keys that several servers on one database share. */
final class SharedKeyFile {

    static final Path PATH = make();

    private SharedKeyFile() {}

    private static Path make() {
        try {
            Path file = Files.createTempFile("everynode-secrets", ".keys");
            file.toFile().deleteOnExit();
            return Files.writeString(file, MasterKeys.newLine() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
