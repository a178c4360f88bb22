package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.openapi.OpenApi;
import io.everynode.objects.openapi.OpenApiV2;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * {@code /openapi/v3}: the index, whose addresses hold each document's hash, and the documents. {@code /openapi/v2}:
 * one document in two forms. All are made at their first use. Thread-safe.
 */
final class OpenApiDocuments {

    private static final String JSON = "application/json";

    /** With the name that kubectl before 1.27 has for it. Its answer bears the other: no media type may have an @. */
    private static final List<String> PROTOBUF_SUBTYPES =
            List.of("com.github.proto-openapi.spec.v2.v1.0+protobuf", "com.github.proto-openapi.spec.v2@v1.0+protobuf");

    private final Map<String, StaticDocument> documents = new ConcurrentHashMap<>();
    private volatile StaticDocument index;

    /**
     * @param path below /openapi/, such as "v2" or "v3/api/v1"
     * @throws ApiFailure with 404 or 406
     */
    HttpResponse answer(Call call, String path) {
        if (path.equals("v2")) {
            return version2(call);
        }
        if (path.equals("v3") || path.startsWith("v3/")) {
            return version3(call, path.substring(Math.min(path.length(), "v3/".length())));
        }
        throw new ApiFailure(StatusResponses.unknownPath());
    }

    /**
     * The first clause that can be served decides, and JSON is what "*" means (kube-openapi pkg/handler/handler.go).
     */
    private HttpResponse version2(Call call) {
        String accept = call.header("Accept");
        for (MediaRange range : MediaRange.parse(accept.isBlank() ? "*/*" : accept)) {
            if (range.coversJson()) {
                return documents
                        .computeIfAbsent("v2 json", key -> new StaticDocument(JSON, OpenApiV2.json()))
                        .answer(call);
            }
            if (PROTOBUF_SUBTYPES.stream().anyMatch(subtype -> range.covers("application", subtype))) {
                return documents
                        .computeIfAbsent(
                                "v2 protobuf",
                                key -> new StaticDocument(
                                        "application/" + PROTOBUF_SUBTYPES.get(0), OpenApiV2.protobuf()))
                        .answer(call);
            }
        }
        throw new ApiFailure(StatusResponses.notAcceptable());
    }

    /** @param path below /openapi/v3/, "" for the index */
    private HttpResponse version3(Call call, String path) {
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
                        JSON, OpenApi.document(p).orElseThrow(() -> new ApiFailure(StatusResponses.unknownPath()))));
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
            made = new StaticDocument(JSON, Json.encode(tree));
            index = made;
        }
        return made;
    }

    private static String address(String path, String hash) {
        return "/openapi/v3/" + path + "?hash=" + hash;
    }
}
