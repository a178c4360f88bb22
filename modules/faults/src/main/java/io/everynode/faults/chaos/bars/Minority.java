package io.everynode.faults.chaos.bars;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** How a member answers that is cut off from the majority. */
final class Minority {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private Minority() {}

    /** Whether it answers a read that must be current, and a write, both with 503 and Retry-After. */
    static boolean refuses(URI address) {
        URI maps = address.resolve("/api/v1/namespaces/bars/configmaps");
        String object = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"generateName\":\"minority-\"}}";
        return isRefusal(HttpRequest.newBuilder(maps).GET())
                && isRefusal(HttpRequest.newBuilder(maps)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(object)));
    }

    private static boolean isRefusal(HttpRequest.Builder request) {
        try {
            HttpResponse<Void> answer =
                    HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.discarding());
            return answer.statusCode() == 503
                    && answer.headers().firstValue("Retry-After").isPresent();
        } catch (IOException away) {
            // Its JVM has ended and is being started again.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
