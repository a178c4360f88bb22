package io.everynode.controlplane.checkpoint;

import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.core.node.NodeState;
import io.everynode.objects.Kind;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Which program folds: a digest over the names and CRCs of all that objects, core and control-plane consist of, as they
 * are on the class path. Any change of these modules is another program, so nobody has to remember to count up a
 * version when a fold means something else.
 */
final class ProgramFingerprint {

    private static final int LENGTH = 16;

    /** Computed once; null before. */
    private static volatile String known;

    private ProgramFingerprint() {}

    /** @throws IOException when the class path cannot be read */
    static String ofThisProgram() throws IOException {
        String before = known;
        if (before != null) {
            return before;
        }
        MessageDigest digest = sha256();
        for (Class<?> module : List.of(Kind.class, NodeState.class, CatalogFold.class)) {
            contents(place(module))
                    .forEach((name, crc) -> digest.update(
                            (name + " " + Long.toHexString(crc) + "\n").getBytes(StandardCharsets.UTF_8)));
        }
        known = HexFormat.of().formatHex(digest.digest()).substring(0, LENGTH);
        return known;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path place(Class<?> module) throws IOException {
        try {
            return Path.of(
                    module.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException | RuntimeException e) {
            throw new IOException("the class path cannot be read", e);
        }
    }

    /** CRCs of a jar's entries, or of a directory's files, by name; what only tells of the build is left out. */
    static SortedMap<String, Long> contents(Path place) throws IOException {
        SortedMap<String, Long> crcs = new TreeMap<>();
        if (Files.isDirectory(place)) {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    CRC32 crc = new CRC32();
                    crc.update(Files.readAllBytes(file));
                    crcs.put(place.relativize(file).toString(), crc.getValue());
                }
            }
        } else {
            // The jar's directory has the CRCs; nothing is unpacked.
            try (ZipFile jar = new ZipFile(place.toFile())) {
                for (ZipEntry entry : Collections.list(jar.entries())) {
                    if (!entry.isDirectory()) {
                        crcs.put(entry.getName(), entry.getCrc());
                    }
                }
            }
        }
        crcs.keySet().removeIf(name -> name.startsWith("META-INF/"));
        return crcs;
    }
}
