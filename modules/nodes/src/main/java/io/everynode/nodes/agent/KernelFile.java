package io.everynode.nodes.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Small files that the kernel makes when they are read. It gives numbers below /proc/sys to the first read alone, and
 * Files.readString asks for one byte first when a file says that it is empty, as those do.
 */
final class KernelFile {

    private static final int AT_ONCE = 64 * 1024;

    private KernelFile() {}

    static String read(String path) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            byte[] buffer = new byte[AT_ONCE];
            int length;
            while ((length = in.read(buffer)) > 0) {
                text.write(buffer, 0, length);
            }
            return text.toString(StandardCharsets.UTF_8);
        }
    }
}
