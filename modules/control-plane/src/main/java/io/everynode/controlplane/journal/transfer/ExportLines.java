package io.everynode.controlplane.journal.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * What writer and reader of an export share. An export is a gzip stream of lines; each has the CRC-32 of its text in
 * eight hexadecimal digits, a blank, and the text, which is JSON:
 *
 * <ol>
 *   <li>the header, an object: {@code format} ("everynode-journal/1"), {@code first} and {@code last} ordering; of a
 *       journal with keys of Secrets the format is "everynode-journal/2", and {@code keys} their number;
 *   <li>one array for each of those keys, in the order of their ids: id, uid of the object, persistence id of its
 *       entity, id of the master key, the key encrypted under that in base64;
 *   <li>one array for each row, in their order: ordering, persistence id, sequence number, deleted (0 or 1), writer,
 *       time of writing, adapter manifest, serializer id, manifest, payload in base64; and, only where a row has them,
 *       serializer id, manifest and payload of its metadata;
 *   <li>the end, an object: {@code records} and {@code sha256} of all lines before this one.
 * </ol>
 *
 * Nothing in it tells of the database it came from or of when it was written, so that the same journal gives the same
 * bytes.
 */
final class ExportLines {
    /** A reader refuses any other. A new form is a new number, and the reader keeps reading the old one. */
    static final String FORMAT = "everynode-journal/1";

    /** Of an export with keys. */
    static final String WITH_KEYS = "everynode-journal/2";

    /** Far above the largest event (an object has up to 1.5 MiB); a longer line is damage. */
    static final int MAX_LINE = 64 << 20;

    /** Digits of the checksum, and the blank. */
    static final int PREFIX = 9;

    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(MAX_LINE).build())
            .build();

    private ExportLines() {}

    static String checksum(byte[] text, int from, int length) {
        CRC32 crc = new CRC32();
        crc.update(text, from, length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
