package io.everynode.objects.openapi;

import java.util.Map;
import java.util.Optional;

/** OpenAPI v3 documents, one for each group-version, made from the schemas. Built once, then shared; thread-safe. */
public final class OpenApi {

    private OpenApi() {}

    /** Path below /openapi/v3/ (such as "api/v1", "apis/apps/v1") to content hash, as the index lists them. */
    public static Map<String, String> hashes() {
        throw new UnsupportedOperationException();
    }

    /** The JSON document of such a path. */
    public static Optional<byte[]> document(String path) {
        throw new UnsupportedOperationException();
    }
}
