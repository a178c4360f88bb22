package io.everynode.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFramingTest {

    /** What follows the request is looked at as one, wherever the connection's bytes are cut. */
    private static Optional<String> read(String request, String next, int piece) {
        RequestFraming framing = new RequestFraming();
        byte[] all = (request.replace("|", "\r\n") + next.replace("|", "\r\n")).getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < all.length; at += piece) {
            Optional<String> wrong = framing.read(Unpooled.wrappedBuffer(all, at, Math.min(piece, all.length - at)));
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1|Host: x||",
                "||GET / HTTP/1.1||",
                "POST / HTTP/1.1|Content-Length: 5||12345",
                "POST / HTTP/1.1|content-length:  3 \t||\n\n\n",
                "POST / HTTP/1.1|Content-Length: 5|Content-Length: 5||12345",
                "POST / HTTP/1.1|Content-Length: 0||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||5;x=y|12345|A |1234567890|0|Trailer: z||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||0||",
                // Of a body nothing is looked at.
                "POST / HTTP/1.1|Content-Length: 27||a|Content-Length: 5 5|12345",
            })
    void goodOnesEndWhereTheySay(String request) {
        String bad = "POST / HTTP/1.1|Content-Length: 5 5||";
        for (int piece : new int[] {1, 2, 3, 7, 1000}) {
            assertThat(read(request, "GET / HTTP/1.1|X: y||", piece)).isEmpty();
            assertThat(read(request, bad, piece)).contains("the Content-Length is not a number");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1|Content-Length: 5 5||",
                "POST / HTTP/1.1|Content-Length: 5\t5||",
                "POST / HTTP/1.1|Content-Length:||",
                "POST / HTTP/1.1|CONTENT-LENGTH: +5||",
                "POST / HTTP/1.1|Content-Length: 5,5||",
                "POST / HTTP/1.1|Content-Length: 0x5||",
                "POST / HTTP/1.1|Content-Length: 1234567890123456789||",
                "POST / HTTP/1.1|Content-Length: 5|Content-Length: 6||",
                "POST / HTTP/1.1|Content-Length: 0|Content-Length: 5||",
                "POST / HTTP/1.1|Content-Length: 5|Transfer-Encoding: chunked||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked|Content-Length: 0||",
                "POST / HTTP/1.1|Transfer-Encoding: identity||",
                "POST / HTTP/1.1|Transfer-Encoding: xchunked||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked, identity||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked|Transfer-Encoding: chunked||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||1 0|",
                "POST / HTTP/1.1|Transfer-Encoding: chunked|| 5|",
                "POST / HTTP/1.1|Transfer-Encoding: chunked|||",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||-5|",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||100000005|",
                "POST / HTTP/1.1|Transfer-Encoding: chunked||5|123456|",
            })
    void badOnesAreFound(String request) {
        for (int piece : new int[] {1, 2, 3, 7, 1000}) {
            assertThat(read(request, "", piece)).isPresent();
        }
    }
}
