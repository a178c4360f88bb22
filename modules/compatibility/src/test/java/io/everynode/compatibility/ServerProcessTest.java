package io.everynode.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server that the other tests of this module talk to. */
class ServerProcessTest {

    @TempDir
    Path data;

    @Test
    @Timeout(120)
    void servesUntilItIsClosed() throws Exception {
        ServerProcess server = ServerProcess.start(data);
        try (server) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/readyz"))
                    .build();
            assertThat(server.client()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(server.awaitEnd()).isTrue();
    }
}
