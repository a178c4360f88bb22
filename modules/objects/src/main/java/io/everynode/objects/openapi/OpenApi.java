package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.PostedKinds;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OpenAPI v3 documents, one for each group-version, made from the schemas. Built once, then shared; thread-safe.
 *
 * <p>What kubectl reads of them: explain the schemas' descriptions and the paths' kinds; apply the merge keys, and of
 * each PATCH its media types and whether it knows {@code fieldValidation}.
 */
public final class OpenApi {

    private OpenApi() {}

    /** Path below /openapi/v3/ (such as "api/v1", "apis/apps/v1") to content hash, as the index lists them. */
    public static Map<String, String> hashes() {
        return Built.HASHES;
    }

    /** The JSON document of such a path. */
    public static Optional<byte[]> document(String path) {
        return Optional.ofNullable(Built.DOCUMENTS.get(path)).map(byte[]::clone);
    }

    private static ObjectNode documentOf(List<Kind> kinds) {
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.35.0");
        document.set("paths", Paths.of(kinds));
        document.putObject("components").set("schemas", Components.of(kinds));
        return document;
    }

    /** Made by the class loader at first use. */
    private static final class Built {

        private static final Map<String, byte[]> DOCUMENTS = documents();
        private static final Map<String, String> HASHES = hashesOf(DOCUMENTS);

        private static Map<String, byte[]> documents() {
            Map<String, List<Kind>> kinds = new LinkedHashMap<>();
            List<Kind> all = new ArrayList<>(Kinds.all());
            all.addAll(PostedKinds.all());
            for (Kind kind : all) {
                kinds.computeIfAbsent(
                                (kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion(),
                                path -> new ArrayList<>())
                        .add(kind);
            }
            Map<String, byte[]> documents = new LinkedHashMap<>();
            kinds.forEach((path, members) -> documents.put(path, Json.encode(documentOf(members))));
            return documents;
        }

        private static Map<String, String> hashesOf(Map<String, byte[]> documents) {
            Map<String, String> hashes = new LinkedHashMap<>();
            documents.forEach((path, document) -> hashes.put(path, hash(document)));
            return Collections.unmodifiableMap(hashes);
        }

        private static String hash(byte[] document) {
            try {
                return HexFormat.of()
                        .withUpperCase()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(document));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }
    }
}
