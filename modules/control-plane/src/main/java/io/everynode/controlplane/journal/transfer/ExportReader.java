package io.everynode.controlplane.journal.transfer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.everynode.controlplane.secrets.WrappedKey;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads an export ({@link ExportLines}) and believes nothing: {@link #next} delivers a row only when its line is as it
 * was written and follows the one before, and null only behind an end that is right about all lines before it. Rows
 * that were delivered of an export that then proves to be broken may be right one by one, and are not the journal.
 */
public final class ExportReader implements JournalRecords {
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final MessageDigest digest = ExportLines.digest();
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int filled;

    /** The line that was read last, without its end. */
    private byte[] line = new byte[1 << 12];

    private int length;

    private final List<WrappedKey> keys = new ArrayList<>();
    private final long first;
    private final long last;
    private long records;
    private long before;
    private boolean ended;

    /**
     * Reads the header.
     *
     * @param in is closed with this
     * @throws BrokenExport when this is no export, or one of another format
     */
    public ExportReader(InputStream in) {
        InputStream unpacked;
        try {
            unpacked = new GZIPInputStream(in, BUFFER);
        } catch (ZipException | EOFException notGzip) {
            closeQuietly(in);
            throw new BrokenExport("not an export of a journal", notGzip);
        } catch (IOException failure) {
            closeQuietly(in);
            throw new BrokenExport("the export cannot be read: " + failure.getMessage(), failure);
        }
        this.in = unpacked;
        try {
            readLine();
            Map<String, Object> header = object();
            boolean withKeys = ExportLines.WITH_KEYS.equals(header.get("format"));
            if (!withKeys && !ExportLines.FORMAT.equals(header.get("format"))) {
                throw broken(
                        "format " + header.get("format") + " is neither " + ExportLines.FORMAT + " nor "
                                + ExportLines.WITH_KEYS,
                        null);
            }
            digestLine();
            this.first = number(header, "first");
            this.last = number(header, "last");
            readKeys(withKeys ? number(header, "keys") : 0);
        } catch (BrokenExport notOne) {
            close();
            throw new BrokenExport("not an export of a journal: " + notOne.getMessage(), notOne);
        }
    }

    private void readKeys(long count) {
        for (long left = count; left > 0; left--) {
            readLine();
            try (JsonParser json = parser()) {
                json.nextToken();
                keys.add(new WrappedKey(text(json), text(json), text(json), text(json), text(json)));
                if (json.nextToken() != JsonToken.END_ARRAY) {
                    throw new IllegalArgumentException("too many fields");
                }
            } catch (IOException | IllegalArgumentException wrong) {
                throw broken("it is not a key of a journal", wrong);
            }
            digestLine();
        }
    }

    @Override
    public List<WrappedKey> keys() {
        return keys;
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long last() {
        return last;
    }

    @Override
    public JournalRecord next() {
        if (ended) {
            return null;
        }
        readLine();
        try (JsonParser json = parser()) {
            if (json.nextToken() == JsonToken.START_ARRAY) {
                JournalRecord record = record(json);
                if (record.ordering() <= before || record.ordering() < first || record.ordering() > last) {
                    throw broken("ordering " + record.ordering() + " does not follow", null);
                }
                before = record.ordering();
                records++;
                digestLine();
                return record;
            }
        } catch (IOException | IllegalArgumentException wrong) {
            throw broken("it is not a row of a journal", wrong);
        }
        end(object(), HexFormat.of().formatHex(digest.digest()));
        return null;
    }

    private void end(Map<String, Object> end, String sha256) {
        if (number(end, "records") != records || before != last) {
            throw broken(
                    "the end comes after " + records + " records at ordering " + before + ", not after "
                            + number(end, "records") + " at " + last,
                    null);
        }
        if (!sha256.equals(end.get("sha256"))) {
            throw broken("the checksum of the whole is not that of the end", null);
        }
        if (at < filled || fill()) {
            throw broken("something follows the end", null);
        }
        ended = true;
    }

    private static JournalRecord record(JsonParser json) throws IOException {
        long ordering = whole(json);
        String persistenceId = text(json);
        long sequenceNumber = whole(json);
        boolean deleted = whole(json) != 0;
        String writer = text(json);
        long writtenAt = whole(json);
        String adapterManifest = text(json);
        int serializerId = Math.toIntExact(whole(json));
        String manifest = text(json);
        byte[] payload = bytes(json);
        JournalRecord.Metadata metadata = null;
        if (json.nextToken() != JsonToken.END_ARRAY) {
            metadata = new JournalRecord.Metadata(json.getIntValue(), text(json), bytes(json));
            if (json.nextToken() != JsonToken.END_ARRAY) {
                throw new IllegalArgumentException("too many fields");
            }
        }
        return new JournalRecord(
                ordering,
                persistenceId,
                sequenceNumber,
                deleted,
                writer,
                writtenAt,
                adapterManifest,
                serializerId,
                manifest,
                payload,
                metadata);
    }

    private static long whole(JsonParser json) throws IOException {
        json.nextToken();
        return json.getLongValue();
    }

    private static String text(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("not a text");
        }
        return json.getText();
    }

    private static byte[] bytes(JsonParser json) throws IOException {
        json.nextToken();
        return json.getBinaryValue();
    }

    /** The line as a flat object. */
    private Map<String, Object> object() {
        Map<String, Object> fields = new LinkedHashMap<>();
        try (JsonParser json = parser()) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw broken("it is neither a row nor a header or an end", null);
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                fields.put(name, json.nextToken().isNumeric() ? (Object) json.getLongValue() : json.getText());
            }
        } catch (IOException wrong) {
            throw broken("it is neither a row nor a header or an end", wrong);
        }
        return fields;
    }

    private long number(Map<String, Object> fields, String name) {
        if (fields.get(name) instanceof Long number) {
            return number;
        }
        throw broken("it has no number \"" + name + "\"", null);
    }

    private JsonParser parser() throws IOException {
        return ExportLines.JSON.createParser(line, ExportLines.PREFIX, length - ExportLines.PREFIX);
    }

    private void digestLine() {
        digest.update(line, 0, length);
        digest.update((byte) '\n');
    }

    private void readLine() {
        length = 0;
        while (true) {
            if (at == filled && !fill()) {
                throw broken("the file is cut off", null);
            }
            int from = at;
            while (at < filled && buffer[at] != '\n') {
                at++;
            }
            append(from, at - from);
            if (at < filled) {
                at++;
                break;
            }
        }
        boolean right = length > ExportLines.PREFIX
                && ExportLines.checksum(line, ExportLines.PREFIX, length - ExportLines.PREFIX)
                        .equals(new String(line, 0, ExportLines.PREFIX - 1, StandardCharsets.US_ASCII));
        if (!right) {
            throw broken("its checksum is wrong", null);
        }
    }

    private void append(int from, int count) {
        if (length + count > ExportLines.MAX_LINE) {
            throw broken("it is longer than any record", null);
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(length + count, line.length * 2));
        }
        System.arraycopy(buffer, from, line, length, count);
        length += count;
    }

    /** False at the end. */
    private boolean fill() {
        try {
            at = 0;
            filled = 0;
            int read = in.read(buffer, 0, BUFFER);
            filled = Math.max(read, 0);
            return read > 0;
        } catch (EOFException cut) {
            throw broken("the file is cut off", cut);
        } catch (ZipException damaged) {
            throw broken("the file is damaged: " + damaged.getMessage(), damaged);
        } catch (IOException failure) {
            throw broken("the file cannot be read: " + failure.getMessage(), failure);
        }
    }

    private BrokenExport broken(String why, Throwable cause) {
        return new BrokenExport(
                "broken at record " + (records + 1) + " (after ordering " + before + "): " + why, cause);
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException ignored) {
            // Nothing depends on it.
        }
    }

    @Override
    public void close() {
        closeQuietly(in);
    }
}
