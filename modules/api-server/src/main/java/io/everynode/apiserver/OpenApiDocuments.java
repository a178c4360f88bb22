package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.openapi.OpenApi;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** {@code /openapi/v3}: the index, whose addresses hold each document's hash, and the documents. Thread-safe. */
final class OpenApiDocuments {

    private final Map<String, StaticDocument> documents = new ConcurrentHashMap<>();
    private volatile StaticDocument index;

    /**
     * @param path below /openapi/v3/, "" for the index
     * @throws ApiFailure with 404 or 406
     */
    HttpResponse answer(Call call, String path) {
        if (!ContentNegotiation.acceptsJson(call)) {
            throw new ApiFailure(StatusResponses.notAcceptable());
        }
        if (path.isEmpty()) {
            return index().answer(call);
        }
        String hash = OpenApi.hashes().get(path);
        if (hash == null) {
            throw new ApiFailure(StatusResponses.unknownPath());
        }
        String asked = call.query().text("hash");
        if (!asked.isEmpty() && !asked.equals(hash)) {
            // A client with an old index: it is led to what is served now.
            return HttpResponse.create().withStatus(301).addHeader(RawHeader.create("Location", address(path, hash)));
        }
        StaticDocument document = documents.computeIfAbsent(
                path,
                p -> new StaticDocument(
                        "application/json",
                        OpenApi.document(p).orElseThrow(() -> new ApiFailure(StatusResponses.unknownPath()))));
        HttpResponse response = document.answer(call);
        return asked.isEmpty()
                ? response
                : response.addHeader(RawHeader.create("Cache-Control", "public, immutable, max-age=31536000"));
    }

    private StaticDocument index() {
        StaticDocument made = index;
        if (made == null) {
            ObjectNode tree = Json.object();
            ObjectNode paths = tree.putObject("paths");
            new TreeMap<>(OpenApi.hashes())
                    .forEach((path, hash) -> paths.putObject(path).put("serverRelativeURL", address(path, hash)));
            made = new StaticDocument("application/json", Json.encode(tree));
            index = made;
        }
        return made;
    }

    private static String address(String path, String hash) {
        return "/openapi/v3/" + path + "?hash=" + hash;
    }
}
