package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server says between the binding of its port and the end of its start. */
@Timeout(180)
class StartingServerTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path dataDir;

    @Test
    void answersUnavailableUntilItIsOpen() throws Exception {
        Engine engine = Wiring.start(Settings.load(null, OpenDoors.at(0)), dataDir);
        try {
            assertThat(Files.list(dataDir)).as("no database yet").isEmpty();
            assertThat(engine.address()).startsWith("http://127.0.0.1:");
            assertThat(engine.warning())
                    .hasValueSatisfying(words -> assertThat(words).contains("nobody has to say who they are"));
            for (String path : new String[] {
                "/api/v1/pods",
                "/api/v1/pods?resourceVersion=0",
                "/api/v1/pods?watch=true&resourceVersion=1",
                "/apis/apps/v1/namespaces/default/daemonsets/x",
                "/apis",
                "/openapi/v3"
            }) {
                unavailable(engine, path);
            }
            assertThat(get(engine, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(engine, "/version").statusCode()).isEqualTo(200);
            HttpResponse<String> readyz = get(engine, "/readyz");
            assertThat(readyz.statusCode()).isEqualTo(500);
            assertThat(readyz.body()).contains("the server is starting: the database is not open yet");

            engine.open(what -> {});
            assertThat(get(engine, "/api/v1/pods").statusCode()).isEqualTo(200);
            assertThat(get(engine, "/readyz").body()).isEqualTo("ok");
        } finally {
            engine.stop();
        }
    }

    private void unavailable(Engine engine, String path) throws Exception {
        HttpResponse<String> answer = get(engine, path);
        assertThat(answer.statusCode()).as(path).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        JsonNode status = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(status.path("kind").asText()).isEqualTo("Status");
        assertThat(status.path("reason").asText()).isEqualTo("ServiceUnavailable");
        assertThat(status.path("message").asText()).contains("the server is starting");
    }

    private HttpResponse<String> get(Engine engine, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(engine.address() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
