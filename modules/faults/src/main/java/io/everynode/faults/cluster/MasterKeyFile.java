package io.everynode.faults.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The master key of Secrets that all members of a local cluster share. */
final class MasterKeyFile {

    /** Names another file, for a journal that comes from elsewhere with its Secrets. */
    private static final String VARIABLE = "EVERYNODE_SECRETS_KEY_FILE";

    private MasterKeyFile() {}

    /** The option of a server's JVM by which it finds the file, which is made when it is not there. */
    static String option(Path directory) throws IOException {
        String given = System.getenv(VARIABLE);
        Path file = given == null || given.isEmpty() ? directory.resolve("secrets.keys") : Path.of(given);
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            Files.writeString(
                    file, "local " + Base64.getEncoder().encodeToString(key) + "\n", StandardCharsets.US_ASCII);
        }
        return "-Deverynode.secrets.key-file=" + file.toAbsolutePath();
    }
}
