package io.everynode.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import java.io.IOException;
import java.util.Base64;

/**
 * Where the next page of a list begins; opaque to clients.
 *
 * @param version the catalog that all pages are of; {@link #CURRENT} to go on in whatever is newest
 * @param namespace and name: of the last object of the page before
 * @param remaining how many objects are left; -1 when unknown
 */
record ContinueToken(long version, String namespace, String name, long remaining) {

    /** Goes on although the pages then are not of one version: the client accepts an inconsistent list. */
    static final long CURRENT = -1;

    String encode() {
        byte[] json = Json.encode(Json.object()
                .put("v", version)
                .put("ns", namespace)
                .put("n", name)
                .put("left", remaining));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    /**
     * @param within the list's namespace, "" for all; a token of another list is refused
     * @throws ApiFailure with 400 when it is none of ours
     */
    static ContinueToken decode(String text, String within) {
        try {
            JsonNode json = Json.mapper().readTree(Base64.getUrlDecoder().decode(text));
            ContinueToken token = new ContinueToken(
                    json.path("v").asLong(0),
                    json.path("ns").asText(""),
                    json.path("n").asText(""),
                    json.path("left").asLong(-1));
            boolean known = token.version() > 0 || token.version() == CURRENT;
            if (known && !token.name().isEmpty() && (within.isEmpty() || within.equals(token.namespace()))) {
                return token;
            }
        } catch (IOException | IllegalArgumentException e) {
            // Answered below.
        }
        throw new ApiFailure(ApiStatus.badRequest("continue key is not valid: it is not a token of this list"));
    }
}
