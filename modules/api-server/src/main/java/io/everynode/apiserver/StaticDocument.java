package io.everynode.apiserver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** An answer that stays the same while the server runs: made and compressed once, with an ETag. Immutable. */
final class StaticDocument {

    private final ContentType type;
    private final byte[] plain;
    private final byte[] packed;
    private final String etag;

    StaticDocument(String contentType, byte[] plain) {
        this.type = ContentTypes.parse(contentType);
        this.plain = plain;
        this.packed = plain.length > Answers.GZIP_THRESHOLD ? Answers.gzip(plain) : null;
        this.etag = "\"" + sha512(plain) + "\"";
    }

    /** 304 when the client has it already. */
    HttpResponse answer(Call call) {
        HttpResponse response = HttpResponse.create()
                .addHeader(RawHeader.create("ETag", etag))
                .addHeader(RawHeader.create("Vary", "Accept"));
        for (String known : call.header("If-None-Match").split(",")) {
            String tag = known.trim();
            if (tag.equals(etag) || tag.equals("W/" + etag) || tag.equals("*")) {
                return response.withStatus(304);
            }
        }
        if (packed != null && call.acceptsGzip()) {
            return response.withEntity(HttpEntities.create(type, packed))
                    .addHeader(RawHeader.create("Content-Encoding", "gzip"));
        }
        return response.withEntity(HttpEntities.create(type, plain));
    }

    private static String sha512(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-512").digest(bytes))
                    .toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return new String(plain, StandardCharsets.UTF_8);
    }
}
