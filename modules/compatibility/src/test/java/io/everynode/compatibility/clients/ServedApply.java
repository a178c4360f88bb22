package io.everynode.compatibility.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Whether a server takes apply patches: until it does, the tests of clients' applies are skipped and say so. */
final class ServedApply {

    private ServedApply() {}

    static boolean at(SharedServer server) {
        HttpRequest apply = HttpRequest.newBuilder(URI.create(
                        server.address() + "/api/v1/namespaces/default/configmaps/probe?dryRun=All&fieldManager=probe"))
                .header("Content-Type", "application/apply-patch+yaml")
                .method(
                        "PATCH",
                        HttpRequest.BodyPublishers.ofString(
                                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"probe\"}}"))
                .build();
        try {
            return server.client()
                            .send(apply, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    != 415;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
