package io.everynode.nodes.endpoint;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The name and value pairs of SPDY/3.1's frames (section 2.6.10), compressed with zlib and the dictionary of the
 * standard. All blocks of one direction of a connection are one compressed stream: each must pass here, in order. Not
 * thread-safe; the two directions may be used by a thread each.
 */
final class SpdyHeaders implements AutoCloseable {

    /** Larger blocks, once they are unpacked, end the connection. */
    private static final int MAX_UNPACKED = 64 * 1024;

    private static final byte[] DICTIONARY = dictionary();

    private final Inflater inflater = new Inflater();
    private final Deflater deflater = new Deflater();

    SpdyHeaders() {
        deflater.setDictionary(DICTIONARY);
    }

    private static byte[] dictionary() {
        try (InputStream in = SpdyHeaders.class.getResourceAsStream("spdy3.dictionary")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @return names in lower case; of a name with several values the first
     * @throws IOException for what no peer may send; the connection cannot go on
     */
    Map<String, String> unpack(byte[] block, int offset, int length) throws IOException {
        ByteBuffer pairs = ByteBuffer.wrap(inflate(block, offset, length));
        Map<String, String> headers = new LinkedHashMap<>();
        try {
            int count = pairs.getInt();
            for (int i = 0; i < count; i++) {
                String name = text(pairs).toLowerCase(Locale.ROOT);
                String values = text(pairs);
                int end = values.indexOf('\0');
                headers.putIfAbsent(name, end < 0 ? values : values.substring(0, end));
            }
        } catch (java.nio.BufferUnderflowException e) {
            throw new IOException("SPDY: a header block that ends early", e);
        }
        return headers;
    }

    private static String text(ByteBuffer pairs) throws IOException {
        int length = pairs.getInt();
        if (length < 0 || length > pairs.remaining()) {
            throw new IOException("SPDY: a header that is longer than its block");
        }
        byte[] bytes = new byte[length];
        pairs.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private byte[] inflate(byte[] block, int offset, int length) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[2048];
        inflater.setInput(block, offset, length);
        try {
            while (true) {
                int count = inflater.inflate(piece);
                all.write(piece, 0, count);
                if (all.size() > MAX_UNPACKED) {
                    throw new IOException("SPDY: a header block of more than " + MAX_UNPACKED + " bytes");
                }
                if (count == 0) {
                    if (!inflater.needsDictionary()) {
                        return all.toByteArray();
                    }
                    inflater.setDictionary(DICTIONARY);
                }
            }
        } catch (DataFormatException | IllegalArgumentException e) {
            throw new IOException("SPDY: a header block that is not compressed as it should be", e);
        }
    }

    byte[] pack(Map<String, String> headers) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(plain)) {
            out.writeInt(headers.size());
            for (Map.Entry<String, String> header : headers.entrySet()) {
                for (String part : new String[] {header.getKey(), header.getValue()}) {
                    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                    out.writeInt(bytes.length);
                    out.write(bytes);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        deflater.setInput(plain.toByteArray());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] piece = new byte[2048];
        int count;
        do {
            count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH);
            packed.write(piece, 0, count);
        } while (count == piece.length);
        return packed.toByteArray();
    }

    /** Frees memory outside of the heap. */
    @Override
    public void close() {
        inflater.end();
        deflater.end();
    }
}
