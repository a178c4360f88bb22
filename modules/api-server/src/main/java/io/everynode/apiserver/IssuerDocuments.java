package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** By what others verify tokens of ServiceAccounts (pkg/serviceaccount/openidmetadata.go). */
final class IssuerDocuments {

    private static final String KEYS = "/openid/v1/jwks";
    private static final String CONFIGURATION = "/.well-known/openid-configuration";

    static final List<String> PATHS = List.of(CONFIGURATION, KEYS);

    private IssuerDocuments() {}

    static boolean isPath(List<String> segments) {
        return PATHS.contains("/" + String.join("/", segments));
    }

    static HttpResponse keys(AccountTokens tokens) {
        return answer().withEntity(HttpEntities.create(
                MediaTypes.customBinary("application", "jwk-set+json", true).toContentType(),
                Json.encode(tokens.jwks())));
    }

    /** @param address of this server */
    static HttpResponse configuration(String address) {
        ObjectNode document = Json.object();
        document.put("issuer", AccountTokens.ISSUER).put("jwks_uri", "https://" + address + KEYS);
        document.putArray("response_types_supported").add("id_token");
        document.putArray("subject_types_supported").add("public");
        document.putArray("id_token_signing_alg_values_supported").add("ES256");
        return answer().withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.encode(document)));
    }

    private static HttpResponse answer() {
        return HttpResponse.create()
                .withStatus(200)
                .addHeader(RawHeader.create("Cache-Control", "public, max-age=3600"));
    }
}
