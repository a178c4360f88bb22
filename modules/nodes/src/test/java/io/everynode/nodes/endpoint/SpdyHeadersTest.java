package io.everynode.nodes.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SpdyHeadersTest {

    private static Map<String, String> passed(SpdyHeaders from, SpdyHeaders to, Map<String, String> headers)
            throws IOException {
        byte[] block = from.pack(headers);
        return to.unpack(block, 0, block.length);
    }

    @Test
    void blocksOfOneConnectionAreUnpackedInOrder() throws IOException {
        try (SpdyHeaders client = new SpdyHeaders();
                SpdyHeaders server = new SpdyHeaders()) {
            for (int i = 0; i < 50; i++) {
                Map<String, String> headers = new TreeMap<>(
                        Map.of("streamtype", "data", "port", String.valueOf(i), "é", "x".repeat(i * 100)));
                assertThat(passed(client, server, headers)).isEqualTo(headers);
            }
            assertThat(passed(client, server, Map.of())).isEmpty();
            assertThat(passed(client, server, Map.of("StreamType", "data\0error")))
                    .isEqualTo(Map.of("streamtype", "data"));
        }
    }

    /** With the dictionary of the standard a small block is smaller than its text, and begins as zlib says. */
    @Test
    void theDictionaryIsTheStandards() throws IOException {
        try (SpdyHeaders headers = new SpdyHeaders()) {
            byte[] block = headers.pack(Map.of("content-type", "text/html"));
            // 0x78, a level with the flag for a dictionary, and the dictionary's Adler-32.
            assertThat(HexFormat.of().formatHex(block, 2, 6)).isEqualTo("e3c6a7c2");
            assertThat(block[0]).isEqualTo((byte) 0x78);
            assertThat(block.length).isLessThan(33);
        }
    }

    @Test
    void whatIsNoBlockEndsTheConnectionAndNeverTakesMuchMemory() {
        try (SpdyHeaders client = new SpdyHeaders();
                SpdyHeaders server = new SpdyHeaders()) {
            byte[] bomb = client.pack(Map.of("a", "x".repeat(10_000_000)));
            assertThat(bomb.length).isLessThan(64 * 1024);
            assertThatThrownBy(() -> server.unpack(bomb, 0, bomb.length)).isInstanceOf(IOException.class);
        }
        try (SpdyHeaders server = new SpdyHeaders()) {
            assertThatThrownBy(() -> server.unpack(new byte[] {1, 2, 3, 4, 5, 6}, 0, 6))
                    .isInstanceOf(IOException.class);
        }
        try (SpdyHeaders server = new SpdyHeaders()) {
            assertThatThrownBy(() -> server.unpack(new byte[0], 0, 0)).isInstanceOf(IOException.class);
        }
    }
}
