package io.everynode.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A server's directory, locked for as long as this is open: two servers never share one. */
final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes it when it is not there. */
    static DataDirectory open(Path path) throws StartFailure {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new StartFailure("cannot make the data directory " + path + ": " + reason(e), e);
        }
        Path file = path.resolve(LOCK);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (lock(channel)) {
                channel.truncate(0);
                channel.write(
                        ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
                return new DataDirectory(path, channel);
            }
            String holder = Files.readString(file).strip();
            channel.close();
            throw new StartFailure("the data directory " + path + " is in use by another Everynode"
                    + (holder.isEmpty() ? "" : " (process " + holder + ")"));
        } catch (IOException e) {
            close(channel);
            throw new StartFailure("cannot lock the data directory " + path + ": " + reason(e), e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static void close(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException ignored) {
            // Nothing depends on a lock that was never held.
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + " " + StartFailure.firstLine(e);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        close(lock);
    }
}
