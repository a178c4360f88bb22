package io.everynode.controlplane.checkpoint;

import io.everynode.controlplane.catalog.CatalogCodec;
import io.everynode.controlplane.catalog.CatalogState;
import io.everynode.controlplane.state.StateInput;
import io.everynode.controlplane.state.StateOutput;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * One checkpoint on disk: a mark, the length of the header, the header with the program's fingerprint, its CRC-32, and
 * the state in gzip, whose own CRC-32 is at the end.
 *
 * @param path of the file
 * @param program {@link ProgramFingerprint} of the program that wrote it
 */
record CheckpointFile(Path path, String program, CheckpointHeader header) {

    static final String SUFFIX = ".checkpoint";
    static final String UNFINISHED = ".part";

    private static final byte[] MARK = {'e', 'v', 'n', 'c', 'h', 'k', 'p', '1'};
    private static final int LONGEST_HEADER = 16_384;
    private static final int BUFFER = 1 << 16;

    /** Writes a file beside its place, brings it to the disk and renames it: it is whole or not there. */
    static CheckpointFile write(Path directory, String program, CheckpointHeader header, CatalogState state)
            throws IOException {
        String name = "%019d-%s".formatted(header.ordering(), program);
        Path part = directory.resolve(name + UNFINISHED);
        Path path = directory.resolve(name + SUFFIX);
        Files.deleteIfExists(part);
        // The contents of Secrets are not in it; much else is of nobody's business, too.
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            // Not closed: that would close the channel before its content is on the disk.
            OutputStream file = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            file.write(head(program, header));
            GZIPOutputStream packed = new FastGzip(file);
            StateOutput out = new StateOutput(packed);
            CatalogCodec.write(out, state);
            out.flush();
            packed.finish();
            file.flush();
            channel.force(true);
        }
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        }
        return new CheckpointFile(path, program, header);
    }

    private static byte[] head(String program, CheckpointHeader header) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(text);
        fields.writeUTF(program);
        header.write(fields);
        CRC32 crc = new CRC32();
        crc.update(text.toByteArray());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(all);
        out.write(MARK);
        out.writeInt(text.size());
        out.write(text.toByteArray());
        out.writeInt((int) crc.getValue());
        return all.toByteArray();
    }

    /** @throws IOException when it is not a checkpoint, or damaged at its beginning */
    static CheckpointFile read(Path path) throws IOException {
        try (InputStream in = open(path)) {
            return readHead(path, in);
        }
    }

    private static InputStream open(Path path) throws IOException {
        return new BufferedInputStream(Files.newInputStream(path), BUFFER);
    }

    private static CheckpointFile readHead(Path path, InputStream file) throws IOException {
        DataInputStream in = new DataInputStream(file);
        if (!Arrays.equals(in.readNBytes(MARK.length), MARK)) {
            throw new IOException("it is no checkpoint");
        }
        int length = in.readInt();
        if (length < 0 || length > LONGEST_HEADER) {
            throw new IOException("its header is damaged");
        }
        byte[] text = in.readNBytes(length);
        CRC32 crc = new CRC32();
        crc.update(text);
        if (in.readInt() != (int) crc.getValue()) {
            throw new IOException("its header is damaged");
        }
        DataInputStream fields = new DataInputStream(new ByteArrayInputStream(text));
        return new CheckpointFile(path, fields.readUTF(), CheckpointHeader.read(fields));
    }

    /** @throws IOException when it is damaged or cut off */
    CatalogState state() throws IOException {
        try (InputStream file = open(path)) {
            readHead(path, file);
            try (GZIPInputStream packed = new GZIPInputStream(file, BUFFER)) {
                CatalogState state = CatalogCodec.read(new StateInput(packed));
                // The CRC is compared when the end is met.
                if (packed.read() >= 0 || state.version().resourceVersion() != header.ordering()) {
                    throw new IOException("it holds something else than its header says");
                }
                return state;
            }
        } catch (RuntimeException e) {
            throw new IOException("it is damaged: " + e, e);
        }
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(java.util.zip.Deflater.BEST_SPEED);
        }
    }
}
