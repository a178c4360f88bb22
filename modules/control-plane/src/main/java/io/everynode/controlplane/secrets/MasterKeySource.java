package io.everynode.controlplane.secrets;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the master keys come from: a file, which is made where none is named, or a command. Thread-safe. */
public final class MasterKeySource {

    private static final Logger log = LoggerFactory.getLogger(MasterKeySource.class);

    private static final long COMMAND_SECONDS = 30;
    private static final int LONGEST = 1 << 16;

    /** Null with a command. */
    private final Path file;

    private final String command;

    /** Whether the file is ours to make. */
    private final boolean own;

    private MasterKeySource(Path file, String command, boolean own) {
        this.file = file;
        this.command = command;
        this.own = own;
    }

    /**
     * @param config everynode.secrets
     * @param dataDir where the file is that is made when none is named; null for none
     * @throws ConfigException if neither is set and there is no directory, or both are
     */
    public static MasterKeySource of(Config config, Path dataDir) {
        String file = config.getString("key-file");
        String command = config.getString("key-command");
        if (!file.isEmpty() && !command.isEmpty()) {
            throw new ConfigException.BadValue(
                    config.getValue("key-command").origin(),
                    "everynode.secrets",
                    "key-file and key-command exclude each other");
        }
        if (!command.isEmpty()) {
            return new MasterKeySource(null, command, false);
        }
        if (!file.isEmpty()) {
            return new MasterKeySource(Path.of(file), "", false);
        }
        if (dataDir == null) {
            throw new ConfigException.Missing("everynode.secrets.key-file");
        }
        return new MasterKeySource(dataDir.resolve("keys").resolve("secrets.keys"), "", true);
    }

    /** Where from, for messages. */
    public String place() {
        return file == null ? "the command of everynode.secrets.key-command" : file.toString();
    }

    /** @throws SecretsUnavailable when there are none, or they cannot be read */
    public MasterKeys read() {
        String text = file == null ? output() : content();
        try {
            return MasterKeys.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new SecretsUnavailable("master keys from " + place() + ": " + wrong.getMessage(), null);
        }
    }

    /** Makes the file with a first key if it is ours to make and not there yet; durable when this returns. */
    void makeFirst() {
        if (!own || Files.exists(file)) {
            return;
        }
        Path directory = file.getParent();
        Path part = directory.resolve(file.getFileName() + ".part");
        try {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(permissions("rwx------")));
            Files.deleteIfExists(part);
            Files.createFile(part, PosixFilePermissions.asFileAttribute(permissions("rw-------")));
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                String text =
                        "# Master keys of Secrets: id and 32 bytes in base64. The first one encrypts, all decrypt.\n"
                                + "# Without this file the Secrets of the journal cannot be read: keep a copy apart from backups.\n"
                                + MasterKeys.newLine() + "\n";
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
                channel.force(true);
            }
            // Not moved: another process's file would be replaced.
            Files.createLink(file, part);
            Files.delete(part);
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            }
            log.info("A master key for Secrets was made: {}", file);
        } catch (FileAlreadyExistsException madeMeanwhile) {
            log.info("The master keys were made meanwhile: {}", file);
        } catch (IOException e) {
            throw new SecretsUnavailable("cannot make " + file + ": " + e, e);
        }
    }

    private static Set<PosixFilePermission> permissions(String text) {
        return PosixFilePermissions.fromString(text);
    }

    private String content() {
        if (!Files.exists(file)) {
            throw new SecretsUnavailable(
                    "the master keys of Secrets are not there: " + file
                            + (own
                                    ? " (bring it back from where it was kept; the journal's Secrets cannot be read without)"
                                    : " (everynode.secrets.key-file; 'everynode secrets new-key' prints a line for a new one)"),
                    null);
        }
        try {
            if (Files.size(file) > LONGEST) {
                throw new SecretsUnavailable(file + " is too long for a file of master keys", null);
            }
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                log.warn("Everybody on this machine may read the master keys in {}", file);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new SecretsUnavailable(
                    "cannot read the master keys in " + file + ": "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private String output() {
        Process process = null;
        try {
            process = new ProcessBuilder("/bin/sh", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            process.getOutputStream().close();
            // It writes less than a pipe holds, or it is none of ours.
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                throw new SecretsUnavailable(place() + " did not end within " + COMMAND_SECONDS + " s", null);
            }
            byte[] text = process.getInputStream().readNBytes(LONGEST);
            if (process.exitValue() != 0) {
                throw new SecretsUnavailable(place() + " failed with exit code " + process.exitValue(), null);
            }
            return new String(text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SecretsUnavailable(place() + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SecretsUnavailable("interrupted while " + place() + " ran", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }
}
