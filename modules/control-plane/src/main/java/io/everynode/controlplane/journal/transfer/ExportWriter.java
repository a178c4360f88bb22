package io.everynode.controlplane.journal.transfer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.everynode.controlplane.secrets.WrappedKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes an export ({@link ExportLines}). What is not ended by {@link #finish} is refused by the reader. */
final class ExportWriter {
    private static final int BUFFER = 1 << 16;

    /** The text of one line. */
    @FunctionalInterface
    private interface Text {
        void write(JsonGenerator json) throws IOException;
    }

    private final GZIPOutputStream out;
    private final MessageDigest digest = ExportLines.digest();
    private long records;

    /** Writes the header and the keys. */
    ExportWriter(OutputStream out, long first, long last, List<WrappedKey> keys) throws IOException {
        this.out = new GZIPOutputStream(out, BUFFER);
        line(json -> {
            json.writeStartObject();
            json.writeStringField("format", keys.isEmpty() ? ExportLines.FORMAT : ExportLines.WITH_KEYS);
            json.writeNumberField("first", first);
            json.writeNumberField("last", last);
            if (!keys.isEmpty()) {
                json.writeNumberField("keys", keys.size());
            }
            json.writeEndObject();
        });
        for (WrappedKey key : keys) {
            line(json -> {
                json.writeStartArray();
                json.writeString(key.id());
                json.writeString(key.uid());
                json.writeString(key.object());
                json.writeString(key.master());
                json.writeString(key.wrapped());
                json.writeEndArray();
            });
        }
    }

    void write(JournalRecord record) throws IOException {
        line(json -> {
            json.writeStartArray();
            json.writeNumber(record.ordering());
            json.writeString(record.persistenceId());
            json.writeNumber(record.sequenceNumber());
            json.writeNumber(record.deleted() ? 1 : 0);
            json.writeString(record.writer());
            json.writeNumber(record.writtenAtMillis());
            json.writeString(record.adapterManifest());
            json.writeNumber(record.serializerId());
            json.writeString(record.manifest());
            json.writeBinary(record.payload());
            if (record.metadata() != null) {
                json.writeNumber(record.metadata().serializerId());
                json.writeString(record.metadata().manifest());
                json.writeBinary(record.metadata().payload());
            }
            json.writeEndArray();
        });
        records++;
    }

    /** Writes the end; what has been written is a whole export then. */
    void finish() throws IOException {
        String sha256 = HexFormat.of().formatHex(digest.digest());
        line(json -> {
            json.writeStartObject();
            json.writeNumberField("records", records);
            json.writeStringField("sha256", sha256);
            json.writeEndObject();
        });
        out.finish();
        out.flush();
    }

    private void line(Text text) throws IOException {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator json = ExportLines.JSON.createGenerator(bytes)) {
                text.write(json);
            }
            byte[] written = bytes.toByteArray();
            String checksum = ExportLines.checksum(written, 0, written.length) + " ";
            put(checksum.getBytes(StandardCharsets.US_ASCII));
            put(written);
            put(new byte[] {'\n'});
        }
    }

    private void put(byte[] bytes) throws IOException {
        digest.update(bytes);
        out.write(bytes);
    }
}
