package io.everynode.apiserver;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.Encoding;
import io.everynode.objects.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Compression;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Successful answers: small ones whole, large lists as a stream, large ones compressed when the client takes it. */
final class Answers {

    /** Compressing less costs more than it saves; upstream's threshold. */
    static final int GZIP_THRESHOLD = 128 * 1024;

    /** Larger lists are streamed, so that a hundred thousand objects are not in memory twice. */
    static final int STREAM_THRESHOLD = 256 * 1024;

    /**
     * Of one warning when all are too long; upstream cuts at the same sizes, so that headers stay within clients'
     * limits.
     */
    private static final int MAX_WARNING = 256;

    /** Warning headers in all. */
    private static final int MAX_WARNINGS = 4 * 1024;

    /** Spaced as Go's encoder does it. */
    private static final ObjectWriter PRETTY = Json.mapper()
            .writer(new DefaultPrettyPrinter()
                    .withSeparators(Separators.createDefaultInstance()
                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                            .withObjectEmptySeparator("")
                            .withArrayEmptySeparator(""))
                    .withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE));

    /** Few: one for each encoding and form of stream. */
    private static final Map<String, ContentType> CONTENT_TYPES = new ConcurrentHashMap<>();

    private Answers() {}

    /** A Status that tells of success, for actions that make no object. */
    static HttpResponse created(Call call) {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success").put("code", 201);
        return json(call, 201, ByteString.fromArrayUnsafe(Json.encode(status)));
    }

    /** A whole answer that was made as JSON, in the encoding that the client asked for. */
    static HttpResponse json(Call call, int code, ByteString body) {
        Encoding encoding = ContentNegotiation.encoding(call);
        ByteString shown = encoding == Encoding.JSON && ContentNegotiation.pretty(call) ? pretty(body) : body;
        HttpResponse response = encoded(HttpResponse.create().withStatus(code), encoding, shown.toArray());
        return packed(call, response);
    }

    /** A whole answer that was made in that encoding. */
    static HttpResponse whole(Call call, Encoding encoding, ByteString body) {
        return packed(
                call,
                HttpResponse.create()
                        .withStatus(200)
                        .withEntity(HttpEntities.create(contentType(encoding.mediaType()), body)));
    }

    /** The answer with that body, in JSON where the encoding cannot express it. */
    static HttpResponse encoded(HttpResponse response, Encoding encoding, byte[] json) {
        Optional<byte[]> bytes = encoding.encode(json);
        return bytes.isPresent()
                ? response.withEntity(HttpEntities.create(contentType(encoding.mediaType()), bytes.get()))
                : response.withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, json));
    }

    static ContentType contentType(String mediaType) {
        return CONTENT_TYPES.computeIfAbsent(mediaType, ContentTypes::parse);
    }

    /** Compressed, if that is worth it and the client takes it. */
    private static HttpResponse packed(Call call, HttpResponse response) {
        if (response.entity() instanceof HttpEntity.Strict whole
                && whole.getData().size() > GZIP_THRESHOLD
                && call.acceptsGzip()) {
            return gzipHeaders(response.withEntity(HttpEntities.create(
                    whole.getContentType(), gzip(whole.getData().toArray()))));
        }
        return response;
    }

    private static HttpResponse gzipHeaders(HttpResponse response) {
        return response.addHeader(RawHeader.create("Content-Encoding", "gzip"))
                .addHeader(RawHeader.create("Vary", "Accept-Encoding"));
    }

    /** A stream of pieces; each is made only when the client takes it. */
    static HttpResponse stream(Call call, Encoding encoding, Iterable<ByteString> pieces) {
        ContentType type = contentType(encoding.mediaType());
        // A boundary of its own: making pieces must not hold up other streams of the same HTTP/2 connection.
        Source<ByteString, ?> source = Seat.of(call).during(Source.from(pieces)).async();
        HttpResponse response = HttpResponse.create().withStatus(200);
        if (call.acceptsGzip()) {
            return gzipHeaders(response.withEntity(HttpEntities.createChunked(type, source.via(Compression.gzip()))));
        }
        return response.withEntity(HttpEntities.createChunked(type, source));
    }

    /**
     * Adds each warning as a header {@code 299 - "text"}, without repetitions: whole when all of them fit, else each
     * cut and as many as fit.
     */
    static HttpResponse withWarnings(HttpResponse response, List<String> warnings) {
        if (warnings.isEmpty()) {
            return response;
        }
        List<String> distinct = warnings.stream().distinct().toList();
        int all = distinct.stream().mapToInt(String::length).sum();
        HttpResponse result = response;
        int room = MAX_WARNINGS;
        for (Iterator<String> each = distinct.iterator(); each.hasNext() && room > 0; ) {
            String text = quotable(each.next(), all <= MAX_WARNINGS ? MAX_WARNINGS : MAX_WARNING);
            room -= text.length();
            result = result.addHeader(RawHeader.create("Warning", "299 - \"" + text + "\""));
        }
        return result;
    }

    /** Header-safe: printable ASCII with quotes and backslashes escaped. */
    private static String quotable(String text, int most) {
        StringBuilder safe = new StringBuilder();
        text.chars().limit(most).forEach(c -> {
            if (c == '"' || c == '\\') {
                safe.append('\\').append((char) c);
            } else {
                safe.append(c < ' ' || c > '~' ? '?' : (char) c);
            }
        });
        return safe.toString();
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static ByteString pretty(ByteString json) {
        try {
            byte[] spaced = PRETTY.writeValueAsBytes(Json.mapper().readTree(json.toArray()));
            return ByteString.fromArrayUnsafe(spaced).concat(ByteString.fromString("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
