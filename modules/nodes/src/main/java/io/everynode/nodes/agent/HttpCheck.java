package io.everynode.nodes.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** An httpGet of a probe or hook: a code from 200 to 399 is a success; redirects are not followed. Thread-safe. */
final class HttpCheck {

    /** The client sets them itself. */
    private static final Set<String> RESERVED = Set.of("host", "connection", "content-length", "expect", "upgrade");

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslContext(trustingAll())
            .build();

    Handlers.Result get(JsonNode get, String host, int port, Duration timeout)
            throws IOException, InterruptedException {
        String scheme = get.path("scheme").asText("HTTP").toLowerCase(Locale.ROOT);
        String path = Json.text(get, "path");
        String shown = host.contains(":") ? "[" + host + "]" : host;
        URI uri = URI.create(scheme + "://" + shown + ":" + port + (path.startsWith("/") ? "" : "/") + path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(timeout).header("User-Agent", "kube-probe/1.35");
        for (JsonNode header : get.path("httpHeaders")) {
            String name = Json.text(header, "name");
            if (name.equalsIgnoreCase("User-Agent")) {
                request.setHeader(name, Json.text(header, "value"));
            } else if (!RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                request.header(name, Json.text(header, "value"));
            }
        }
        HttpResponse<Void> answer = client.send(request.build(), BodyHandlers.discarding());
        boolean success = answer.statusCode() >= 200 && answer.statusCode() < 400;
        return new Handlers.Result(success, "HTTP probe failed with statuscode: " + answer.statusCode());
    }

    /** A kubelet does not verify what it probes. */
    private static SSLContext trustingAll() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustingAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An extended one is not asked to compare names either. */
    private static final class TrustingAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
