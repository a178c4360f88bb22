package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Java client asks for HTTP/2 with an Upgrade header in its first request, also when that has a body. */
@Timeout(60)
class UpgradeTest {

    private TestServer server;

    @BeforeEach
    void start() {
        server = new TestServer("", HttpClient.Version.HTTP_2);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 3_000, 20_000, 70_000, 200_000, 900_000})
    void aFirstRequestWithABodyArrivesWhole(int size) {
        String data = "x".repeat(size);

        TestServer.Answer created = server.post(
                "/api/v1/namespaces/default/configmaps",
                "{\"metadata\":{\"name\":\"a\"},\"data\":{\"a\":\"" + data + "\"}}");

        assertThat(created.code()).isEqualTo(201);
        assertThat(created.json().at("/data/a").asText()).isEqualTo(data);
    }

    @Test
    void aFirstRequestThatIsAWatchGoesOn() {
        try (TestServer.Watch watch = server.watch("/api/v1/namespaces/default/configmaps?watch=true")) {
            server.configMap("a", "");
            assertThat(watch.brief()).isEqualTo("ADDED a");
        }
    }
}
